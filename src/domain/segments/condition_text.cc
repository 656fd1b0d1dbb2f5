#include "domain/segments/condition_text.h"

#include <fmt/format.h>

#include "domain/segments/condition_lexer.h"
#include "domain/segments/condition_parser.h"

namespace sojourn::segments {

Error to_error(const SyntaxError& error) {
  return {.code = "bad_condition",
          .message = fmt::format("line {}, column {}: {}", error.line, error.column, error.message),
          .value = fmt::format("{}:{}", error.line, error.column)};
}

Result<Condition, SyntaxError> parse_condition(std::string_view text) {
  TRY(tokens, tokens_of(text));
  return ConditionParser(std::move(tokens)).run();
}

}  // namespace sojourn::segments
