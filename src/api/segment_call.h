#pragma once

/// The calls of the Segment specification (identify, track, page, screen, group, alias, batch) as
/// JSON, read to events. Pure: time, randomness and who vouches for the caller are arguments.
///
/// A batch is judged item by item: what is right becomes an event, what is wrong an ItemError, and
/// nothing is accepted and dropped. What concerns the whole body is an Error.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "base/value.h"
#include "domain/events/event.h"

namespace sojourn::api {

enum class SegmentCall : std::uint8_t { identify, track, page, screen, group, alias, batch };

/// The limits of Segment's HTTP API (reference/peers 4.1).
inline constexpr std::size_t call_bytes_max = 32 * 1024;
inline constexpr std::size_t batch_bytes_max = 500 * 1024;
inline constexpr std::size_t batch_items_max = 2'500;
/// userId, anonymousId, previousId, groupId, messageId, and the name of an event, in bytes: all are
/// keys of indexes. Segment's libraries stay under 100.
inline constexpr std::size_t identifier_bytes_max = 255;
/// Levels of objects and lists within properties, traits and context. Rules address values by
/// paths that people write; the parser itself refuses documents deeper than json_depth_max.
inline constexpr int value_depth_max = 16;
/// How far ahead of its receipt an event may lie, after correction (PRODUCT 4, "Dates").
inline constexpr Duration ahead_max = Duration::minutes(5);

/// A body that is JSON of the right outer form, before anybody looked at its items.
struct SegmentBody {
  Object root;
  std::string write_key;  ///< `writeKey`; empty where there is none
  std::size_t size_bytes = 0;
};

/// Errors: `malformed_json`, `too_deep`, `not_an_object`, `wrong_type` of writeKey, and
/// `call_too_large` or `body_too_large` above the limit of the call.
[[nodiscard]] Result<SegmentBody> read_segment_body(SegmentCall call, std::string_view text);

/// What is known of a call besides its body.
struct Arrival {
  Timestamp received_at;
  events::Trust trust = events::Trust::browser_key;
  std::string source;          ///< id of the write key
  std::string client_address;  ///< truncated; stands in for an absent context.ip; empty: unknown
  /// `Sec-GPC: 1` was sent: the person opts out of sale and sharing. Recorded as context.gpc.
  bool global_privacy_control = false;
  /// Key of `context.userHash`; empty: no hash is accepted.
  std::string identity_secret;
  /// Makes an id for an item that has none. Such an item cannot be recognised when it is repeated.
  std::function<std::string()> make_message_id;
};

struct ItemError {
  std::size_t index = 0;
  std::string message_id;  ///< empty where the item has none that can be read
  Error error;
};

struct ParsedItems {
  std::vector<events::Event> events;  ///< in the order of the batch
  std::vector<ItemError> errors;      ///< ascending by index
};

/// The events of a body. A single call gives one event or one error. Error of the whole: `batch` is
/// missing, no list, or longer than `batch_items_max`; `sentAt` or `context` cannot be read.
///
/// `context.userHash`, the lower-case hex of HMAC-SHA256(identity secret, userId), raises an item
/// to Trust::server_key: a site that signs its visitors in proves so that the userId is theirs
/// (`invalid_user_hash` where it is wrong). It is not kept.
[[nodiscard]] Result<ParsedItems> parse_items(SegmentCall call, SegmentBody body,
                                              const Arrival& arrival);

/// A value as an id: text or a whole number, within the limits of a key; may be empty. `field`
/// names it in errors: `wrong_type`, `too_long`, `control_character`.
[[nodiscard]] Result<std::string> read_identifier(const Value& value, std::string_view field);

/// Error `too_deep` where the value is nested deeper than value_depth_max.
[[nodiscard]] Result<void> check_depth(const Value& value, std::string_view field);

/// Lower-case hex of HMAC-SHA256 (RFC 2104) of `user_id` under the bytes of `secret`.
[[nodiscard]] std::string user_hash(std::string_view secret, std::string_view user_id);

/// When something happened, by our clock: the sender's clock is wrong by (sent_at - received_at),
/// as Segment corrects it, and nothing happens later than `ahead_max` after it was received.
/// Without a `claimed` time it happened when it was received.
[[nodiscard]] Timestamp corrected_time(std::optional<Timestamp> claimed,
                                       std::optional<Timestamp> sent_at, Timestamp received_at);

}  // namespace sojourn::api
