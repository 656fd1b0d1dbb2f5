#pragma once

/// What a publish means for those inside a journey, told before it happens.

#include "base/result.h"
#include "domain/reaction/rules.h"
#include "runtime/runtime.h"
#include "store/state.h"

namespace sojourn::runtime {

/// What is chosen for those inside, by the key of the journey.
using InsideChoices = decltype(DefinitionRequest::inside);

/// Adds to the plan's journeys, where contacts are inside earlier versions than those of `rules`,
/// what becomes of them; to its problems, what the choices have wrong: `unknown_journey`,
/// `unknown_step`.
[[nodiscard]] Result<void> forecast_inside(store::StateReads& reads, const InsideChoices& choices,
                                           const reaction::Rules& rules, DefinitionPlan& plan);

/// Error `change_under_way` where an earlier choice for those inside a journey that the plan
/// changes, or that a choice names, is still being carried out.
[[nodiscard]] Result<void> refuse_change_under_way(store::StateReads& reads,
                                                   const InsideChoices& choices,
                                                   const DefinitionPlan& plan,
                                                   const reaction::Rules& rules);

}  // namespace sojourn::runtime
