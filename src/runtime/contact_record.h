#pragma once

/// What the store is to hold of a contact's state, and of the time at which it wakes.

#include <optional>

#include "domain/reaction/contact_state.h"
#include "store/state.h"

namespace sojourn::runtime {

[[nodiscard]] store::ContactRecord record_of(const reaction::ContactState& state);
[[nodiscard]] store::ContactRecord record_of(const reaction::StateBesideTimeline& contact);

/// The time for which the wake index is to be rewritten, never: with nothing; absent: it stays. The
/// row is a lower bound: it is rewritten when the due time moves earlier, or when it has come.
[[nodiscard]] std::optional<Timestamp> next_wake(const reaction::ContactState& state, Timestamp due,
                                                 Timestamp now);

/// As the wake index has it: absent for never.
[[nodiscard]] std::optional<Timestamp> wake_row(Timestamp wake);

}  // namespace sojourn::runtime
