#pragma once

/// Hashes of message ids that came in, by bucket of time: how repeats are recognised once they have
/// left memory.

#include <functional>

#include "store/driver/driver.h"
#include "store/event_log.h"

namespace sojourn::store::sql {

/// Within the caller's transaction.
[[nodiscard]] Result<void> insert_remembered(driver::Connection& connection, std::uint32_t bucket,
                                             std::span<const Hash128> sorted);
[[nodiscard]] Result<std::vector<bool>> find_remembered(driver::Connection& connection,
                                                        std::span<const Hash128> hashes);
[[nodiscard]] Result<void> forget_bucket(driver::Connection& connection, std::uint32_t bucket);
/// Deletes some rows of forgotten buckets, within the caller's transaction; true where more may be
/// left. Dropping millions at once would hold up the log.
[[nodiscard]] Result<bool> delete_forgotten(driver::Connection& connection);
[[nodiscard]] Result<std::vector<EventLogWriter::RememberedBucket>> read_remembered_buckets(
    driver::Connection& connection);
[[nodiscard]] Result<void> visit_bucket(driver::Connection& connection, std::uint32_t bucket,
                                        const std::function<void(std::span<const Hash128>)>& visit);

}  // namespace sojourn::store::sql
