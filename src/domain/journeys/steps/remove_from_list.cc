#include "domain/journeys/steps/remove_from_list.h"

#include <fmt/format.h>

namespace sojourn::journeys {

Result<RemoveFromList> read_remove_from_list(const Value& value, const std::string& path) {
  TRY(list, read_key(value, path, "a list"));
  return RemoveFromList{std::move(list)};
}

Value write(const RemoveFromList& step) {
  return step.list;
}

std::string describe(const RemoveFromList& step) {
  return fmt::format("take off list {}", step.list);
}

StepOutcome enter(const RemoveFromList& step, std::string_view next, StepContext& context) {
  context.change_list(step.list, false);
  return GoTo{next};
}

}  // namespace sojourn::journeys
