#pragma once

/// Events of Sojourn's own about a message: what became of it, and what somebody did with it.

#include <string>
#include <string_view>

#include "domain/events/event.h"
#include "domain/messages/message.h"

namespace sojourn::runtime {

/// About the message's contact, at `at`; `source` says which part of Sojourn tells it, `id` is the
/// event's. Its properties name the message and where it came from: message, key, channel, journey,
/// step, run, template.
[[nodiscard]] events::Event message_event(const messages::Message& message, std::string_view name,
                                          Timestamp at, std::string_view source, std::string id);

}  // namespace sojourn::runtime
