#include "runtime/webhook_keys.h"

#include "base/bytes.h"
#include "base/signed_bytes.h"
#include "base/text.h"

namespace sojourn::runtime {
namespace {

constexpr std::uint8_t version_1 = 1;

Hash128 mac(const HashKey& master, std::string_view bytes) {
  return keyed_hash(derive_key(master, "hook token"), {bytes});
}

}  // namespace

std::string webhook_signing_key(const HashKey& master) {
  // Twice, because one derived key is shorter than the 24 bytes that Standard Webhooks asks for.
  std::string key;
  for (const std::string_view purpose : {"webhook signing 1", "webhook signing 2"}) {
    const HashKey half = derive_key(master, purpose);
    key.append(half.bytes.begin(), half.bytes.end());
  }
  return key;
}

std::string webhook_secret(const HashKey& master) {
  return "whsec_" + to_base64(webhook_signing_key(master));
}

std::string make_hook_token(const HashKey& master, std::string_view key) {
  ByteWriter out;
  out.u8(version_1);
  out.string(key);
  out.hash(mac(master, out.bytes()));
  return to_base64url(out.bytes());
}

std::optional<std::string> read_hook_token(const HashKey& master, std::string_view text) {
  if (text.size() > hook_token_characters_max) return std::nullopt;
  const std::optional<std::string> bytes = from_base64url(text);
  if (!bytes) return std::nullopt;
  const auto content =
      read_signed(*bytes, [&](std::string_view part) { return mac(master, part); });
  if (!content) return std::nullopt;
  ByteReader in(*content);
  if (in.u8() != version_1) return std::nullopt;
  std::string key(in.string());
  if (!in.ok() || !in.at_end()) return std::nullopt;
  return key;
}

}  // namespace sojourn::runtime
