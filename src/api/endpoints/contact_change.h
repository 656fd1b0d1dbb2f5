#pragma once

/// What a person writes of a contact: what it answers is in openapi.yaml.

#include "api/endpoint.h"

namespace sojourn::api::endpoints {

Answer change_contact(Context&, const Call&);

}  // namespace sojourn::api::endpoints
