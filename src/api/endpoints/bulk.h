#pragma once

/// One thing done to many contacts: what each call answers is in openapi.yaml.

#include "api/endpoint.h"

namespace sojourn::api::endpoints {

Answer change_contacts(Context&, const Call&);
/// Of contacts that are erased, which another permission is needed for.
Answer erase_contacts(Context&, const Call&);

}  // namespace sojourn::api::endpoints
