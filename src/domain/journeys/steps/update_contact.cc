#include "domain/journeys/steps/update_contact.h"

#include <fmt/format.h>

#include "domain/definitions/reader.h"

namespace sojourn::journeys {

Result<UpdateContact> read_update_contact(const Value& value, const std::string& path) {
  const Object* values = value.as_object();
  if (values == nullptr || values->empty() || values->size() > updated_max) {
    return failure({.code = "wrong_type",
                    .message = fmt::format("{} must hold 1 to {} attributes, not {}", path,
                                           updated_max, definitions::shown(value)),
                    .field = path,
                    .value = definitions::shown(value),
                    .limit = std::to_string(updated_max)});
  }
  return UpdateContact{*values};
}

Value write(const UpdateContact& step) {
  return step.values;
}

std::string describe(const UpdateContact& step) {
  std::string text = "set";
  for (const auto& [name, value] : step.values) {
    text += fmt::format("{} {}", name == step.values.begin()->first ? "" : ",", name);
  }
  return text;
}

StepOutcome enter(const UpdateContact& step, std::string_view next, StepContext& context) {
  Object values;
  for (const auto& [name, value] : step.values) values.set(name, context.rendered(value));
  context.set_attributes(std::move(values), "update");
  return GoTo{next};
}

}  // namespace sojourn::journeys
