#pragma once

/// What a journey would have done: POST /api/v1/journeys/{key}/backtest.

#include "api/endpoint.h"

namespace sojourn::api::endpoints {

Answer backtest_journey(Context&, const Call&);

}  // namespace sojourn::api::endpoints
