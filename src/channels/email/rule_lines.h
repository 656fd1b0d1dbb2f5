#pragma once

/// The form of the tables that operators write: a line a rule, words and parts, `#` before remarks.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sojourn::channels::email {

/// A rule: its line, joined with those that go on with it.
struct RuleLine {
  std::size_t number = 0;  ///< where it begins, from 1
  std::string text;
};

/// A line that begins with a space goes on with the rule above it.
[[nodiscard]] std::vector<RuleLine> rule_lines(std::string_view text);

/// Takes the next word off `line`: up to a space, where quotes hold spaces. Absent where a quote is
/// not closed.
[[nodiscard]] std::optional<std::string_view> take_word(std::string_view& line);

}  // namespace sojourn::channels::email
