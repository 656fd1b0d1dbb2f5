#include "channels/webhook/signature.h"

#include <fmt/format.h>
#include <sodium.h>

#include <array>

#include "base/text.h"

namespace sojourn::channels::webhook {

std::string sign(std::string_view key, const Signed& call) {
  const std::string text = fmt::format("{}.{}.{}", call.id, call.unix_seconds, call.body);
  crypto_auth_hmacsha256_state state;
  crypto_auth_hmacsha256_init(&state, reinterpret_cast<const unsigned char*>(key.data()),
                              key.size());
  crypto_auth_hmacsha256_update(&state, reinterpret_cast<const unsigned char*>(text.data()),
                                text.size());
  std::array<char, crypto_auth_hmacsha256_BYTES> digest{};
  crypto_auth_hmacsha256_final(&state, reinterpret_cast<unsigned char*>(digest.data()));
  return "v1," + to_base64({digest.data(), digest.size()});
}

}  // namespace sojourn::channels::webhook
