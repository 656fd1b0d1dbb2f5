#pragma once

/// The scores and grades of one contact, as answers show them.

#include "base/json.h"
#include "base/result.h"
#include "domain/reaction/contact_state.h"
#include "domain/reaction/rules.h"
#include "store/state.h"

namespace sojourn::api {

/// The member `scores`: ContactScore of each score that the contact has. Since when a threshold is
/// reached stands in the contact's journal.
[[nodiscard]] Result<void> write_scores(JsonWriter& out, store::StateReads& view,
                                        const reaction::ContactState& state,
                                        const reaction::Rules& rules, Timestamp now);

/// The member `grades`: every grade of the workspace, as the contact has it.
void write_grades(JsonWriter& out, const reaction::ContactState& state,
                  const reaction::Rules& rules, Timestamp now);

}  // namespace sojourn::api
