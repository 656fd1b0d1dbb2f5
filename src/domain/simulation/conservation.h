#pragma once

/// Whether a journey's counters add up: nobody is lost between two steps, and nothing is counted
/// twice (docs/internals/invariants.md, 11).

#include <string>
#include <string_view>
#include <vector>

#include "domain/simulation/stage.h"

namespace sojourn::simulation {

/// A sentence for each sum of the journey that does not come out; empty where all do.
///
/// Of each version of the journey: entered + moved in = inside now + ended + moved out. Of each of
/// its steps: reached + moved in = passed + left + moved out + waiting there now. Of each step over
/// all versions: queued = messages of each final state + those still on their way. Of each arm of
/// an experiment: way = came + those who came by it otherwise, and came = succeeded + the others.
/// Steps and people that an erasure has taken along stay in the counters, as `erased`.
[[nodiscard]] std::vector<std::string> uncounted(const Stage& stage, std::string_view journey);

/// The same of a campaign: its audience = those whose turn is yet to come + gone + its messages,
/// and nobody is left when it has finished; of an arm no more answered than were sent to; the
/// shares of a bandit are a whole.
[[nodiscard]] std::vector<std::string> uncounted_of_campaign(const Stage& stage,
                                                             std::string_view campaign);

}  // namespace sojourn::simulation
