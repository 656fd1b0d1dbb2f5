#pragma once

/// Inputs from one partition to another that wait to be applied.

#include "store/driver/driver.h"
#include "store/state.h"

namespace sojourn::store::sql {

/// In the order of their sequence.
[[nodiscard]] Result<std::vector<PartitionMail>> read_partition_mail(driver::Connection& connection,
                                                                     std::size_t limit);
/// Error `duplicate_key` where the sequence is taken.
[[nodiscard]] Result<void> write_partition_mail(driver::Connection& connection,
                                                const PartitionMail& mail);
[[nodiscard]] Result<void> move_partition_mail(driver::Connection& connection,
                                               const contacts::ContactId& from,
                                               const contacts::ContactId& to);
[[nodiscard]] Result<void> delete_partition_mail(driver::Connection& connection,
                                                 std::uint64_t sequence);
[[nodiscard]] Result<void> delete_partition_mail_to(driver::Connection& connection,
                                                    const contacts::ContactId& contact);

}  // namespace sojourn::store::sql
