#include "base/secret_box.h"

#include <sodium.h>

#include "base/bytes.h"
#include "base/ensure.h"

namespace sojourn {
namespace {

constexpr std::uint8_t version_1 = 1;
constexpr std::size_t nonce_bytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t tag_bytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;

const unsigned char* raw(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

unsigned char* raw(std::string& bytes) {
  return reinterpret_cast<unsigned char*>(bytes.data());
}

/// Each part with its length, so that no two lists collide.
std::string associated(std::initializer_list<std::string_view> about) {
  ByteWriter out;
  out.u8(version_1);
  for (const std::string_view part : about) out.string(part);
  return out.take();
}

tl::unexpected<Error> not_opened() {
  return failure("secret_not_opened",
                 "a secret cannot be opened: it was changed, or sealed under another master key");
}

}  // namespace

SecretBox::SecretBox(const HashKey& master, std::string_view purpose) {
  static_assert(crypto_aead_xchacha20poly1305_ietf_KEYBYTES == 32);
  static_assert(crypto_generichash_KEYBYTES_MIN <= sizeof master.bytes);
  // BLAKE2b and not derive_key(), whose keys are too short to encrypt with.
  ENSURE(sodium_init() >= 0);
  const std::string text = "sojourn secrets: " + std::string(purpose);
  ENSURE(crypto_generichash(key_.data(), key_.size(), raw(text), text.size(), master.bytes.data(),
                            master.bytes.size()) == 0);
}

SecretBox::~SecretBox() {
  sodium_memzero(key_.data(), key_.size());
}

std::string SecretBox::seal(std::string_view secret,
                            std::initializer_list<std::string_view> about) const {
  const std::string data = associated(about);
  std::string sealed(1 + nonce_bytes + secret.size() + tag_bytes, '\0');
  unsigned char* nonce = raw(sealed) + 1;
  sealed[0] = static_cast<char>(version_1);
  randombytes_buf(nonce, nonce_bytes);
  unsigned long long size = 0;
  ENSURE(crypto_aead_xchacha20poly1305_ietf_encrypt(nonce + nonce_bytes, &size, raw(secret),
                                                    secret.size(), raw(std::string_view(data)),
                                                    data.size(), nullptr, nonce, key_.data()) == 0);
  return sealed;
}

Result<std::string> SecretBox::open(std::string_view sealed,
                                    std::initializer_list<std::string_view> about) const {
  if (sealed.size() < 1 + nonce_bytes + tag_bytes) return not_opened();
  if (static_cast<std::uint8_t>(sealed[0]) != version_1) return not_opened();
  const std::string data = associated(about);
  const std::string_view nonce = sealed.substr(1, nonce_bytes);
  const std::string_view cipher = sealed.substr(1 + nonce_bytes);
  std::string secret(cipher.size() - tag_bytes, '\0');
  unsigned long long size = 0;
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(raw(secret), &size, nullptr, raw(cipher),
                                                 cipher.size(), raw(std::string_view(data)),
                                                 data.size(), raw(nonce), key_.data()) != 0) {
    return not_opened();
  }
  return secret;
}

}  // namespace sojourn
