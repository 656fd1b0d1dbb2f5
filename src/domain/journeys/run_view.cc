#include "domain/journeys/run_view.h"

namespace sojourn::journeys {
namespace {

constexpr std::string_view of_event = "event.";
constexpr std::string_view of_run = "run.";

/// Null is a value that is missing.
const Value* set_value(const Value* value) {
  return value == nullptr || value->is_null() ? nullptr : value;
}

}  // namespace

const Value* RunView::attribute(std::string_view path) const {
  if (path.starts_with(of_event)) {
    return set_value(find_path(run_.trigger, path.substr(of_event.size())));
  }
  if (path.starts_with(of_run)) {
    return set_value(find_path(run_.context, path.substr(of_run.size())));
  }
  return contact_.attribute(path);
}

}  // namespace sojourn::journeys
