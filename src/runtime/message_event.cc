#include "runtime/message_event.h"

namespace sojourn::runtime {

events::Event message_event(const messages::Message& message, std::string_view name, Timestamp at,
                            std::string_view source, std::string id) {
  events::Event event;
  event.message_id = std::move(id);
  event.type = events::EventType::track;
  event.name = name;
  event.contact = message.contact.hash;
  event.at = at;
  event.received_at = at;
  event.trust = events::Trust::system;
  event.source = source;
  event.properties.append("message", Value(std::to_string(message.id.value)));
  event.properties.append("key", Value(message.key));
  event.properties.append("channel", Value(message.channel));
  event.properties.append("journey", Value(message.journey));
  if (!message.campaign.empty()) event.properties.append("campaign", Value(message.campaign));
  event.properties.append("step", Value(message.step));
  event.properties.append("run", Value(std::to_string(message.run)));
  event.properties.append("template", Value(message.template_key));
  return event;
}

}  // namespace sojourn::runtime
