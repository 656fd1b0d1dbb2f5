#pragma once

/// Conditions in the language that people read and write:
///
///   did "Page Viewed" where path contains "/pricing" at least 2 times in last 7 days
///     and country in (DE, AT) and not in segment "Customers"
///
/// `and` binds tighter than `or`; brackets group. Keywords are read in any case; names and values
/// as they are written. docs/reference/segments.md has the grammar.

#include <string>
#include <string_view>

#include "base/result.h"
#include "domain/segments/condition.h"

namespace sojourn::segments {

inline constexpr std::size_t condition_text_bytes_max = 16 * 1024;

/// What a text could not be read as, and where.
struct SyntaxError {
  int line = 1;         ///< counted from 1
  int column = 1;       ///< in characters, counted from 1
  std::string message;  ///< `expected an operator such as is, found "=~"`

  friend bool operator==(const SyntaxError&, const SyntaxError&) = default;
};

/// Code `bad_condition`, message with line and column, value `LINE:COLUMN`.
[[nodiscard]] Error to_error(const SyntaxError& error);

[[nodiscard]] Result<Condition, SyntaxError> parse_condition(std::string_view text);

/// The canonical text, on one line. Parsing it gives the same condition.
[[nodiscard]] std::string describe(const Condition& condition);
/// `"Page Viewed" where path contains "/pricing"`
[[nodiscard]] std::string describe(const facts::EventMatch& match);

}  // namespace sojourn::segments
