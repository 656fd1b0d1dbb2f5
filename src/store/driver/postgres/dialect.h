#pragma once

/// What PostgreSQL writes differently from the SQL of store/sql, in one place: how parameters are
/// named, and which text it can hold.

#include <span>
#include <string>
#include <string_view>

namespace sojourn::store::driver::postgres {

/// The same SQL with `$1` for `?1`. What stands between quotes is left alone.
[[nodiscard]] std::string with_dollar_parameters(std::string_view sql);

/// PostgreSQL's text is well-formed UTF-8 without U+0000; ours is whatever bytes came from outside.
/// Such bytes, and the mark itself, are written as the mark U+001A and two hexadecimal digits, so
/// that different texts stay different. Nearly all text is its own stored form.
[[nodiscard]] bool is_storable(std::string_view text);
[[nodiscard]] std::string to_stored(std::string_view text);
/// The text that to_stored() was given; a mark without its digits stands for itself.
[[nodiscard]] std::string from_stored(std::string_view stored);
/// Whether from_stored() would change it.
[[nodiscard]] bool has_mark(std::string_view stored);

/// The binary form of an array of text (`text[]`), one dimension, no nulls.
[[nodiscard]] std::string text_array(std::span<const std::string> elements);

}  // namespace sojourn::store::driver::postgres
