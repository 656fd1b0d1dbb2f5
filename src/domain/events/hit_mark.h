#pragma once

/// The mark of an open or a click that a program made, as the event carries it.
///
/// `Email Opened` and `Link Clicked` have the property `machine`, and where it is true `reason`
/// (events/hit.h). Whoever asks for these events is asking for people, unless the question names
/// `machine`.

#include <optional>
#include <string_view>

#include "domain/events/event.h"
#include "domain/events/hit.h"

namespace sojourn::events {

inline constexpr std::string_view machine_property = "machine";

/// Marks an open or a click.
void mark_hit(Event& event, std::optional<HitReason> reason);

/// Whether Sojourn itself marked the event as a program's.
[[nodiscard]] bool is_of_machine(const Event& event);

}  // namespace sojourn::events
