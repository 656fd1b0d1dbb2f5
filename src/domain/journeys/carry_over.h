#pragma once

#include "domain/journeys/journey.h"

namespace sojourn::journeys {

/// Whether who waits at the one step can wait on at the other when a journey is edited: the wait is
/// the same thing. Else the other step is entered. Null: there is no such step.
[[nodiscard]] bool carries_over(const Step* from, const Step& to);

}  // namespace sojourn::journeys
