#include "api/endpoints/counts.h"

#include <algorithm>

#include "domain/effects/decision.h"

namespace sojourn::api {
namespace {

std::uint64_t rest(std::uint64_t all, std::uint64_t gone) {
  return all > gone ? all - gone : 0;
}

/// Adds to the reason that follows `prefix`; nothing where the outcome does not begin with it.
void add_reason(std::map<std::string, std::uint64_t>& reasons, std::string_view prefix,
                std::string_view outcome, std::uint64_t count) {
  if (!outcome.starts_with(prefix)) return;
  reasons[std::string(outcome.substr(prefix.size()))] += count;
}

void add_to_step(StepCounts& step, std::string_view outcome, std::uint64_t count) {
  if (outcome == "reached") step.reached += count;
  if (outcome == "passed") step.passed += count;
  if (outcome == "left") step.left += count;
  if (outcome == "sent") step.sent += count;
  add_reason(step.skipped, "skipped:", outcome, count);
  add_reason(step.deferred, "deferred:", outcome, count);
  add_reason(step.cancelled, "cancelled:", outcome, count);
  add_reason(step.failed, "failed:", outcome, count);
  add_reason(step.ways, "way:", outcome, count);
}

void add_to_arm(StepCounts& step, const store::Counter& counter) {
  experiments::ArmCount& arm = step.arms[{counter.key.variant, counter.key.version}];
  if (counter.key.outcome == effects::arm_came) arm.people += counter.count;
  if (counter.key.outcome == effects::arm_succeeded) arm.successes += counter.count;
}

void add_to_journey(JourneyCounts& journey, std::string_view outcome, std::uint64_t count) {
  if (outcome == "entered") journey.entered += count;
  if (outcome == "completed") journey.completed += count;
  if (outcome == "goal") journey.goal += count;
  if (outcome == "exited") journey.exited += count;
  if (outcome == "merged") journey.merged += count;
  if (outcome == "erased") journey.erased += count;
  add_reason(journey.not_entered, "not_entered:", outcome, count);
}

}  // namespace

experiments::ArmCount StepCounts::arm(const std::string& name, int since_version) const {
  experiments::ArmCount sum{.arm = name};
  for (auto place = arms.lower_bound({name, since_version});
       place != arms.end() && place->first.first == name; ++place) {
    sum.people += place->second.people;
    sum.successes += place->second.successes;
  }
  return sum;
}

std::uint64_t StepCounts::here(bool waits) const {
  return waits ? rest(reached, passed + left) : 0;
}

std::uint64_t JourneyCounts::active() const {
  return rest(entered, completed + goal + exited + merged + erased);
}

bool is_over(const reaction::JourneyRule& rule, const JourneyCounts& counts) {
  return rule.finishing && counts.active() == 0;
}

Result<JourneyCounts> read_journey_counts(store::StateReads& view, std::string_view journey) {
  TRY(counters, view.counters("journey", journey));
  JourneyCounts counts;
  for (const store::Counter& counter : counters) {
    // Day 0 holds the standing totals; the days add up to them.
    if (counter.key.day != 0) continue;
    const auto count = static_cast<std::uint64_t>(std::max<std::int64_t>(counter.count, 0));
    if (!counter.key.variant.empty()) {
      add_to_arm(counts.steps[counter.key.step], counter);
    } else if (counter.key.step.empty()) {
      add_to_journey(counts, counter.key.outcome, count);
    } else {
      add_to_step(counts.steps[counter.key.step], counter.key.outcome, count);
    }
  }
  return counts;
}

}  // namespace sojourn::api
