#pragma once

/// Cells to values.

#include <string>
#include <string_view>
#include <variant>

#include "base/result.h"
#include "base/time.h"
#include "base/value.h"
#include "domain/transfer/mapping.h"

namespace sojourn::transfer {

/// The value of a cell that is not empty, by the type of its column.
///
/// `number`: a decimal number without thousands separators; whole ones stay whole. `boolean`: true
/// false yes no on off y n t f 1 0 in any case. `date`: a day stays a day (`2026-03-01`), an
/// instant becomes UTC with milliseconds; local times are of `zone`, an IANA name. `list`: a JSON
/// list, else texts between `;`. `text` stays as it is.
///
/// Errors: `not_a_number`, `not_a_boolean`, `not_a_date`, `not_a_list`, `not_json`.
[[nodiscard]] Result<Value> convert(std::string_view cell, const Column& column,
                                    std::string_view zone);
/// The same for a value that JSON has typed already: it stays as it is where it is of the column's
/// type; text is read as a cell.
[[nodiscard]] Result<Value> convert(const Value& value, const Column& column,
                                    std::string_view zone);

/// The instant that a cell names; a day alone begins at midnight in `zone`. Error `not_a_date`.
[[nodiscard]] Result<Timestamp> convert_time(std::string_view cell, DateFormat format,
                                             std::string_view zone);

/// A value as a cell: what convert() reads back by the type that type_of() says.
[[nodiscard]] std::string to_cell(const Value& value);
[[nodiscard]] ValueType type_of(const Value& value);

}  // namespace sojourn::transfer
