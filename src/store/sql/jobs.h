#pragma once

/// Rows of jobs.

#include "store/driver/driver.h"
#include "store/state.h"

namespace sojourn::store::sql {

[[nodiscard]] Result<std::optional<JobRecord>> read_job(driver::Connection& connection, JobId id);
[[nodiscard]] Result<std::vector<JobRecord>> list_jobs(driver::Connection& connection,
                                                       const StateReads::JobQuery& wanted);
[[nodiscard]] Result<std::vector<JobRecord>> read_open_jobs(driver::Connection& connection,
                                                            std::size_t limit);
/// The highest id that a job has; zero where there is none.
[[nodiscard]] Result<JobId> read_newest_job_id(driver::Connection& connection);
[[nodiscard]] Result<void> write_job(driver::Connection& connection, const JobRecord& job);

}  // namespace sojourn::store::sql
