#pragma once

/// The words of the condition language. Internal to the parser.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "domain/segments/condition_text.h"

namespace sojourn::segments {

struct Token {
  enum class Kind : std::uint8_t {
    word,    ///< letters, digits, `_ . - *`; begins with a letter or `_`
    number,  ///< what begins with a digit, or a minus and a digit: `5`, `7d`, `2026-03-01`
    string,  ///< in quotation marks; `text` is what it stands for
    json,    ///< a list or an object, as JSON
    symbol,  ///< `( ) , = == != <> < <= > >= %`
    end,
  };
  Kind kind = Kind::end;
  std::string text;
  int line = 1;
  int column = 1;
};

/// Ends with a token of kind `end`.
[[nodiscard]] Result<std::vector<Token>, SyntaxError> tokens_of(std::string_view text);

}  // namespace sojourn::segments
