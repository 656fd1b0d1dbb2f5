#pragma once

/// What one contact would meet in a journey: POST /api/v1/journeys/{key}/simulate.

#include "api/endpoint.h"

namespace sojourn::api::endpoints {

Answer simulate_journey(Context&, const Call&);

}  // namespace sojourn::api::endpoints
