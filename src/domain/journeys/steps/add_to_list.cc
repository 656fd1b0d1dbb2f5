#include "domain/journeys/steps/add_to_list.h"

#include <fmt/format.h>

namespace sojourn::journeys {

Result<AddToList> read_add_to_list(const Value& value, const std::string& path) {
  TRY(list, read_key(value, path, "a list"));
  return AddToList{std::move(list)};
}

Value write(const AddToList& step) {
  return step.list;
}

std::string describe(const AddToList& step) {
  return fmt::format("put on list {}", step.list);
}

StepOutcome enter(const AddToList& step, std::string_view next, StepContext& context) {
  context.change_list(step.list, true);
  return GoTo{next};
}

}  // namespace sojourn::journeys
