#pragma once

/// The filters: what may stand after `|`.
///
/// A filter reads its input and arguments, charges the context for what it reads and before it
/// allocates, and returns its result. A refused charge or a failure is remembered by the context,
/// which ends the render: the filter then returns anything.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "domain/templates/liquid_datum.h"
#include "domain/templates/liquid_number.h"

namespace sojourn::templates {

class Context;

/// One application of a filter.
struct FilterInput {
  Context& context;
  Datum value;
  std::span<const Datum> arguments;
  /// Of `default`; every other named argument is ignored, as Liquid does.
  bool allow_false = false;

  /// The argument, nil where there are fewer.
  [[nodiscard]] Datum argument(std::size_t index) const {
    return index < arguments.size() ? arguments[index] : Datum();
  }
  [[nodiscard]] bool has(std::size_t index) const { return index < arguments.size(); }

  /// The printed form of the input, or of an argument, paid for.
  [[nodiscard]] std::string_view text() const;
  [[nodiscard]] std::string_view text_argument(std::size_t index) const;
  /// Whole numbers as Ruby's Integer() reads them; absent, and refused, where it is none.
  [[nodiscard]] std::optional<std::int64_t> whole_argument(std::size_t index) const;
  /// The input as a list: lists in it flattened, nil as an empty list, anything else as one item.
  [[nodiscard]] Items items() const;
};

struct Filter {
  std::string_view name;
  Datum (*apply)(const FilterInput& input);
  std::size_t arguments_min = 0;
  std::size_t arguments_max = 0;
};

/// Null where there is none of that name.
[[nodiscard]] const Filter* find_filter(std::string_view name);

/// The nearest whole number of 64 bits where the number is beyond them: as a length or a place it
/// means the same.
[[nodiscard]] std::optional<std::int64_t> beyond_64_bits(const Datum& datum);

/// What Liquid computes with: a text that begins with a number is that number, the rest is 0.
[[nodiscard]] Number number_of(const Datum& datum);
[[nodiscard]] Datum datum_of(Number number);

// The filters by what they work on, for the table of find_filter.
[[nodiscard]] std::span<const Filter> text_filters();
[[nodiscard]] std::span<const Filter> code_filters();
[[nodiscard]] std::span<const Filter> number_filters();
[[nodiscard]] std::span<const Filter> money_filters();
[[nodiscard]] std::span<const Filter> list_filters();
[[nodiscard]] std::span<const Filter> property_filters();
[[nodiscard]] std::span<const Filter> date_filters();

}  // namespace sojourn::templates
