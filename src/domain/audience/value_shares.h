#pragma once

/// What contacts have in an attribute: how many have it, of which types its values are, and which
/// are the most frequent. For people who write conditions.

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/value.h"
#include "domain/audience/value_column.h"

namespace sojourn::audience {

struct ValueShare {
  Value value;
  std::uint64_t contacts = 0;
};

struct AttributeShares {
  std::uint64_t contacts = 0;        ///< who have a value
  std::vector<std::string> types;    ///< `text`, `number`, `boolean`, `date`, `list`, `object`
  std::vector<std::string> members;  ///< of objects, by name: they are asked for as `a.member`
  std::vector<ValueShare> values;    ///< the most frequent first; no lists and objects
};

/// Types and members are those of the first thousand distinct values. `prefix`: only values whose
/// text begins with it, where A to Z are a to z. Linear in the contacts and the distinct values.
[[nodiscard]] AttributeShares shares_of(const ValueColumn& column, std::string_view prefix,
                                        std::size_t values_max);

/// The type of a value as conditions tell them apart; a text that is a date is a `date`.
[[nodiscard]] std::string_view type_of(const Value& value);

}  // namespace sojourn::audience
