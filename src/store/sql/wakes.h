#pragma once

/// The due-time index: at most one row a contact.

#include "store/driver/driver.h"
#include "store/state.h"

namespace sojourn::store::sql {

[[nodiscard]] Result<std::vector<StateReads::Wake>> read_due_wakes(driver::Connection& connection,
                                                                   Timestamp until,
                                                                   std::size_t limit);
[[nodiscard]] Result<std::optional<Timestamp>> read_earliest_wake(driver::Connection& connection);
[[nodiscard]] Result<void> insert_wake(driver::Connection& connection,
                                       const contacts::ContactId& contact, Timestamp due);
/// Nothing happens where the contact has no wake at this time.
[[nodiscard]] Result<void> delete_wake(driver::Connection& connection,
                                       const contacts::ContactId& contact, Timestamp due);

}  // namespace sojourn::store::sql
