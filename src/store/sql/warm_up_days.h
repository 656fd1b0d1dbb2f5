#pragma once

/// What warm-up plans have counted, by day.

#include "store/driver/driver.h"
#include "store/warm_up_days.h"

namespace sojourn::store::sql {

[[nodiscard]] Result<std::vector<policies::WarmUpBook::Entry>> read_warm_up_days(
    driver::Connection& connection);
[[nodiscard]] Result<void> write_warm_up_day(driver::Connection& connection,
                                             const policies::WarmUpBook::Entry& entry);

}  // namespace sojourn::store::sql
