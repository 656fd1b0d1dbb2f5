#include "runtime/inside_forecast.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>

#include "domain/journeys/carry_over.h"
#include "domain/journeys/validate.h"
#include "runtime/journey_changes.h"
#include "runtime/journey_versions.h"

namespace sojourn::runtime {
namespace {

using journeys::Fate;
using journeys::Inside;
using reaction::JourneyRule;

/// By how much a counter of a step changes the number of contacts that wait there.
int waiting_by(std::string_view outcome) {
  if (outcome == "reached" || outcome == "moved_in") return 1;
  return outcome == "passed" || outcome == "left" || outcome == "moved_out" ? -1 : 0;
}

/// Contacts of versions before `version`, by the step where they wait.
Result<std::map<std::string, std::uint64_t>> waiting_by_step(store::StateReads& reads,
                                                             const std::string& key, int version) {
  TRY(counters, reads.counters("journey", key));
  std::map<std::string, std::int64_t> waiting;
  for (const store::Counter& counter : counters) {
    const bool counts = counter.key.day == 0 && !counter.key.step.empty();
    if (!counts || counter.key.version >= version) continue;
    waiting[counter.key.step] += waiting_by(counter.key.outcome) * counter.count;
  }
  std::map<std::string, std::uint64_t> found;
  for (const auto& [step, count] : waiting) {
    // A step that is passed at once is never reached: nobody waits there.
    if (count > 0) found[step] = static_cast<std::uint64_t>(count);
  }
  return found;
}

Result<InsideForecast> forecast_of(store::StateReads& reads, const journeys::Journey& journey,
                                   const Inside& inside) {
  TRY(waiting, waiting_by_step(reads, journey.key, journey.version));
  InsideForecast forecast{.choice = inside.choice};
  for (const auto& [step, count] : waiting) {
    const Fate fate = fate_of(journey, step, inside);
    if (fate.kind == Fate::Kind::stays) forecast.stay += count;
    if (fate.kind == Fate::Kind::goes_on) forecast.go_on += count;
    if (fate.kind == Fate::Kind::ends) forecast.end += count;
    forecast.steps.push_back({.step = step, .waiting = count, .fate = fate});
  }
  return forecast;
}

const Inside& choice_of(const InsideChoices& choices, std::string_view journey) {
  static const Inside finish;
  const auto found = choices.find(journey);
  return found == choices.end() ? finish : found->second;
}

/// The journey's earlier versions that contacts follow.
std::vector<const journeys::Journey*> earlier_versions(const reaction::Rules& rules,
                                                       const JourneyRule& rule) {
  std::vector<const journeys::Journey*> earlier;
  for (const JourneyRule& each : rules.superseded_journeys()) {
    if (each.number == rule.number) earlier.push_back(&each.journey);
  }
  return earlier;
}

DefinitionProblem problem_of(std::string_view journey, std::string code, std::string message) {
  return {"", 0, std::move(code), fmt::format("inside.{}: {}", journey, message)};
}

void check_steps(const JourneyRule& rule, const Inside& inside, const reaction::Rules& rules,
                 DefinitionPlan& plan) {
  const std::string& key = rule.journey.key;
  const std::vector<const journeys::Journey*> earlier = earlier_versions(rules, rule);
  for (const auto& [from, to] : inside.steps) {
    // clang 14 captures no structured binding.
    const auto has_it = [&step = from](const auto* version) {
      return version->find(step) != nullptr;
    };
    const bool is_known = std::any_of(earlier.begin(), earlier.end(), has_it);
    if (!earlier.empty() && !is_known) {
      plan.problems.push_back(problem_of(
          key, "unknown_step",
          fmt::format("no version that contacts are inside of has a step \"{}\"", from)));
    }
    if (!to.empty() && rule.journey.find(to) == nullptr) {
      plan.problems.push_back(
          problem_of(key, "unknown_step", fmt::format("the new version has no step \"{}\"", to)));
    }
  }
}

/// An archived journey has no version to go on in.
void check_finishing(const JourneyRule& rule, const Inside& inside, DefinitionPlan& plan) {
  const bool has_choice =
      inside.choice == Inside::Choice::finish || inside.choice == Inside::Choice::leave;
  if (!rule.finishing || has_choice) return;
  plan.problems.push_back(problem_of(rule.journey.key, "unknown_choice",
                                     "the journey is archived: they finish or leave"));
}

/// A journey that stands still enters no step: of those inside it takes only what lets them wait
/// on.
void check_pause(const JourneyRule& rule, const Inside& inside, const reaction::Rules& rules,
                 DefinitionPlan& plan) {
  if (!rule.paused_since) return;
  for (const journeys::Journey* version : earlier_versions(rules, rule)) {
    for (const journeys::Step& step : version->steps) {
      const Fate fate = fate_of(rule.journey, step.id, inside);
      if (fate.kind != Fate::Kind::goes_on || !journeys::may_wait(step.action)) continue;
      if (journeys::carries_over(&step, *rule.journey.find(fate.step))) continue;
      plan.problems.push_back(problem_of(
          rule.journey.key, "journey_paused",
          fmt::format("who waits at \"{}\" would enter \"{}\" while the journey is paused: let it "
                      "go on first",
                      step.id, fate.step)));
      return;
    }
  }
}

bool takes_part(const InsideChoices& choices, const DefinitionChange& change) {
  if (change.kind != "journey") return false;
  return change.change == Change::changed || choices.contains(change.key);
}

bool is_archived(const DefinitionPlan& plan, std::string_view journey) {
  return std::any_of(plan.changes.begin(), plan.changes.end(), [&](const DefinitionChange& change) {
    return change.kind == "journey" && change.key == journey && change.change == Change::removed;
  });
}

/// Of everybody inside an archived journey, of whichever version.
Result<void> forecast_archived(store::StateReads& reads, const InsideChoices& choices,
                               DefinitionPlan& plan) {
  for (DefinitionChange& change : plan.changes) {
    if (change.kind != "journey" || change.change != Change::removed) continue;
    journeys::Journey every_version;
    every_version.key = change.key;
    every_version.version = std::numeric_limits<int>::max();
    TRY(forecast, forecast_of(reads, every_version, choice_of(choices, change.key)));
    if (!forecast.steps.empty()) change.inside = std::move(forecast);
  }
  return {};
}

}  // namespace

Result<void> forecast_inside(store::StateReads& reads, const InsideChoices& choices,
                             const reaction::Rules& rules, DefinitionPlan& plan) {
  TRY_VOID(forecast_archived(reads, choices, plan));
  for (const auto& [key, inside] : choices) {
    if (const JourneyRule* rule = rules.journey(key)) {
      check_finishing(*rule, inside, plan);
      check_steps(*rule, inside, rules, plan);
      if (plan.problems.empty()) check_pause(*rule, inside, rules, plan);
    } else if (!is_archived(plan, key)) {
      plan.problems.push_back(problem_of(key, "unknown_journey", "there is no such journey"));
    }
  }
  for (DefinitionChange& change : plan.changes) {
    if (!takes_part(choices, change)) continue;
    const JourneyRule* rule = rules.journey(change.key);
    if (rule == nullptr) continue;
    TRY(forecast, forecast_of(reads, rule->journey, choice_of(choices, change.key)));
    if (!forecast.steps.empty()) change.inside = std::move(forecast);
  }
  return {};
}

Result<void> refuse_change_under_way(store::StateReads& reads, const InsideChoices& choices,
                                     const DefinitionPlan& plan, const reaction::Rules& rules) {
  TRY(numbers, journeys_under_way(reads));
  for (const DefinitionChange& change : plan.changes) {
    if (!takes_part(choices, change)) continue;
    const JourneyRule* rule = rules.journey(change.key);
    if (rule == nullptr || !numbers.contains(rule->number)) continue;
    return failure(
        {.code = "change_under_way",
         .message = fmt::format("contacts inside journey \"{}\" are being brought to its present "
                                "version; it can change again when that is done",
                                change.key),
         .field = "inside",
         .value = change.key});
  }
  return {};
}

}  // namespace sojourn::runtime
