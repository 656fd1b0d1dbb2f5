#pragma once

/// A mail as a page, by a link of it: docs/reference/templates.md.

#include "api/endpoint.h"

namespace sojourn::api::endpoints {

/// As it was sent; an observation of nobody. 410 where it is no longer kept.
Answer view_online(Context&, const Call&);

}  // namespace sojourn::api::endpoints
