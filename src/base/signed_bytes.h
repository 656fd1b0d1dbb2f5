#pragma once

#include <optional>
#include <string_view>

#include "base/hash.h"

namespace sojourn {

/// Bytes that end with a keyed hash over what stands before it, as the tokens in links and
/// addresses do: what stands before it, and absent where there is none or the hash is another one,
/// told in constant time.
///
/// `mac` makes the hash of the bytes before it.
template <typename Mac>
[[nodiscard]] std::optional<std::string_view> read_signed(std::string_view bytes, Mac&& mac) {
  constexpr std::size_t mac_bytes = sizeof(Hash128);
  if (bytes.size() <= mac_bytes) return std::nullopt;
  const std::string_view content = bytes.substr(0, bytes.size() - mac_bytes);
  const Hash128 expected = mac(content);
  if (!equal_constant_time(expected.view(), bytes.substr(content.size()))) return std::nullopt;
  return content;
}

}  // namespace sojourn
