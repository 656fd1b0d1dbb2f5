#include "channels/mime/signing_key.h"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <span>

#include "base/ensure.h"
#include "base/text.h"

namespace sojourn::channels::mime {
namespace {

using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;
using Context = std::unique_ptr<EVP_PKEY_CTX, decltype(&EVP_PKEY_CTX_free)>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;

std::string_view text_of(const Bio& bio) {
  char* start = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &start);
  return {start, static_cast<std::size_t>(size)};
}

tl::unexpected<Error> invalid(std::string message) {
  // What OpenSSL has queued would be taken for the error of a later call.
  ERR_clear_error();
  return failure({.code = "invalid_key", .message = std::move(message), .field = "key"});
}

/// No key of ours has a passphrase: without this OpenSSL asks for one on the terminal.
int no_passphrase(char*, int, int, void*) {
  return -1;
}

/// The public half: SubjectPublicKeyInfo of an RSA key (RFC 6376 §3.6.1), the 32 bytes of an
/// Ed25519 key (RFC 8463 §4).
std::string public_bytes(EVP_PKEY* key, KeyKind kind) {
  std::string bytes;
  if (kind == KeyKind::ed25519) {
    std::size_t size = 0;
    ENSURE(EVP_PKEY_get_raw_public_key(key, nullptr, &size) == 1);
    bytes.resize(size);
    auto* out = reinterpret_cast<unsigned char*>(bytes.data());
    ENSURE(EVP_PKEY_get_raw_public_key(key, out, &size) == 1);
    return bytes;
  }
  const int size = i2d_PUBKEY(key, nullptr);
  ENSURE(size > 0);
  bytes.resize(static_cast<std::size_t>(size));
  auto* out = reinterpret_cast<unsigned char*>(bytes.data());
  ENSURE(i2d_PUBKEY(key, &out) == size);
  return bytes;
}

}  // namespace

std::string_view name_of(KeyKind kind) {
  switch (kind) {
    case KeyKind::rsa:
      return "rsa";
    case KeyKind::ed25519:
      return "ed25519";
  }
  return "";
}

Result<SigningKey> SigningKey::generate(KeyKind kind) {
  EVP_PKEY* key = kind == KeyKind::rsa
                      ? EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", std::size_t{rsa_bits})
                      : EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
  if (key == nullptr) {
    ERR_clear_error();
    return failure("key_not_generated", "no key could be generated");
  }
  return SigningKey(kind, Handle(key, &EVP_PKEY_free));
}

Result<SigningKey> SigningKey::read(std::string_view pem) {
  if (pem.size() > pem_bytes_max) {
    return invalid(fmt::format("key is {} bytes, the limit is {}", pem.size(), pem_bytes_max));
  }
  const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), &BIO_free);
  ENSURE(bio != nullptr);
  Handle key(PEM_read_bio_PrivateKey(bio.get(), nullptr, &no_passphrase, nullptr), &EVP_PKEY_free);
  if (key == nullptr) return invalid("key is no private key in PEM form without a passphrase");
  switch (EVP_PKEY_get_base_id(key.get())) {
    case EVP_PKEY_ED25519:
      return SigningKey(KeyKind::ed25519, std::move(key));
    case EVP_PKEY_RSA:
      break;
    default:
      return invalid("key is neither an RSA nor an Ed25519 key");
  }
  const int bits = EVP_PKEY_get_bits(key.get());
  if (bits < rsa_bits_min || bits > rsa_bits_max) {
    return invalid(
        fmt::format("key has {} bits, {} to {} are possible", bits, rsa_bits_min, rsa_bits_max));
  }
  return SigningKey(KeyKind::rsa, std::move(key));
}

std::string SigningKey::pem() const {
  const Bio bio(BIO_new(BIO_s_mem()), &BIO_free);
  ENSURE(bio != nullptr);
  ENSURE(PEM_write_bio_PKCS8PrivateKey(bio.get(), key_.get(), nullptr, nullptr, 0, nullptr,
                                       nullptr) == 1);
  return std::string(text_of(bio));
}

std::string SigningKey::dns_record() const {
  return fmt::format("v=DKIM1; k={}; p={}", name_of(kind_),
                     to_base64(public_bytes(key_.get(), kind_)));
}

std::string SigningKey::sign(const std::array<std::uint8_t, 32>& digest) const {
  std::string signature(static_cast<std::size_t>(EVP_PKEY_get_size(key_.get())), '\0');
  auto* out = reinterpret_cast<unsigned char*>(signature.data());
  std::size_t size = signature.size();
  if (kind_ == KeyKind::ed25519) {
    const DigestContext context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
    ENSURE(context != nullptr);
    ENSURE(EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key_.get()) == 1);
    ENSURE(EVP_DigestSign(context.get(), out, &size, digest.data(), digest.size()) == 1);
  } else {
    const Context context(EVP_PKEY_CTX_new(key_.get(), nullptr), &EVP_PKEY_CTX_free);
    ENSURE(context != nullptr);
    ENSURE(EVP_PKEY_sign_init(context.get()) == 1);
    ENSURE(EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_PADDING) == 1);
    ENSURE(EVP_PKEY_CTX_set_signature_md(context.get(), EVP_sha256()) == 1);
    ENSURE(EVP_PKEY_sign(context.get(), out, &size, digest.data(), digest.size()) == 1);
  }
  signature.resize(size);
  return signature;
}

}  // namespace sojourn::channels::mime
