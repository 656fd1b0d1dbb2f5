#pragma once

/// Keeps secrets where others may read: sealed under the master key for one purpose, and opened
/// only as what they were sealed as.

#include <array>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

#include "base/hash.h"
#include "base/result.h"

namespace sojourn {

/// XChaCha20-Poly1305 (libsodium). Thread-safe.
class SecretBox {
 public:
  /// By a key of 256 bits that is derived from `master` for `purpose` alone.
  SecretBox(const HashKey& master, std::string_view purpose);
  ~SecretBox();
  SecretBox(const SecretBox&) = delete;
  SecretBox& operator=(const SecretBox&) = delete;

  /// What may be stored: version, a nonce from the system's source of randomness (of 192 bits, so
  /// that none comes twice), and the ciphertext with its tag. `about` says what the secret is of;
  /// it is not stored, and open() needs the same.
  [[nodiscard]] std::string seal(std::string_view secret,
                                 std::initializer_list<std::string_view> about) const;
  /// Error `secret_not_opened` where a bit was changed, where it was sealed under another key or
  /// for another purpose, or is about something else.
  [[nodiscard]] Result<std::string> open(std::string_view sealed,
                                         std::initializer_list<std::string_view> about) const;

 private:
  std::array<std::uint8_t, 32> key_{};
};

}  // namespace sojourn
