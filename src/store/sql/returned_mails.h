#pragma once

/// What addresses have returned since a mail last arrived there.

#include "store/driver/driver.h"
#include "store/returned_mails.h"

namespace sojourn::store::sql {

[[nodiscard]] Result<std::vector<ReturnedMailsRecord>> read_returned_mails(
    driver::Connection& connection);
[[nodiscard]] Result<void> write_returned_mails(driver::Connection& connection,
                                                const ReturnedMailsRecord& record);

}  // namespace sojourn::store::sql
