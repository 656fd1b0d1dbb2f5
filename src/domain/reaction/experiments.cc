#include "domain/reaction/experiments.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace sojourn::reaction {
namespace {

using journeys::Split;
using journeys::Step;

const Split* experiment_of(const Step& step) {
  const auto* split = std::get_if<Split>(&step.action);
  return split != nullptr && split->experiment ? split : nullptr;
}

std::string compared_in(const journeys::Journey& journey, const Split& split) {
  std::string compared = journeys::compared_by(split);
  const bool by_goal = split.experiment->measure == experiments::Measure::goal;
  if (by_goal && journey.goal) compared += "\n" + journeys::describe(*journey.goal);
  return compared;
}

template <typename Experiments>
auto find_experiment(Experiments& all, std::uint32_t journey, std::string_view step) {
  return std::find_if(all.begin(), all.end(), [&](const Experiment& each) {
    return each.journey == journey && each.step == step;
  });
}

/// Where the experiment stands in a version of its journey; absent where that has another one, or
/// had it before it was begun anew.
std::optional<experiments::Standing> standing_in(const JourneyRule& rule, const Step& step,
                                                 const Split& split,
                                                 const std::vector<Experiment>& experiments) {
  const auto found = find_experiment(experiments, rule.number, step.id);
  const bool is_same = found != experiments.end() &&
                       rule.journey.version >= found->standing.version &&
                       found->compared == compared_in(rule.journey, split);
  return is_same ? std::optional(found->standing) : std::nullopt;
}

bool stands(const std::vector<JourneyRule>& rules, const std::vector<Experiment>& experiments) {
  for (const JourneyRule& rule : rules) {
    for (const Step& step : rule.journey.steps) {
      const Split* split = experiment_of(step);
      if (split == nullptr) continue;
      if (split->standing != standing_in(rule, step, *split, experiments)) return false;
    }
  }
  return true;
}

}  // namespace

std::vector<Experiment> experiments_in(const Rules& rules, const std::vector<Experiment>& known,
                                       Timestamp now) {
  std::vector<Experiment> all;
  for (const JourneyRule& rule : rules.journeys()) {
    for (const Step& step : rule.journey.steps) {
      const Split* split = experiment_of(step);
      if (split == nullptr) continue;
      Experiment experiment{.journey = rule.number,
                            .step = step.id,
                            .compared = compared_in(rule.journey, *split),
                            .standing = {.version = rule.journey.version, .since = now}};
      const auto before = find_experiment(known, rule.number, step.id);
      if (before != known.end() && before->compared == experiment.compared) experiment = *before;
      all.push_back(std::move(experiment));
    }
  }
  // What has been found stands when the journey is in force again.
  for (const Experiment& experiment : known) {
    if (rules.set_aside(experiment.journey) != nullptr) all.push_back(experiment);
  }
  return all;
}

std::shared_ptr<const Rules> with_standings(std::shared_ptr<const Rules> rules,
                                            const std::vector<Experiment>& experiments) {
  if (stands(rules->journeys(), experiments) && stands(rules->superseded_journeys(), experiments)) {
    return rules;
  }
  return rules->with_standings([&](const JourneyRule& rule, const Step& step, const Split& split) {
    return standing_in(rule, step, split, experiments);
  });
}

Result<void> declare(const Rules& rules, std::vector<Experiment>& experiments,
                     const Declaration& declaration, Timestamp now) {
  const JourneyRule* rule = rules.journey(declaration.journey);
  if (rule == nullptr) {
    return failure({.code = "unknown_journey",
                    .message = "there is no such journey",
                    .field = "key",
                    .value = declaration.journey});
  }
  const auto found = find_experiment(experiments, rule->number, declaration.step);
  if (found == experiments.end()) {
    return failure({.code = "no_experiment",
                    .message = "the journey has no experiment at such a step",
                    .field = "step",
                    .value = declaration.step});
  }
  std::optional<experiments::Winner>& winner = found->standing.winner;
  if (!declaration.arm) {
    if (!winner) {
      return failure({.code = "no_winner",
                      .message = "the experiment has no winner",
                      .field = "step",
                      .value = declaration.step});
    }
    winner.reset();
    return {};
  }
  const Split& split = std::get<Split>(rule->journey.find(declaration.step)->action);
  const bool is_arm = std::any_of(split.arms.begin(), split.arms.end(), [&](const Split::Arm& arm) {
    return arm.name == *declaration.arm;
  });
  if (!is_arm) {
    return failure({.code = "unknown_value",
                    .message = "the split has no such arm",
                    .field = "arm",
                    .value = *declaration.arm});
  }
  if (winner && winner->arm == *declaration.arm) {
    return failure(
        {.code = "already_winner",
         .message = fmt::format("it has been the winner since {}", format_timestamp(winner->at)),
         .field = "arm",
         .value = *declaration.arm});
  }
  winner = experiments::Winner{*declaration.arm, now, declaration.by};
  return {};
}

ExperimentBoard::ExperimentBoard(const Rules& rules, std::vector<Experiment> experiments) {
  for (Experiment& experiment : experiments) {
    const JourneyRule* rule = rules.journey(experiment.journey);
    const Step* step = rule == nullptr ? nullptr : rule->journey.find(experiment.step);
    const Split* split = step == nullptr ? nullptr : experiment_of(*step);
    if (split == nullptr) continue;
    Place place{.journey = rule->journey.key, .plan = *split->experiment, .counts = {}};
    for (const Split::Arm& arm : split->arms) place.counts.push_back({.arm = arm.name});
    places_.push_back(std::move(place));
    experiments_.push_back(std::move(experiment));
  }
}

std::vector<experiments::ArmCount> ExperimentBoard::counts(std::uint32_t journey,
                                                           std::string_view step) const {
  const auto found = find_experiment(experiments_, journey, step);
  if (found == experiments_.end()) return {};
  return places_[static_cast<std::size_t>(found - experiments_.begin())].counts;
}

void ExperimentBoard::count(const effects::CounterStep& counted) {
  if (counted.variant.empty() || counted.definition != "journey") return;
  for (std::size_t i = 0; i < experiments_.size(); ++i) {
    const bool is_its = experiments_[i].step == counted.step && places_[i].journey == counted.key &&
                        experiments_[i].standing.version <= counted.version;
    if (!is_its) continue;
    for (experiments::ArmCount& count : places_[i].counts) {
      if (count.arm != counted.variant) continue;
      if (counted.outcome == effects::arm_came) count.people += counted.by;
      if (counted.outcome == effects::arm_succeeded) count.successes += counted.by;
    }
  }
}

Timestamp ExperimentBoard::next_due() const {
  Timestamp due = Timestamp::never();
  for (std::size_t i = 0; i < experiments_.size(); ++i) {
    due = std::min(
        due, experiments::look_due(places_[i].plan, experiments_[i].standing, places_[i].counts));
  }
  return due;
}

std::vector<ExperimentBoard::Looked> ExperimentBoard::look(Timestamp now) {
  std::vector<Looked> looked;
  for (std::size_t i = 0; i < experiments_.size(); ++i) {
    Experiment& experiment = experiments_[i];
    const Place& place = places_[i];
    if (experiments::look_due(place.plan, experiment.standing, place.counts) > now) continue;
    experiment.standing =
        experiments::look(*place.plan.decide, experiment.standing, place.counts, now);
    looked.push_back({place.journey, experiment.step, experiment.standing});
  }
  return looked;
}

}  // namespace sojourn::reaction
