/// Bodies of the tracking API: each item is an event or an error, and every event survives the log.

#include <string>
#include <utility>

#include "api/segment_call.h"
#include "domain/events/event_codec.h"
#include "fuzz/fuzz.h"

namespace sojourn::fuzz {

void run(std::string_view input) {
  const std::uint8_t choice = take_byte(input);
  const auto call = static_cast<api::SegmentCall>(choice % 7);
  Result<api::SegmentBody> body = api::read_segment_body(call, input);
  if (!body) return;
  api::Arrival arrival;
  arrival.received_at = {1'772'000'000'000};
  arrival.trust = choice < 128 ? events::Trust::browser_key : events::Trust::server_key;
  arrival.identity_secret = "secret";
  arrival.make_message_id = [] { return std::string("made"); };
  const Result<api::ParsedItems> items = api::parse_items(call, std::move(*body), arrival);
  if (!items) return;
  ENSURE(items->events.size() + items->errors.size() <= api::batch_items_max);
  for (const events::Event& event : items->events) {
    ENSURE(!event.message_id.empty());
    ENSURE(!event.user_id.empty() || !event.anonymous_id.empty());
    const Result<events::Event> read = events::decode_event(events::encode(event));
    ENSURE(read.has_value());
    ENSURE(*read == event);
  }
}

}  // namespace sojourn::fuzz
