#include "domain/journeys/steps/exit.h"

#include <fmt/format.h>

#include "domain/definitions/reader.h"

namespace sojourn::journeys {

Result<Exit> read_exit(const Value& value, const std::string& path) {
  const std::string* reason = value.as_string();
  if (reason == nullptr) {
    const std::string shown = definitions::shown(value);
    return failure({.code = "wrong_type",
                    .message = fmt::format("{} must be a reason, not {}", path, shown),
                    .field = path,
                    .value = shown});
  }
  return Exit{*reason};
}

Value write(const Exit& exit) {
  return exit.reason;
}

std::string describe(const Exit& exit) {
  return fmt::format("exit: {}", exit.reason);
}

StepOutcome enter(const Exit& exit, std::string_view, StepContext&) {
  return End{RunState::exited, exit.reason};
}

}  // namespace sojourn::journeys
