#pragma once

/// The tokens of tracked links: `/c/<token>` (click), `/o/<token>` (open), `/u/<token>`
/// (unsubscribe), `/p/<token>` (preferences), `/d/<token>` (confirmation of a double opt-in),
/// `/v/<token>` (the mail as a page). The outbox makes them, the API reads them.
///
/// A token names one message and one of its links, and nothing else: the destination is looked up
/// in the store, so that no address in the token can be abused as an open redirect. It is signed
/// with 128 bits and does not expire: links stay valid for ever.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/hash.h"
#include "domain/messages/message.h"

namespace sojourn::runtime {

enum class TokenKind : std::uint8_t {
  click = 1,
  open = 2,
  unsubscribe = 3,
  preferences = 4,
  confirmation = 5,
  view = 6,
};

/// Longer tokens are refused unread; the longest that make_token() writes has 43 characters.
inline constexpr std::size_t token_characters_max = 64;

struct TrackingToken {
  messages::MessageId message;
  std::uint32_t link = 0;  ///< index into Message::links; 0 where the kind has no link
  friend bool operator==(const TrackingToken&, const TrackingToken&) = default;
};

/// `/c/`, `/o/`, `/u/`, `/p/`, `/d/` or `/v/`: what stands before the token in the path.
[[nodiscard]] std::string_view path_prefix(TokenKind kind);

/// Makes tokens with the key for this purpose alone, which is derived from the workspace's.
class TokenMaker {
 public:
  explicit TokenMaker(const HashKey& master);
  /// base64url of (version and kind, message, link, MAC).
  [[nodiscard]] std::string make(TokenKind kind, const TrackingToken& token) const;

 private:
  HashKey key_;
};

/// The same for who makes one token.
[[nodiscard]] std::string make_token(const HashKey& master, TokenKind kind,
                                     const TrackingToken& token);

/// Absent where the text is not what make_token() wrote with this key and kind. Compares in
/// constant time.
[[nodiscard]] std::optional<TrackingToken> read_token(const HashKey& master, TokenKind kind,
                                                      std::string_view text);

}  // namespace sojourn::runtime
