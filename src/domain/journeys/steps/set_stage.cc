#include "domain/journeys/steps/set_stage.h"

#include <fmt/format.h>

#include "domain/contacts/attributes.h"
#include "domain/definitions/reader.h"

namespace sojourn::journeys {

Result<SetStage> read_set_stage(const Value& value, const std::string& path) {
  const std::string* stage = value.as_string();
  if (stage == nullptr || stage->empty() || stage->size() > stage_bytes_max) {
    const std::string shown = definitions::shown(value);
    return failure(
        {.code = "wrong_type",
         .message = fmt::format("{} must be the name of a stage, in at most {} bytes, not {}", path,
                                stage_bytes_max, shown),
         .field = path,
         .value = shown,
         .limit = std::to_string(stage_bytes_max)});
  }
  return SetStage{*stage};
}

Value write(const SetStage& step) {
  return step.stage;
}

std::string describe(const SetStage& step) {
  return fmt::format("becomes {}", step.stage);
}

StepOutcome enter(const SetStage& step, std::string_view next, StepContext& context) {
  context.set_attributes(Object{{std::string(contacts::traits::lifecycle_stage), step.stage}},
                         "stage");
  return GoTo{next};
}

}  // namespace sojourn::journeys
