#pragma once

/// Upper and lower case of single code points, for every script that has cases.

namespace sojourn::templates {

/// The code point itself where it has no other case, or where its other case is several code
/// points (`ß`).
[[nodiscard]] char32_t upper_case(char32_t code_point);
[[nodiscard]] char32_t lower_case(char32_t code_point);

}  // namespace sojourn::templates
