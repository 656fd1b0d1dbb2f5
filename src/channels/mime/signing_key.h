#pragma once

/// A private key by which mails are signed, and the DNS record under which receivers find its
/// public half.

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

typedef struct evp_pkey_st EVP_PKEY;

namespace sojourn::channels::mime {

enum class KeyKind : std::uint8_t {
  rsa,      ///< rsa-sha256 (RFC 6376 §3.3), 2048 bits: what every receiver reads
  ed25519,  ///< ed25519-sha256 (RFC 8463): a small second signature, a thirteenth of the time
};

class SigningKey {
 public:
  /// RFC 8301 §3.2 wants 1024 at least and 2048 by preference.
  static constexpr int rsa_bits = 2048;
  static constexpr int rsa_bits_min = 1024;
  static constexpr int rsa_bits_max = 4096;
  /// A key of rsa_bits_max is under half of this.
  static constexpr std::size_t pem_bytes_max = 8 * 1024;

  /// From the system's source of randomness.
  [[nodiscard]] static Result<SigningKey> generate(KeyKind kind);
  /// A PEM text, as pem() or `openssl genpkey` write it, without a passphrase. Error `invalid_key`
  /// on anything else, and on an RSA key outside the limits.
  [[nodiscard]] static Result<SigningKey> read(std::string_view pem);

  [[nodiscard]] KeyKind kind() const { return kind_; }
  /// PKCS #8. Secret.
  [[nodiscard]] std::string pem() const;
  /// The TXT record for `<selector>._domainkey.<domain>` (RFC 6376 §3.6.1, RFC 8463 §4).
  [[nodiscard]] std::string dns_record() const;
  /// The signature of what is hashed to this SHA-256 digest, raw. RSA: PKCS #1 v1.5 of the digest;
  /// Ed25519: of the digest's bytes as the message (RFC 8463 §3). Thread-safe.
  [[nodiscard]] std::string sign(const std::array<std::uint8_t, 32>& digest) const;

 private:
  using Handle = std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)>;
  SigningKey(KeyKind kind, Handle key) : kind_(kind), key_(std::move(key)) {}

  KeyKind kind_;
  Handle key_;
};

/// `rsa` or `ed25519`
[[nodiscard]] std::string_view name_of(KeyKind kind);

}  // namespace sojourn::channels::mime
