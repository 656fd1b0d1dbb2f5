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
#include "domain/messages/message.h"

namespace sojourn::effects {

/// Puts a message into the outbox; a key that is there already is left alone.
struct QueueMessage {
  messages::Message message;  ///< id is given by the runtime
};

/// Refuses every message of the run that has not passed its commit point.
struct CancelMessages {
  std::uint64_t run = 0;
  std::string reason;
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
  std::string state;    ///< `opted_in`, `opted_out`, `suppressed`
  Timestamp at;
  std::string source;
  std::string evidence;
};

using Effect = std::variant<QueueMessage, CancelMessages, NotifyUser, RecordConsent>;

}  // namespace sojourn::effects
