/// Bytes of the log: what is read is written as bytes that read the same. (Compared as bytes: a NaN
/// is not equal to itself.)

#include <string>

#include "domain/events/event_codec.h"
#include "fuzz/fuzz.h"

namespace sojourn::fuzz {

void run(std::string_view input) {
  const Result<events::Event> event = events::decode_event(input);
  if (!event) return;
  const std::string bytes = events::encode(*event);
  const Result<events::Event> again = events::decode_event(bytes);
  ENSURE(again.has_value());
  ENSURE(events::encode(*again) == bytes);
}

}  // namespace sojourn::fuzz
