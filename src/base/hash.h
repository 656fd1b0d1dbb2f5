#pragma once

/// Keyed 128-bit hashes: contact ids, message ids, fact ids, signed tokens.

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace sojourn {

/// 128 bits, ordered as its bytes are, so that sorting in memory equals sorting in the store.
struct Hash128 {
  std::array<std::uint8_t, 16> bytes{};

  friend constexpr auto operator<=>(const Hash128&, const Hash128&) = default;

  [[nodiscard]] std::string_view view() const {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  }
  /// `bytes` must be 16 bytes long; absent otherwise.
  [[nodiscard]] static std::optional<Hash128> from_bytes(std::string_view bytes);

  template <typename H>
  friend H AbslHashValue(H state, const Hash128& hash) {
    std::uint64_t low = 0;
    std::memcpy(&low, hash.bytes.data(), sizeof low);
    return H::combine(std::move(state), low);
  }
};

/// The secret under which a workspace's hashes are made; from `secret.key`.
struct HashKey {
  std::array<std::uint8_t, 16> bytes{};
  friend bool operator==(const HashKey&, const HashKey&) = default;
};

/// SipHash-2-4-128 of the parts, each preceded by its length so that no two lists collide.
[[nodiscard]] Hash128 keyed_hash(const HashKey& key, std::initializer_list<std::string_view> parts);

/// An independent key for one purpose, derived from a master key.
[[nodiscard]] HashKey derive_key(const HashKey& master, std::string_view purpose);

/// SHA-256, for API keys, session ids and content addresses.
[[nodiscard]] std::array<std::uint8_t, 32> sha256(std::string_view bytes);

/// Compares without telling by its duration where the first difference is.
[[nodiscard]] bool equal_constant_time(std::string_view a, std::string_view b);

}  // namespace sojourn
