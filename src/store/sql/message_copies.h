#pragma once

/// Copies of mails that were sent, which are kept for a while.

#include "store/driver/driver.h"
#include "store/message_copies.h"

namespace sojourn::store::sql {

[[nodiscard]] Result<std::optional<MessageCopy>> read_message_copy(driver::Connection& connection,
                                                                   messages::MessageId id);
[[nodiscard]] Result<std::optional<Timestamp>> read_earliest_copy_end(
    driver::Connection& connection);
[[nodiscard]] Result<void> write_message_copy(driver::Connection& connection,
                                              messages::MessageId id, std::string_view bytes,
                                              Timestamp end);
[[nodiscard]] Result<void> delete_message_copies(driver::Connection& connection, Timestamp now,
                                                 std::size_t limit);
[[nodiscard]] Result<void> delete_message_copies_of(driver::Connection& connection,
                                                    const contacts::ContactId& contact);

}  // namespace sojourn::store::sql
