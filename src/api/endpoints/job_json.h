#pragma once

/// A job as answers show it.

#include "api/endpoint.h"
#include "base/json.h"
#include "store/job.h"

namespace sojourn::api {

/// One object of Job.
void write_job(JsonWriter& out, const store::JobRecord& job);

/// The job that the path names as `{id}`. Errors: `unknown_job`.
[[nodiscard]] Result<store::JobRecord> find_job(store::StateReads& view, const Call& call);

/// `202` with a job that was just submitted.
[[nodiscard]] Answer job_accepted(Context& context, store::JobId id);

}  // namespace sojourn::api
