#pragma once

/// Walking UTF-8 by code points. Malformed bytes count as one code point each and come through
/// unchanged: templates print what the data holds.

#include <cstdint>
#include <string_view>

namespace sojourn::templates {

struct CodePoint {
  char32_t value = 0;
  /// In the text that it was read from; at least 1.
  std::size_t bytes = 1;
  /// False for a byte that is no part of UTF-8; `value` is that byte then.
  bool is_valid = true;
};

/// The first code point of a text that is not empty.
[[nodiscard]] CodePoint first_code_point(std::string_view text);

/// Of UTF-8; malformed continuation bytes are not counted.
[[nodiscard]] std::size_t count_code_points(std::string_view text);

/// The byte at which code point number `index` begins; the size of the text where it is shorter.
[[nodiscard]] std::size_t byte_of_code_point(std::string_view text, std::size_t index);

/// Writes 1 to 4 bytes to `out` and returns how many.
std::size_t write_utf8(char32_t code_point, char* out);

}  // namespace sojourn::templates
