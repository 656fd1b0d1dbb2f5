#pragma once

/// How many contacts a condition holds for, and how a segment has grown: what each answers is in
/// openapi.yaml.

#include "api/endpoint.h"

namespace sojourn::api::endpoints {

Answer count_segment(Context&, const Call&);
/// The size of a segment day by day.
Answer get_segment_history(Context&, const Call&);
/// A condition in both of its forms, and as rows.
Answer read_segment(Context&, const Call&);
Answer get_segment_count(Context&, const Call&);

}  // namespace sojourn::api::endpoints
