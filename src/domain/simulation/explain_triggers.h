#pragma once

/// What the triggers of a journey have to say of a contact that never entered. Internal to
/// explain.h.

#include <optional>
#include <vector>

#include "domain/simulation/explain.h"

namespace sojourn::simulation {

/// The checks of the trigger that came nearest to letting the contact in, and a line of each other.
[[nodiscard]] std::vector<Check> checks_of_triggers(const Known& known,
                                                    const reaction::JourneyRule& rule,
                                                    const std::optional<Publication>& publication);

}  // namespace sojourn::simulation
