#pragma once

/// The endpoints of saved views (store/saved_views.h). Whoever may read has their own; who may
/// write shares them with everybody.

#include "api/endpoint.h"

namespace sojourn::api::endpoints {

/// The caller's own and those that are shared.
Answer list_views(Context&, const Call&);
Answer create_view(Context&, const Call&);
Answer change_view(Context&, const Call&);
Answer remove_view(Context&, const Call&);

}  // namespace sojourn::api::endpoints
