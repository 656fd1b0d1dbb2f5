#pragma once

/// A message: what is to reach one contact through one channel, and its fate, the delivery.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "domain/contacts/contact_id.h"

namespace sojourn::messages {

/// Number of a message in its workspace's outbox; never used twice.
struct MessageId {
  std::uint64_t value = 0;
  friend constexpr auto operator<=>(MessageId, MessageId) = default;
  template <typename H>
  friend H AbslHashValue(H state, MessageId id) {
    return H::combine(std::move(state), id.value);
  }
};

/// What the message is for decides which laws and policies hold (reference, section 2).
enum class MessageClass : std::uint8_t { marketing, transactional };

/// The states of ARCHITECTURE 6. Only the moves of `is_legal_move` happen.
enum class DeliveryState : std::uint8_t {
  queued,      ///< due at `due`
  claimed,     ///< a sender has it
  committing,  ///< leave was given; the irrevocable step may have happened
  sent,        ///< the channel's peer accepted it
  retry,       ///< refused for now; queued again at `due`
  failed,      ///< refused for good
  skipped,     ///< a policy said no; `reason` says which
  cancelled,   ///< the run ended, or a person stopped it
  uncertain,   ///< the answer to the hand-off was lost
};

[[nodiscard]] std::string_view to_string(DeliveryState state);
[[nodiscard]] std::optional<DeliveryState> parse_delivery_state(std::string_view text);
[[nodiscard]] bool is_legal_move(DeliveryState from, DeliveryState to);
/// True for the states that only delivery feedback (a bounce, a complaint) may still annotate.
[[nodiscard]] bool is_final(DeliveryState state);

/// What keys of messages begin with that somebody asked for by the API. No campaign has this key.
inline constexpr std::string_view api_key_prefix = "api/";

/// One row of the outbox. The key is what makes a step's message unique (invariant 8).
struct Message {
  MessageId id;
  /// `<run>/<step>/<visit>/<channel>`, `<campaign>/<contact>`, or `api/<Idempotency-Key>`
  std::string key;
  contacts::ContactId contact;
  MessageClass message_class = MessageClass::marketing;
  std::string channel;  ///< `email`
  std::string address;  ///< where it goes, as of queueing
  std::string topic;    ///< what the contact would unsubscribe from; empty: none
  std::string journey;
  std::uint64_t run = 0;
  std::string step;  ///< of a campaign's message: the arm of its test; empty: none
  std::string template_key;
  std::string subject;             ///< as rendered; empty until then
  std::vector<std::string> links;  ///< destinations by link index, stored before the hand-off
  DeliveryState state = DeliveryState::queued;
  std::string reason;  ///< of skipped, failed, retry, cancelled
  std::string reply;   ///< the peer's last words
  int attempt = 0;
  Timestamp queued_at;
  Timestamp due;
  std::optional<Timestamp> sent_at;
  std::optional<Timestamp> opened_at;
  std::optional<Timestamp> clicked_at;
  std::string campaign = {};  ///< key; empty: it belongs to none
  /// When the contact did what the campaign's test measures, once the message had gone.
  std::optional<Timestamp> converted_at = {};

  friend bool operator==(const Message&, const Message&) = default;
};

}  // namespace sojourn::messages
