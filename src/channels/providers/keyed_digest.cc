#include "channels/providers/keyed_digest.h"

#include <sodium.h>

namespace sojourn::channels::providers {

std::string keyed_digest(std::string_view key, std::string_view text) {
  const auto* const bytes = reinterpret_cast<const unsigned char*>(text.data());
  crypto_auth_hmacsha256_state state;
  crypto_auth_hmacsha256_init(&state, reinterpret_cast<const unsigned char*>(key.data()),
                              key.size());
  crypto_auth_hmacsha256_update(&state, bytes, text.size());
  std::string digest(crypto_auth_hmacsha256_BYTES, '\0');
  crypto_auth_hmacsha256_final(&state, reinterpret_cast<unsigned char*>(digest.data()));
  return digest;
}

}  // namespace sojourn::channels::providers
