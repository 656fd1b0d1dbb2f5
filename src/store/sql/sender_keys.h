#pragma once

/// The keys of sender domains. What they are sealed by is known to the runtime alone.

#include "store/driver/driver.h"
#include "store/state.h"

namespace sojourn::store::sql {

/// By domain, each domain's oldest first.
[[nodiscard]] Result<std::vector<SenderKeyRecord>> read_sender_keys(driver::Connection& connection);
[[nodiscard]] Result<void> write_sender_key(driver::Connection& connection,
                                            const SenderKeyRecord& key);
[[nodiscard]] Result<void> delete_sender_key(driver::Connection& connection,
                                             std::string_view domain, std::string_view selector);

}  // namespace sojourn::store::sql
