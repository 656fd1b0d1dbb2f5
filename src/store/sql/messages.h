#pragma once

/// The outbox: messages and their delivery.

#include "store/driver/driver.h"
#include "store/state.h"

namespace sojourn::store::sql {

[[nodiscard]] Result<std::optional<messages::Message>> read_message(driver::Connection& connection,
                                                                    messages::MessageId id);
[[nodiscard]] Result<std::optional<messages::Message>> read_message_by_key(
    driver::Connection& connection, std::string_view key);
/// Error `invalid_cursor` where the cursor is not one of ours.
[[nodiscard]] Result<StateReads::MessagePage> list_messages(driver::Connection& connection,
                                                            const StateReads::MessageQuery& query);
[[nodiscard]] Result<std::vector<StateReads::QueuedMessage>> read_queued_messages(
    driver::Connection& connection, Timestamp due_until, std::size_t limit);
/// Oldest first.
[[nodiscard]] Result<std::vector<messages::Message>> read_messages_in(
    driver::Connection& connection, messages::DeliveryState state, std::size_t limit);

[[nodiscard]] Result<std::optional<std::string>> read_message_content(
    driver::Connection& connection, messages::MessageId id);
[[nodiscard]] Result<void> write_message_content(driver::Connection& connection,
                                                 messages::MessageId id, std::string_view content);

/// The state that the message had before, absent where it is new. Error `duplicate_key` where
/// another id has its key.
[[nodiscard]] Result<std::optional<messages::DeliveryState>> write_message(
    driver::Connection& connection, const messages::Message& message);
[[nodiscard]] Result<void> move_messages(driver::Connection& connection,
                                         const contacts::ContactId& from,
                                         const contacts::ContactId& to);
/// Before which message a page of a list begins. Error `invalid_cursor`.
[[nodiscard]] Result<std::uint64_t> message_cursor(std::string_view cursor);

/// What a deleted message was.
struct RemovedMessage {
  messages::MessageId id;
  messages::DeliveryState state = messages::DeliveryState::queued;
  std::string campaign;
  std::string arm;
};
/// With what was kept beside them.
[[nodiscard]] Result<std::vector<RemovedMessage>> delete_messages(
    driver::Connection& connection, const contacts::ContactId& contact);

}  // namespace sojourn::store::sql
