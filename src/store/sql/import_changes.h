#pragma once

/// Rows of what imports changed.

#include "store/driver/driver.h"
#include "store/state.h"

namespace sojourn::store::sql {

[[nodiscard]] Result<std::vector<ImportChange>> read_import_changes(driver::Connection& connection,
                                                                    JobId job,
                                                                    std::uint64_t before_row,
                                                                    std::size_t limit);
[[nodiscard]] Result<void> write_import_change(driver::Connection& connection,
                                               const ImportChange& change);
/// At most `limit` rows; the answer is how many there were.
[[nodiscard]] Result<std::uint64_t> delete_import_changes(driver::Connection& connection, JobId job,
                                                          std::size_t limit);
[[nodiscard]] Result<void> delete_import_changes_of(driver::Connection& connection,
                                                    const contacts::ContactId& contact);

}  // namespace sojourn::store::sql
