#include "domain/journeys/steps/go_to_step.h"

#include <fmt/format.h>

#include "domain/definitions/reader.h"

namespace sojourn::journeys {

Result<GoToStep> read_go_to_step(const Value& value, const std::string& path) {
  GoToStep step;
  if (const std::string* target = value.as_string()) {
    TRY(key, read_key(*target, path, "a step"));
    step.step = std::move(key);
    return step;
  }
  definitions::Reader reader(value, path);
  TRY(target, reader.key("step"));
  step.step = std::move(target);
  TRY(at_most, reader.optional_integer("at_most", 1, go_to_max));
  step.at_most = static_cast<int>(at_most.value_or(step.at_most));
  TRY_VOID(reader.finish());
  return step;
}

Value write(const GoToStep& step) {
  return Object{{"step", step.step}, {"at_most", step.at_most}};
}

std::string describe(const GoToStep& step) {
  return fmt::format("go to {}, at most {} times", step.step, step.at_most);
}

StepOutcome enter(const GoToStep& step, std::string_view next, StepContext& context) {
  if (context.visit > step.at_most) return GoTo{next, "enough"};
  return GoTo{step.step, "again"};
}

}  // namespace sojourn::journeys
