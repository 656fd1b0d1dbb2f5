#pragma once

/// The whole of a contact's timeline: what stands in the state and what was moved out of it.

#include <functional>
#include <span>

#include "base/result.h"
#include "domain/reaction/contact_state.h"
#include "store/state.h"

namespace sojourn::runtime {

/// Visits it in parts. `reads` is asked for only where something was moved out.
[[nodiscard]] Result<void> visit_timeline(
    const reaction::ContactState& contact, const std::function<Result<store::StateReads*>()>& reads,
    const std::function<void(std::span<const reaction::TimelineEntry>)>& visit);

/// The same, but for what stands in the state.
[[nodiscard]] Result<void> visit_timeline_chunks(
    const reaction::ContactState& contact, const std::function<Result<store::StateReads*>()>& reads,
    const std::function<void(std::span<const reaction::TimelineEntry>)>& visit);

}  // namespace sojourn::runtime
