#pragma once

/// Passwords as argon2id hashes (RFC 9106). Each call takes its memory and some 0.1 s: never on a
/// server thread.

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace sojourn::api {

inline constexpr std::size_t password_characters_min = 10;
/// Longer input only costs us time; nobody's memory holds it.
inline constexpr std::size_t password_bytes_max = 200;

/// What one hash costs. The default is above the floor of OWASP (19 MiB, 2 passes).
struct PasswordCost {
  std::size_t memory_bytes = 64 << 20;
  unsigned long long passes = 3;
};

/// libsodium's text form, which holds cost and salt. Error: `out_of_memory`.
[[nodiscard]] Result<std::string> hash_password(std::string_view password,
                                                const PasswordCost& cost);

/// False also for an empty hash, after the time that a hash of this cost takes: the answer does not
/// tell by its duration whether there is such a user.
[[nodiscard]] bool verify_password(std::string_view hash, std::string_view password,
                                   const PasswordCost& cost);

}  // namespace sojourn::api
