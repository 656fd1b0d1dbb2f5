#include "domain/journeys/steps/wait.h"

#include <fmt/format.h>

namespace sojourn::journeys {

Result<Wait> read_wait(const Value& value, const std::string& path) {
  const std::string* text = value.as_string();
  if (text == nullptr) {
    return failure({.code = "wrong_type",
                    .message = path + " must be a duration such as \"2d\"",
                    .field = path});
  }
  Result<Duration> duration = parse_duration(*text);
  if (!duration) {
    Error error = std::move(duration.error());
    error.field = path;
    error.message = path + ": " + error.message;
    return failure(std::move(error));
  }
  return Wait{*duration};
}

Value write(const Wait& wait) {
  return format_duration(wait.duration);
}

std::string describe(const Wait& wait) {
  return fmt::format("wait {}", format_duration(wait.duration));
}

StepOutcome enter(const Wait& wait, std::string_view next, StepContext& context) {
  if (wait.duration.ms == 0) return GoTo{next};
  return Stay{context.now + wait.duration};
}

}  // namespace sojourn::journeys
