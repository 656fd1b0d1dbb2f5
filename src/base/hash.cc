#include "base/hash.h"

#include <sodium.h>

#include "base/ensure.h"

namespace sojourn {

std::optional<Hash128> Hash128::from_bytes(std::string_view bytes) {
  if (bytes.size() != 16) return std::nullopt;
  Hash128 hash;
  std::memcpy(hash.bytes.data(), bytes.data(), 16);
  return hash;
}

Hash128 keyed_hash(const HashKey& key, std::initializer_list<std::string_view> parts) {
  static_assert(crypto_shorthash_siphashx24_BYTES == 16);
  static_assert(crypto_shorthash_siphashx24_KEYBYTES == 16);
  std::string joined;
  std::size_t total = 0;
  for (const std::string_view part : parts) total += part.size() + sizeof(std::uint32_t);
  joined.reserve(total);
  for (const std::string_view part : parts) {
    const auto length = static_cast<std::uint32_t>(part.size());
    for (int shift = 0; shift < 32; shift += 8) {
      joined.push_back(static_cast<char>((length >> shift) & 0xff));
    }
    joined.append(part);
  }
  Hash128 hash;
  crypto_shorthash_siphashx24(hash.bytes.data(),
                              reinterpret_cast<const unsigned char*>(joined.data()), joined.size(),
                              key.bytes.data());
  return hash;
}

HashKey derive_key(const HashKey& master, std::string_view purpose) {
  return {keyed_hash(master, {"sojourn key", purpose}).bytes};
}

std::array<std::uint8_t, 32> sha256(std::string_view bytes) {
  std::array<std::uint8_t, 32> digest{};
  crypto_hash_sha256(digest.data(), reinterpret_cast<const unsigned char*>(bytes.data()),
                     bytes.size());
  return digest;
}

bool equal_constant_time(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  return sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace sojourn
