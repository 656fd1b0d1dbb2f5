#pragma once

/// Reads the nested lists of steps of a journey into one flat list. Internal to read_journey().

#include <string>

#include "base/value.h"
#include "domain/definitions/reader.h"
#include "domain/journeys/journey.h"

namespace sojourn::journeys {

/// Fills the journey's steps and index, in the order in which they are written; answers the id of
/// the first. Steps that cannot be read are left out, each with what is wrong with it.
[[nodiscard]] std::string read_step_list(const Value& value, const std::string& path,
                                         Journey& journey, definitions::Findings& findings);

}  // namespace sojourn::journeys
