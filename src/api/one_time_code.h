#pragma once

/// One-time codes by time, as authenticator apps show them: RFC 6238 with SHA-1, six digits and
/// steps of 30 s, which is what all of them know.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace sojourn::api {

/// RFC 4226 §4 R6 recommends 160 bits.
inline constexpr std::size_t code_secret_bytes = 20;
inline constexpr Duration code_step = Duration::seconds(30);
inline constexpr std::size_t code_digits = 6;

/// Counts steps since 1970; `at` is no earlier than that.
[[nodiscard]] std::uint64_t code_step_at(Timestamp at);

/// The code of a step: six digits, with zeros in front.
[[nodiscard]] std::string one_time_code(std::string_view secret, std::uint64_t step);

/// The step that `code` is of, where it is the one of now, the one before or the next (clocks
/// differ), and later than `last_step`: a code that was seen is used up. Absent for any other.
/// Compares in constant time.
[[nodiscard]] std::optional<std::uint64_t> find_code_step(std::string_view secret,
                                                          std::string_view code, Timestamp now,
                                                          std::uint64_t last_step);

/// What an authenticator app reads from a QR code: `otpauth://totp/...`. `issuer` names the
/// workspace, `account` the user in it.
struct CodeAccount {
  std::string_view issuer;
  std::string_view account;
};
[[nodiscard]] std::string code_uri(std::string_view secret, const CodeAccount& account);

/// The secret as people type it: base32 in upper case.
[[nodiscard]] std::string code_secret_text(std::string_view secret);

}  // namespace sojourn::api
