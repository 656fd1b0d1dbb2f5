#pragma once

/// The contacts who stopped at a step for one reason: whose message there was skipped, cancelled or
/// failed, or is held back.

#include "api/endpoint.h"
#include "domain/reaction/rules.h"

namespace sojourn::api::endpoints {

/// `GET /journeys/{key}/contacts?step=&reason=`, newest first. A page looks at a bounded number of
/// messages; it may then be short, and its cursor goes on. Errors as read_page(), `missing_field`
/// of step.
Answer list_stopped_contacts(Context& context, const Call& call, const reaction::JourneyRule& rule);

}  // namespace sojourn::api::endpoints
