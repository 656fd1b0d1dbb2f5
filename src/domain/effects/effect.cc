#include "domain/effects/effect.h"

#include "domain/contacts/attributes.h"

namespace sojourn::effects {

std::optional<messages::Message> message_of(const NotifyUser& notice,
                                            const contacts::ContactId& contact, Timestamp now) {
  const std::string address = contacts::normalise_email(notice.user);
  if (address.empty()) return std::nullopt;
  messages::Message message;
  message.key = notice.key;
  message.contact = contact;
  message.message_class = messages::MessageClass::transactional;
  message.channel = "email";
  message.address = address;
  message.journey = notice.journey;
  message.step = notice.step;
  message.subject = notice.text;
  message.queued_at = now;
  message.due = now;
  return message;
}

}  // namespace sojourn::effects
