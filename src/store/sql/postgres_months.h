#pragma once

/// The tables of the event log, one for each month in which events were received.

#include <string>

#include "base/time.h"
#include "store/driver/driver.h"

namespace sojourn::store::sql {

/// Months since January 1970, UTC.
[[nodiscard]] std::int64_t month_of(Timestamp time);

/// Makes the month's table where it is missing, in a transaction of its own. Readers of the log and
/// a dump of the database that is under way do not hold it back, nor it them.
[[nodiscard]] Result<void> make_month(driver::Connection& connection, std::int64_t month);

}  // namespace sojourn::store::sql
