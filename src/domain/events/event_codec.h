#pragma once

/// The bytes of an event in the log. Versioned: what was written once is readable for ever.

#include <string>
#include <string_view>

#include "base/result.h"
#include "domain/events/event.h"

namespace sojourn::events {

[[nodiscard]] std::string encode(const Event& event);
/// Error `damaged_event` where the bytes are not what encode() writes.
[[nodiscard]] Result<Event> decode_event(std::string_view bytes);

[[nodiscard]] std::string_view to_string(EventType type);

}  // namespace sojourn::events
