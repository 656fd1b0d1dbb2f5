#pragma once

/// Hops: how many journeys led to an event, one by the other, without anybody outside doing
/// anything and without a wait. Journeys that start each other for ever are stopped by them.
///
/// An event that a step logs keeps its hops in its context; of what others send that member says
/// nothing and is not read.

#include "domain/events/event.h"

namespace sojourn::reaction {

/// An event of more hops starts no run: chains that people build are shorter by far, and a contact
/// who got into a loop gets at most so many messages of it.
inline constexpr int hops_max = 100;

/// Of an event that a journey's step logged: at least 1. Of all others: 0.
[[nodiscard]] int hops_of(const events::Event& event);
/// The event is one that a step logs; one hop is what every such event has, and is not written.
void set_hops(events::Event& event, int hops);

/// Sojourn's own report of what a run asked for: a mail was handed over or was not, a webhook was
/// answered. It names the run.
[[nodiscard]] bool is_report(const events::Event& event);

}  // namespace sojourn::reaction
