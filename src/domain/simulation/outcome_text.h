#pragma once

/// An outcome in the words of scenarios, for traces.

#include <string>

#include "domain/simulation/cast.h"
#include "domain/simulation/stage.h"

namespace sojourn::simulation {

/// `send welcome to ana: "Welcome"`: what an expectation for it would say, and more; where nothing
/// can expect it, the decision in words.
[[nodiscard]] std::string describe_outcome(const Stage& stage, const Outcome& outcome,
                                           const WallClock& clock);

/// The same behind its instant: `2026-03-02T21:50  send welcome to ana: "Welcome"`.
[[nodiscard]] std::string describe_happening(const Stage& stage, const Outcome& outcome,
                                             const WallClock& clock);

}  // namespace sojourn::simulation
