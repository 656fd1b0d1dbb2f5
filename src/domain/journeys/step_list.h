#pragma once

/// Reads the nested lists of steps of a journey into one flat list. Internal to read_journey().

#include <string>

#include "base/result.h"
#include "base/value.h"
#include "domain/journeys/journey.h"

namespace sojourn::journeys {

/// Fills the journey's steps and index, in the order in which they are written; answers the id of
/// the first.
[[nodiscard]] Result<std::string> read_step_list(const Value& value, const std::string& path,
                                                 Journey& journey);

}  // namespace sojourn::journeys
