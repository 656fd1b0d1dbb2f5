#pragma once

/// Who must not be written to: one row an address and scope, kept in step with the ledger.

#include "store/driver/driver.h"
#include "store/state.h"

namespace sojourn::store::sql {

[[nodiscard]] Result<std::vector<SuppressionRecord>> read_suppressions(
    driver::Connection& connection, const StateReads::SuppressionQuery& query);
/// What a line of the ledger changes in the list.
[[nodiscard]] Result<void> follow_consent(driver::Connection& connection,
                                          const ConsentRecord& record);

/// All of them that the address has.
[[nodiscard]] Result<void> delete_suppressions(driver::Connection& connection,
                                               const Hash128& address);

}  // namespace sojourn::store::sql
