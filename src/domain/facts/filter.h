#pragma once

/// A filter: one comparison of one value, for example `path contains "/pricing"`.
///
/// The same operators serve event properties and contact attributes. A missing value (absent or
/// null) is false for every operator but `missing`, `is_not`, `not_one_of` and `not_contains`,
/// which are true (PRODUCT 3). A value of another type than the operand is unequal to it, not an
/// error; text that spells a number compares as one with a number.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/value.h"

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
  exists,
  missing,
};

struct Filter {
  std::string path;  ///< dotted, into the properties or the attributes
  Operator op = Operator::is;
  Value operand;  ///< null for exists and missing; a list for one_of

  friend bool operator==(const Filter&, const Filter&) = default;
};

inline constexpr std::size_t filters_max = 20;
inline constexpr std::size_t pattern_bytes_max = 1024;

/// Whether `actual` (null pointer: absent) passes the filter. Text compares case-sensitively.
[[nodiscard]] bool holds(const Filter& filter, const Value* actual);

/// `{property|attribute: path, is: operand}`: the operator's name is the member's name.
[[nodiscard]] Result<Filter> read_filter(const Value& value, const std::string& path,
                                         std::string_view subject_member);
[[nodiscard]] Value write_filter(const Filter& filter, std::string_view subject_member);

/// `path contains "/pricing"`, for people.
[[nodiscard]] std::string describe(const Filter& filter);

[[nodiscard]] std::string_view to_string(Operator op);

}  // namespace sojourn::facts
