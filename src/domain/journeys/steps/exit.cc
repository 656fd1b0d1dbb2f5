#include "domain/journeys/steps/exit.h"

#include <fmt/format.h>

namespace sojourn::journeys {

Result<Exit> read_exit(const Value& value, const std::string& path) {
  const std::string* reason = value.as_string();
  if (reason == nullptr) {
    return failure({.code = "wrong_type", .message = path + " must be a reason", .field = path});
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
