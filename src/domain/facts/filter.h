#pragma once

/// A filter: one comparison of one value, for example `path contains "/pricing"`.
///
/// The same operators serve event properties and contact attributes. A missing value (absent or
/// null) is false for every operator but `missing`, `is_not`, `not_one_of` and `not_contains`,
/// which are true (PRODUCT 3). A value of another type than the operand is unequal to it, not an
/// error; text that spells a number compares as one with a number. What is no date is false for
/// every question about dates. docs/reference/segments.md has the whole table.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/calendar.h"
#include "base/result.h"
#include "base/value.h"
#include "domain/facts/date_value.h"

namespace re2 {
class RE2;
}

namespace sojourn::facts {

enum class Operator : std::uint8_t {
  is,
  is_not,
  one_of,
  not_one_of,
  contains,  ///< text holds text; a list holds the value
  not_contains,
  starts_with,
  ends_with,
  matches,  ///< RE2, anywhere in the text
  greater,
  at_least,
  less,
  at_most,
  between,  ///< both ends included
  exists,
  missing,
  before,  ///< a date, as `stands` compares
  on,
  after,
  within_last,  ///< a span
  within_next,
  longer_ago,
  further_ahead,
  anniversary,  ///< today
  anniversary_within_last,
  anniversary_within_next,
};

/// What an operator compares with.
enum class OperandKind : std::uint8_t { value, list, pattern, pair, none, date, span };
[[nodiscard]] OperandKind operand_kind(Operator op);

/// Whether the answer depends on the present or on a zone.
[[nodiscard]] bool asks_for_time(Operator op);

struct Filter {
  /// Dotted, into the properties or the attributes; a part `*` is every item of a list.
  std::string path;
  Operator op = Operator::is;
  Value operand;  ///< as written; null where the operator takes none

  // Read from the operand once; what the operator does not take stays empty.
  std::optional<DateOperand> date;
  Span span;
  std::shared_ptr<const re2::RE2> pattern;  ///< shared: immutable, and filters are copied

  /// The definition's own: path, operator and operand.
  friend bool operator==(const Filter& a, const Filter& b) {
    return a.path == b.path && a.op == b.op && a.operand == b.operand;
  }
};

inline constexpr std::size_t filters_max = 20;
inline constexpr std::size_t pattern_bytes_max = 1024;
inline constexpr std::size_t path_bytes_max = 256;
inline constexpr std::size_t operand_items_max = 1000;

/// Checks path and operand against the operator. Errors: `wrong_type`, `too_long`, `too_many`,
/// `bad_pattern`, `not_a_date`, `not_a_duration`, without a field.
[[nodiscard]] Result<Filter> make_filter(std::string path, Operator op, Value operand);

/// Whether the value at the filter's path in `object` passes. Text compares case-sensitively.
[[nodiscard]] Verdict holds(const Filter& filter, const Object& object, const Moment& moment);
/// The same, where the caller has looked up the value at path_head(): null pointer where absent.
[[nodiscard]] Verdict holds(const Filter& filter, const Value* head, const Moment& moment);
/// The path up to its first `*`.
[[nodiscard]] std::string_view path_head(const Filter& filter);

/// `{property|attribute: path, is: operand}`: the operator's name is the member's name.
[[nodiscard]] Result<Filter> read_filter(const Value& value, const std::string& path,
                                         std::string_view subject_member);
[[nodiscard]] Value write_filter(const Filter& filter, std::string_view subject_member);

/// The member's name: `not_one_of`.
[[nodiscard]] std::string_view to_string(Operator op);

}  // namespace sojourn::facts
