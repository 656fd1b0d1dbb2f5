#include "runtime/mail_token.h"

#include <fmt/format.h>

#include "base/bytes.h"
#include "base/signed_bytes.h"
#include "base/text.h"

namespace sojourn::runtime {
namespace {

constexpr std::uint8_t version_1 = 0x10;
constexpr std::size_t local_characters_max = 64;  // RFC 5321 §4.5.3.1.1

Hash128 mac(const HashKey& master, std::string_view bytes) {
  return keyed_hash(derive_key(master, "mail token"), {bytes});
}

char letter_of(MailAddressKind kind) {
  return kind == MailAddressKind::bounce ? 'b' : 'u';
}

}  // namespace

std::string make_mail_address(const HashKey& master, const MailAddress& address,
                              std::string_view domain) {
  ByteWriter out;
  out.u8(static_cast<std::uint8_t>(version_1 | static_cast<std::uint8_t>(address.kind)));
  out.unsigned_number(address.message.value);
  out.hash(mac(master, out.bytes()));
  return fmt::format("{}+{}@{}", letter_of(address.kind), to_base32(out.bytes()), domain);
}

std::optional<MailAddress> read_mail_address(const HashKey& master, std::string_view address,
                                             std::string_view domain) {
  const std::size_t at = address.rfind('@');
  if (at == std::string_view::npos || at > local_characters_max) return std::nullopt;
  if (!equal_ignoring_case(address.substr(at + 1), domain)) return std::nullopt;
  const std::string local = to_lower_ascii(address.substr(0, at));
  MailAddress read;
  if (local.starts_with("u+")) {
    read.kind = MailAddressKind::unsubscribe;
  } else if (!local.starts_with("b+")) {
    return std::nullopt;
  }
  const std::optional<std::string> bytes = from_base32(std::string_view(local).substr(2));
  if (!bytes) return std::nullopt;
  const auto content =
      read_signed(*bytes, [&](std::string_view part) { return mac(master, part); });
  if (!content) return std::nullopt;

  ByteReader in(*content);
  const std::uint8_t head = in.u8();
  if (head != (version_1 | static_cast<std::uint8_t>(read.kind))) return std::nullopt;
  read.message = {in.unsigned_number()};
  if (!in.ok() || !in.at_end()) return std::nullopt;
  return read;
}

}  // namespace sojourn::runtime
