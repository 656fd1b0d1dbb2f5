#pragma once

/// Journeys that start each other, or themselves, for ever: found in their definitions.
///
/// Only what is certain is found: every run of the journey comes to the step at the instant at
/// which it begins, and is over at that instant, and what the step does lets the contact into the
/// next journey whatever is known of them. What depends on the contact is stopped when it happens
/// (hops.h).

#include <cstddef>
#include <string>
#include <vector>

#include "domain/reaction/rules.h"

namespace sojourn::reaction {

struct JourneyLoop {
  std::size_t journey = 0;  ///< in Rules::journeys()
  std::string step;         ///< id of the one that starts the next journey
  std::string message;      ///< `it starts the journey again without a wait: a, b, a`
};

/// One for each circle, at its first journey in the order of definition.
[[nodiscard]] std::vector<JourneyLoop> find_loops(const Rules& rules);

}  // namespace sojourn::reaction
