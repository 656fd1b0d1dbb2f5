#include "runtime/tracking_token.h"

#include <limits>

#include "base/bytes.h"
#include "base/signed_bytes.h"
#include "base/text.h"

namespace sojourn::runtime {
namespace {

constexpr std::uint8_t version_1 = 0x10;

HashKey token_key(const HashKey& master) {
  return derive_key(master, "tracking token");
}

}  // namespace

std::string_view path_prefix(TokenKind kind) {
  switch (kind) {
    case TokenKind::click:
      return "/c/";
    case TokenKind::open:
      return "/o/";
    case TokenKind::unsubscribe:
      return "/u/";
    case TokenKind::preferences:
      return "/p/";
    case TokenKind::confirmation:
      return "/d/";
    case TokenKind::view:
      return "/v/";
  }
  return {};
}

TokenMaker::TokenMaker(const HashKey& master) : key_(token_key(master)) {}

std::string TokenMaker::make(TokenKind kind, const TrackingToken& token) const {
  ByteWriter out;
  out.u8(static_cast<std::uint8_t>(version_1 | static_cast<std::uint8_t>(kind)));
  out.unsigned_number(token.message.value);
  out.unsigned_number(token.link);
  out.hash(keyed_hash(key_, {out.bytes()}));
  return to_base64url(out.bytes());
}

std::string make_token(const HashKey& master, TokenKind kind, const TrackingToken& token) {
  return TokenMaker(master).make(kind, token);
}

std::optional<TrackingToken> read_token(const HashKey& master, TokenKind kind,
                                        std::string_view text) {
  if (text.size() > token_characters_max) return std::nullopt;
  const std::optional<std::string> bytes = from_base64url(text);
  if (!bytes) return std::nullopt;
  const auto content = read_signed(
      *bytes, [&](std::string_view part) { return keyed_hash(token_key(master), {part}); });
  if (!content) return std::nullopt;

  ByteReader in(*content);
  const std::uint8_t head = in.u8();
  if (head != (version_1 | static_cast<std::uint8_t>(kind))) return std::nullopt;
  TrackingToken token;
  token.message = {in.unsigned_number()};
  const std::uint64_t link = in.unsigned_number();
  if (!in.ok() || !in.at_end()) return std::nullopt;
  if (link > std::numeric_limits<std::uint32_t>::max()) return std::nullopt;
  token.link = static_cast<std::uint32_t>(link);
  return token;
}

}  // namespace sojourn::runtime
