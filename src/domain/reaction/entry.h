#pragma once

/// Whether a contact may enter a journey when a trigger fires: asked by the reaction, and again by
/// explanations.

#include <string_view>
#include <vector>

#include "base/time.h"
#include "domain/journeys/run.h"
#include "domain/reaction/rules.h"
#include "domain/segments/evaluate.h"

namespace sojourn::reaction {

/// Why the contact may not begin `run`; empty where it may. `runs` are those that it has, `contact`
/// what conditions see of it. The holdout is asked by journeys::is_held_out().
[[nodiscard]] std::string_view entry_refusal(const JourneyRule& rule,
                                             const std::vector<journeys::Run>& runs,
                                             const journeys::Run& run,
                                             const segments::ConditionView& contact, Timestamp now);

}  // namespace sojourn::reaction
