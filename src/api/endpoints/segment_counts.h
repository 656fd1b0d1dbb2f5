#pragma once

/// How many contacts a condition holds for: what each answers is in openapi.yaml.

#include "api/endpoint.h"

namespace sojourn::api::endpoints {

Answer count_segment(Context&, const Call&);
Answer get_segment_count(Context&, const Call&);

}  // namespace sojourn::api::endpoints
