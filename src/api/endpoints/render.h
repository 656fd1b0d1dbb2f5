#pragma once

/// A message as it would be, and what should be looked at in it.

#include "api/endpoint.h"

namespace sojourn::api::endpoints {

/// `POST /render`
Answer render_message(Context&, const Call&);

}  // namespace sojourn::api::endpoints
