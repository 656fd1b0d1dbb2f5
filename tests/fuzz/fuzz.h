#pragma once

/// What every fuzz target is made of: a function over the bytes that libFuzzer makes up. A target
/// breaks an ENSURE where a promise does not hold; sanitizers see the rest.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/ensure.h"

namespace sojourn::fuzz {

/// Defined once by each target.
void run(std::string_view input);

/// Takes the first byte of the input, for choices; 0 where there is none.
inline std::uint8_t take_byte(std::string_view& input) {
  if (input.empty()) return 0;
  const auto byte = static_cast<std::uint8_t>(input.front());
  input.remove_prefix(1);
  return byte;
}

}  // namespace sojourn::fuzz
