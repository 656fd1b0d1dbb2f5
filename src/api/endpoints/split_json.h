#pragma once

/// A split with what came of its arms, as openapi.yaml has it.

#include "api/endpoints/counts.h"
#include "base/json.h"
#include "domain/journeys/steps/split.h"

namespace sojourn::api::endpoints {

void write_split(JsonWriter& out, const journeys::Split& split, const StepCounts& counts);

}  // namespace sojourn::api::endpoints
