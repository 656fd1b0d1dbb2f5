#include "api/endpoints/counts.h"

#include <algorithm>

namespace sojourn::api {
namespace {

std::uint64_t rest(std::uint64_t all, std::uint64_t gone) {
  return all > gone ? all - gone : 0;
}

void add_to_step(StepCounts& step, std::string_view outcome, std::uint64_t count) {
  static constexpr std::string_view skipped = "skipped:";
  if (outcome == "reached") step.reached += count;
  if (outcome == "passed") step.passed += count;
  if (outcome == "left") step.left += count;
  if (outcome == "sent") step.sent += count;
  if (outcome.starts_with(skipped)) {
    step.skipped[std::string(outcome.substr(skipped.size()))] += count;
  }
}

void add_to_journey(JourneyCounts& journey, std::string_view outcome, std::uint64_t count) {
  if (outcome == "entered") journey.entered += count;
  if (outcome == "completed") journey.completed += count;
  if (outcome == "goal") journey.goal += count;
  if (outcome == "exited") journey.exited += count;
  if (outcome == "merged") journey.merged += count;
  if (outcome == "erased") journey.erased += count;
}

}  // namespace

std::uint64_t StepCounts::here(bool waits) const {
  return waits ? rest(reached, passed + left) : 0;
}

std::uint64_t JourneyCounts::active() const {
  return rest(entered, completed + goal + exited + merged + erased);
}

Result<JourneyCounts> read_journey_counts(store::StateReads& view, std::string_view journey) {
  TRY(counters, view.counters("journey", journey));
  JourneyCounts counts;
  for (const store::Counter& counter : counters) {
    // Day 0 holds the standing totals; the days add up to them.
    if (counter.key.day != 0) continue;
    const auto count = static_cast<std::uint64_t>(std::max<std::int64_t>(counter.count, 0));
    if (counter.key.step.empty()) {
      add_to_journey(counts, counter.key.outcome, count);
    } else {
      add_to_step(counts.steps[counter.key.step], counter.key.outcome, count);
    }
  }
  return counts;
}

}  // namespace sojourn::api
