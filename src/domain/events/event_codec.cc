#include "domain/events/event_codec.h"

#include "base/bytes.h"
#include "base/json.h"

namespace sojourn::events {
namespace {

constexpr std::uint8_t format_1 = 1;

void write_object(ByteWriter& out, const Object& object) {
  out.string(object.empty() ? std::string() : to_json(object));
}

bool read_object(ByteReader& in, Object& object) {
  const std::string_view json = in.string();
  if (json.empty()) return true;
  Result<Value> value = parse_json(json);
  if (!value) return false;
  Object* parsed = value->as_object();
  if (parsed == nullptr) return false;
  object = std::move(*parsed);
  return true;
}

}  // namespace

std::string encode(const Event& event) {
  ByteWriter out;
  out.u8(format_1);
  out.u8(static_cast<std::uint8_t>(event.type));
  out.u8(static_cast<std::uint8_t>(event.trust));
  out.string(event.message_id);
  out.string(event.name);
  out.string(event.user_id);
  out.string(event.anonymous_id);
  out.string(event.previous_id);
  out.string(event.group_id);
  out.hash(event.contact);
  out.signed_number(event.received_at.ms);
  out.signed_number(subtract_wrapping(event.at.ms, event.received_at.ms));
  out.string(event.source);
  write_object(out, event.properties);
  write_object(out, event.traits);
  write_object(out, event.context);
  return out.take();
}

Result<Event> decode_event(std::string_view bytes) {
  ByteReader in(bytes);
  const auto damaged = [] {
    return failure("damaged_event", "the log holds an event that cannot be read");
  };
  if (in.u8() != format_1) return damaged();
  const std::uint8_t type = in.u8();
  const std::uint8_t trust = in.u8();
  if (type > static_cast<std::uint8_t>(EventType::alias)) return damaged();
  if (trust > static_cast<std::uint8_t>(Trust::system)) return damaged();
  Event event;
  event.type = static_cast<EventType>(type);
  event.trust = static_cast<Trust>(trust);
  event.message_id = in.string();
  event.name = in.string();
  event.user_id = in.string();
  event.anonymous_id = in.string();
  event.previous_id = in.string();
  event.group_id = in.string();
  event.contact = in.hash();
  event.received_at = {in.signed_number()};
  event.at = {add_wrapping(event.received_at.ms, in.signed_number())};
  event.source = in.string();
  const bool objects = read_object(in, event.properties) && read_object(in, event.traits) &&
                       read_object(in, event.context);
  if (!objects || !in.ok() || !in.at_end()) return damaged();
  return event;
}

std::string_view to_string(EventType type) {
  switch (type) {
    case EventType::identify:
      return "identify";
    case EventType::track:
      return "track";
    case EventType::page:
      return "page";
    case EventType::screen:
      return "screen";
    case EventType::group:
      return "group";
    case EventType::alias:
      return "alias";
  }
  return "";
}

}  // namespace sojourn::events
