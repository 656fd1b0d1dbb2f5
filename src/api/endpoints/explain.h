#pragma once

/// Why something happened to a contact, or did not.

#include "api/endpoint.h"

namespace sojourn::api::endpoints {

/// `GET /contacts/{id}/explain?journey=&step=|message=|segment=`
Answer explain_contact(Context&, const Call&);
/// `POST /segments/explain`
Answer explain_segment(Context&, const Call&);

}  // namespace sojourn::api::endpoints
