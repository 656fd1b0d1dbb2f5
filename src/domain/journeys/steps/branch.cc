#include "domain/journeys/steps/branch.h"

#include <fmt/format.h>

#include "domain/definitions/reader.h"
#include "domain/journeys/run_view.h"
#include "domain/segments/condition_json.h"
#include "domain/segments/condition_text.h"

namespace sojourn::journeys {

Result<Branch> read_branch(const Value& value, const std::string& path) {
  definitions::Reader reader(value, path);
  Branch branch;
  TRY(arms, reader.optional_list("arms"));
  if (arms->empty() || arms->size() > arms_max) {
    return reader.refuse("out_of_range", "arms",
                         fmt::format("has {} items, it must have 1 to {}", arms->size(), arms_max));
  }
  for (std::size_t i = 0; i < arms->size(); ++i) {
    const std::string inner = fmt::format("{}[{}]", reader.path_of("arms"), i);
    definitions::Reader arm_reader((*arms)[i], inner);
    TRY(when, arm_reader.require("when"));
    TRY(condition, segments::read_condition(*when, arm_reader.path_of("when")));
    TRY(name, arm_reader.optional_text("name"));
    arm_reader.find("steps");
    TRY_VOID(arm_reader.finish());
    branch.arms.push_back({name.value_or(segments::describe(condition)), condition, ""});
  }
  reader.find("otherwise");
  TRY_VOID(reader.finish());
  return branch;
}

Value write(const Branch& branch) {
  Value::List arms;
  for (const Branch::Arm& arm : branch.arms) {
    arms.push_back(Object{{"name", arm.name}, {"when", segments::write_condition(arm.when)}});
  }
  return Object{{"arms", std::move(arms)}};
}

std::string describe(const Branch& branch) {
  return fmt::format("branch by {}", branch.arms.front().name);
}

StepOutcome enter(const Branch& branch, std::string_view, StepContext& context) {
  const RunView view(context.view.conditions(), context.run);
  for (const Branch::Arm& arm : branch.arms) {
    if (segments::evaluate(arm.when, view, context.now).value) {
      return GoTo{arm.next, arm.name};
    }
  }
  return GoTo{branch.otherwise, "otherwise"};
}

}  // namespace sojourn::journeys
