#pragma once

/// An outcome in the words of scenarios, for traces.

#include <string>

#include "domain/simulation/world.h"

namespace sojourn::simulation {

/// `2026-03-02T20:50:00.000Z  send welcome to ana: "Welcome"`: what an expectation for it would
/// say, or, where nothing can expect it, the decision's own name.
[[nodiscard]] std::string describe_outcome(const World& world, const Outcome& outcome);

}  // namespace sojourn::simulation
