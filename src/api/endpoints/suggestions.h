#pragma once

/// What there is to ask about, for people who write conditions: attributes with their values, and
/// events with their properties. What each answers is in openapi.yaml.

#include "api/endpoint.h"

namespace sojourn::api::endpoints {

Answer list_attributes(Context&, const Call&);
Answer list_attribute_values(Context&, const Call&);
Answer list_event_names(Context&, const Call&);

}  // namespace sojourn::api::endpoints
