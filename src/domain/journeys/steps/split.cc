#include "domain/journeys/steps/split.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/json.h"
#include "domain/definitions/reader.h"

namespace sojourn::journeys {
namespace {

const Split::Arm* find_arm(const Split& split, std::string_view name) {
  const auto found = std::find_if(split.arms.begin(), split.arms.end(),
                                  [&](const Split::Arm& arm) { return arm.name == name; });
  return found == split.arms.end() ? nullptr : &*found;
}

Result<void> read_experiment(definitions::Reader& reader, Split& split) {
  const Value* value = reader.find("experiment");
  if (value == nullptr) return {};
  TRY(plan, experiments::read_plan(*value, reader.path_of("experiment")));
  if (split.arms.size() < experiment_arms_min) {
    return reader.refuse("too_few_arms", "experiment",
                         fmt::format("compares {} arm, it needs {}: what the arms leave to "
                                     "`otherwise` takes no part",
                                     split.arms.size(), experiment_arms_min));
  }
  if (!split.winner.empty()) {
    return reader.refuse("winner_of_experiment", "winner",
                         "is found by the experiment: one of the two must go");
  }
  const bool names_arm =
      plan.decide && plan.decide->if_unclear == experiments::Decide::IfUnclear::arm;
  if (names_arm && find_arm(split, plan.decide->arm) == nullptr) {
    return reader.refuse("unknown_value", "experiment.decide.if_unclear.arm",
                         fmt::format("there is no arm \"{}\"", plan.decide->arm));
  }
  split.experiment = std::move(plan);
  return {};
}

}  // namespace

std::string_view Split::taken_by_all() const {
  if (!winner.empty()) return winner;
  return standing && standing->winner ? std::string_view(standing->winner->arm)
                                      : std::string_view();
}

Result<Split> read_split(const Value& value, const std::string& path) {
  definitions::Reader reader(value, path);
  Split split;
  TRY(arms, reader.optional_list("arms"));
  if (arms->empty() || arms->size() > split_arms_max) {
    return reader.refuse(
        "out_of_range", "arms",
        fmt::format("has {} items, it must have 1 to {}", arms->size(), split_arms_max));
  }
  double total = 0;
  for (std::size_t i = 0; i < arms->size(); ++i) {
    definitions::Reader inner((*arms)[i], fmt::format("{}[{}]", reader.path_of("arms"), i));
    Split::Arm arm;
    TRY(name, inner.text("name"));
    arm.name = std::move(name);
    TRY(percent, inner.number("percent"));
    if (!(percent > 0 && percent <= 100)) {
      return inner.refuse("out_of_range", "percent", "must be above 0 and at most 100");
    }
    arm.percent = percent;
    total += percent;
    inner.find("steps");
    TRY_VOID(inner.finish());
    if (find_arm(split, arm.name) != nullptr) {
      return inner.refuse("duplicate_key", "name", fmt::format("\"{}\" is used twice", arm.name));
    }
    split.arms.push_back(std::move(arm));
  }
  // Thirds do not add up to 100 exactly.
  if (total > 100 + 1e-9) {
    return reader.refuse("out_of_range", "arms",
                         fmt::format("take {} percent, the limit is 100", total));
  }
  TRY(seed, reader.optional_text("seed"));
  split.seed = seed.value_or("");
  TRY(winner, reader.optional_text("winner"));
  split.winner = winner.value_or("");
  if (!split.winner.empty() && find_arm(split, split.winner) == nullptr) {
    return reader.refuse("unknown_value", "winner",
                         fmt::format("there is no arm \"{}\"", split.winner));
  }
  TRY_VOID(read_experiment(reader, split));
  reader.find("otherwise");
  TRY_VOID(reader.finish());
  return split;
}

Value write(const Split& step) {
  Value::List arms;
  for (const Split::Arm& arm : step.arms) {
    arms.push_back(Object{{"name", arm.name}, {"percent", arm.percent}});
  }
  Object object{{"arms", std::move(arms)}};
  if (!step.seed.empty()) object.set("seed", step.seed);
  if (!step.winner.empty()) object.set("winner", step.winner);
  if (step.experiment) object.set("experiment", experiments::write(*step.experiment));
  return object;
}

std::string describe(const Split& step) {
  if (const std::string_view won = step.taken_by_all(); !won.empty()) {
    return fmt::format("split, {} has won", won);
  }
  std::string text = "split";
  for (const Split::Arm& arm : step.arms) {
    text +=
        fmt::format("{} {} {:g} %", &arm == &step.arms.front() ? "" : ",", arm.name, arm.percent);
  }
  if (step.experiment) text += ", " + experiments::describe(*step.experiment);
  return text;
}

std::string compared_by(const Split& step) {
  Value::List arms;
  for (const Split::Arm& arm : step.arms) {
    arms.push_back(Object{{"name", arm.name}, {"percent", arm.percent}});
  }
  Object object{{"arms", std::move(arms)}, {"seed", step.seed}};
  if (step.experiment) object.set("measure", experiments::to_string(step.experiment->measure));
  return to_json(object);
}

StepOutcome enter(const Split& step, std::string_view, StepContext& context) {
  if (const Split::Arm* won = find_arm(step, step.taken_by_all())) {
    return GoTo{won->next, won->name};
  }
  const std::string own = fmt::format("{}/{}", context.journey, context.step);
  double share = segments::random_percent(context.view.conditions().contact(),
                                          step.seed.empty() ? own : step.seed);
  for (const Split::Arm& arm : step.arms) {
    if (share < arm.percent) {
      GoTo drawn{arm.next, arm.name};
      if (step.experiment) drawn.measured = step.experiment->measure;
      return drawn;
    }
    share -= arm.percent;
  }
  return GoTo{step.otherwise, "otherwise"};
}

}  // namespace sojourn::journeys
