#pragma once

/// What both event logs keep beside their events: how many came on which day, and how far some work
/// on the log has come.

#include <span>
#include <string_view>

#include "store/driver/driver.h"
#include "store/event_log.h"

namespace sojourn::store::sql {

namespace marks {
inline constexpr std::string_view covered = "covered";
inline constexpr std::string_view settled = "settled";
}  // namespace marks

/// Zero where nothing was written yet.
[[nodiscard]] Result<events::Position> read_mark(driver::Connection& connection,
                                                 std::string_view name);
[[nodiscard]] Result<void> set_mark(driver::Connection& connection, std::string_view name,
                                    events::Position position);

/// Counts the records on the days on which they were received.
[[nodiscard]] Result<void> add_to_days(driver::Connection& connection,
                                       std::span<const LogRecord> records);
[[nodiscard]] Result<EventLogReader::Counts> read_counts(driver::Connection& connection,
                                                         std::int64_t day);

}  // namespace sojourn::store::sql
