#include "api/one_time_code.h"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "base/ensure.h"
#include "base/hash.h"
#include "base/text.h"

namespace sojourn::api {
namespace {

constexpr std::uint32_t code_modulus = 1'000'000;
/// RFC 6238 §5.2: one step for the way, and as much for clocks.
constexpr std::uint64_t steps_apart = 1;

}  // namespace

std::uint64_t code_step_at(Timestamp at) {
  ENSURE(at.ms >= 0);
  return static_cast<std::uint64_t>(at.ms / code_step.ms);
}

std::string one_time_code(std::string_view secret, std::uint64_t step) {
  std::array<unsigned char, 8> counter{};
  for (std::size_t i = 0; i < counter.size(); ++i) {
    counter[i] = static_cast<unsigned char>((step >> (8 * (7 - i))) & 0xff);
  }
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int digest_bytes = 0;
  const unsigned char* const made =
      HMAC(EVP_sha1(), secret.data(), static_cast<int>(secret.size()), counter.data(),
           counter.size(), digest.data(), &digest_bytes);
  ENSURE(made != nullptr);
  ENSURE(digest_bytes == 20);
  // RFC 4226 §5.3, "dynamic truncation".
  const std::size_t offset = digest[19] & 0x0f;
  const std::uint32_t number = (static_cast<std::uint32_t>(digest[offset] & 0x7f) << 24) |
                               (static_cast<std::uint32_t>(digest[offset + 1]) << 16) |
                               (static_cast<std::uint32_t>(digest[offset + 2]) << 8) |
                               static_cast<std::uint32_t>(digest[offset + 3]);
  return fmt::format("{:06}", number % code_modulus);
}

std::optional<std::uint64_t> find_code_step(std::string_view secret, std::string_view code,
                                            Timestamp now, std::uint64_t last_step) {
  const std::uint64_t present = code_step_at(now);
  const std::uint64_t first = present < steps_apart ? 0 : present - steps_apart;
  std::optional<std::uint64_t> found;
  for (std::uint64_t step = first; step <= present + steps_apart; ++step) {
    const bool fits = equal_constant_time(one_time_code(secret, step), code);
    if (fits && step > last_step) found = step;
  }
  return found;
}

std::string code_uri(std::string_view secret, const CodeAccount& account) {
  const std::string issuer = encode_percent(account.issuer);
  return fmt::format("otpauth://totp/{}:{}?secret={}&issuer={}&algorithm=SHA1&digits={}&period={}",
                     issuer, encode_percent(account.account), code_secret_text(secret), issuer,
                     code_digits, code_step.ms / 1000);
}

std::string code_secret_text(std::string_view secret) {
  std::string text = to_base32(secret);
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return text;
}

}  // namespace sojourn::api
