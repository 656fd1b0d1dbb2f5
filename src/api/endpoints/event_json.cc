#include "api/endpoints/event_json.h"

#include "api/json_fields.h"
#include "domain/events/event_codec.h"

namespace sojourn::api {
namespace {

std::string source_name(const Context& context, const std::string& id) {
  const AccessKeys::Found key = context.keys.find_by_id(id);
  if (key != nullptr) return key->record.name;
  return id.empty() ? "sojourn" : id;
}

}  // namespace

void write_event(JsonWriter& out, const Context& context, const events::LoggedEvent& logged,
                 const contacts::ContactId& contact, const ContactRefs& refs) {
  using events::EventType;
  const events::Event& event = logged.event;
  const bool has_traits = event.type == EventType::identify || event.type == EventType::group;
  out.begin_object();
  text_field(out, "position", std::to_string(logged.position.value));
  text_field(out, "messageId", event.message_id);
  text_field(out, "type", events::to_string(event.type));
  text_field(out, "name", event.name);
  out.name("contact");
  if (contact.is_zero()) {
    out.null();
  } else {
    refs.write(out, contact);
  }
  time_field(out, "at", event.at);
  time_field(out, "receivedAt", event.received_at);
  text_field(out, "source", source_name(context, event.source));
  out.name("properties").value(has_traits ? event.traits : event.properties);
  out.end_object();
}

}  // namespace sojourn::api
