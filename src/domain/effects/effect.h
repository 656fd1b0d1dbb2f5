#pragma once

/// What a reaction asks the runtime to do. Effects are in the order in which they must happen, and
/// each can be carried out twice without harm: messages carry their key, the ledger its event.

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/time.h"
#include "domain/contacts/contact_id.h"
#include "domain/effects/consent_evidence.h"
#include "domain/events/event.h"
#include "domain/messages/message.h"

namespace sojourn::effects {

/// Puts a message into the outbox; a key that is there already is left alone.
struct QueueMessage {
  messages::Message message;  ///< id is given by the runtime
  std::string content = {};   ///< JSON of messages::Content, kept beside it; empty: none
};

/// Refuses messages of the run that have not passed their commit point.
struct CancelMessages {
  enum class Which : std::uint8_t {
    all,
    held,  ///< that a pause holds back: they have no due time
  };
  std::uint64_t run = 0;
  std::string reason;
  Which which = Which::all;

  [[nodiscard]] bool means(Timestamp due) const {
    return which == Which::all || due == Timestamp::never();
  }
};

/// Gives those of the run's messages a due time that a pause holds back: they have none.
struct RescheduleMessages {
  std::uint64_t run = 0;
  Timestamp due;
};

/// Tells a user of the workspace; kept where the user finds it, and mailed where set up.
struct NotifyUser {
  std::string user;  ///< role or address, as written in the journey
  std::string text;  ///< with the contact's data filled in
  contacts::ContactId contact;
  std::string journey;
  std::string step;
  std::string key;  ///< `<run>/<step>/<visit>/notify`
};
/// The mail that tells it, about this contact: without a template, its subject is the text. Absent
/// where `user` is no address.
[[nodiscard]] std::optional<messages::Message> message_of(const NotifyUser& notice,
                                                          const contacts::ContactId& contact,
                                                          Timestamp now);

/// Writes the ledger of an address.
struct RecordConsent {
  std::string channel;
  std::string address;  ///< normalised
  std::string topic;    ///< empty: every topic
  std::string state;    ///< policies::consent_states
  Timestamp at;
  std::string source;
  std::string evidence;
  ConsentEvidence shown_by = {};
};

/// Appends an event to the log, where it comes back as an input. Repeats are recognised by its
/// message id.
struct AppendEvent {
  events::Event event;
};

/// Calls a web address; what it answers comes back as an event `Webhook Answered`. At least once,
/// with the same key each time (PRODUCT 4).
struct CallWebhook {
  std::string key;  ///< `<run>/<step>/<visit>/webhook`: the call's `webhook-id`
  contacts::ContactId contact;
  std::string journey;
  std::uint64_t run = 0;
  std::string step;
  int visit = 1;
  std::string method;  ///< `POST`
  std::string url;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  Duration timeout;
  int attempts = 1;  ///< at most so many in all
};

/// Has the contact on a static list from now on, or not any more, for those who ask who is on it.
struct ListContact {
  std::uint32_t list = 0;  ///< number of the definition
  bool on = true;
  Timestamp at;
};

using Effect = std::variant<QueueMessage, CancelMessages, RescheduleMessages, NotifyUser,
                            RecordConsent, AppendEvent, CallWebhook, ListContact>;

}  // namespace sojourn::effects
