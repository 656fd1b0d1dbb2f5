#include "domain/events/event_peek.h"

#include "base/bytes.h"

namespace sojourn::events {

EventHead peek(std::string_view bytes) {
  ByteReader in(bytes);
  constexpr std::size_t fixed_bytes = 3;  // format, type, trust
  EventHead head;
  in.bytes(fixed_bytes);
  in.string();  // message id
  in.string();  // name
  head.user_id = in.string();
  head.anonymous_id = in.string();
  in.string();  // previous id
  in.string();  // group id
  head.contact = in.hash();
  in.unsigned_number();  // both times, of which only the length matters
  in.unsigned_number();
  in.string();  // source
  in.string();  // properties
  head.has_traits = !in.string().empty() || !in.ok();
  return head;
}

}  // namespace sojourn::events
