#include "api/password.h"

#include <sodium.h>

#include <array>

namespace sojourn::api {

Result<std::string> hash_password(std::string_view password, const PasswordCost& cost) {
  std::array<char, crypto_pwhash_STRBYTES> text{};
  const int status =
      crypto_pwhash_str_alg(text.data(), password.data(), password.size(), cost.passes,
                            cost.memory_bytes, crypto_pwhash_ALG_ARGON2ID13);
  if (status != 0) return failure("out_of_memory", "there is no memory to hash a password");
  return std::string(text.data());
}

bool verify_password(std::string_view hash, std::string_view password, const PasswordCost& cost) {
  if (hash.empty()) {
    // Hashing costs what verifying costs.
    const Result<std::string> spent = hash_password(password, cost);
    static_cast<void>(spent);
    return false;
  }
  const std::string terminated(hash);
  return crypto_pwhash_str_verify(terminated.c_str(), password.data(), password.size()) == 0;
}

}  // namespace sojourn::api
