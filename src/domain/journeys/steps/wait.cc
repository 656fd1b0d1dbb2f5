#include "domain/journeys/steps/wait.h"

#include <fmt/format.h>

#include "domain/definitions/reader.h"
#include "domain/journeys/run_view.h"

namespace sojourn::journeys {

Result<WaitExpression> read_wait_text(const Value& value, const std::string& path) {
  const std::string* text = value.as_string();
  if (text == nullptr) {
    return failure({.code = "wrong_type",
                    .message = fmt::format("{} must be a text such as \"2 days\", not {}", path,
                                           definitions::shown(value)),
                    .field = path,
                    .value = definitions::shown(value)});
  }
  Result<WaitExpression> wait = parse_wait(*text);
  if (!wait) {
    wait.error().field = path;
    wait.error().message = path + ": " + wait.error().message;
  }
  return wait;
}

Result<Wait> read_wait(const Value& value, const std::string& path) {
  TRY(until, read_wait_text(value, path));
  return Wait{std::move(until)};
}

Value write(const Wait& wait) {
  return describe(wait.until);
}

std::string describe(const Wait& wait) {
  return fmt::format("wait {}", describe(wait.until));
}

StepOutcome enter(const Wait& wait, std::string_view next, StepContext& context) {
  const WaitEnd end = end_of(wait.until, context.now,
                             ContactWaitView(RunView(context.view.conditions(), context.run)));
  if (end.past) {
    switch (wait.until.if_past) {
      case IfPast::go_on:
        break;
      case IfPast::skip:
        return SkipNext{};
      case IfPast::exit:
        return End{RunState::exited, "date_past"};
    }
  }
  if (end.at <= context.now) return GoTo{next};
  return Stay{end.at};
}

}  // namespace sojourn::journeys
