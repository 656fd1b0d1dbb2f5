#include "runtime/request_keys.h"

#include <fmt/format.h>

#include <utility>

namespace sojourn::runtime {
namespace {

using messages::DeliveryState;
using messages::Message;

/// What no key of a message begins with that is asked for.
constexpr std::string_view freed_prefix = "freed/";

Result<void> take_key(store::StateTransaction& transaction, Message message) {
  TRY_VOID(transaction.put_message_content(message.id, ""));
  message.key = fmt::format("{}{}", freed_prefix, message.id.value);
  return transaction.put_message(message);
}

}  // namespace

bool has_free_key(const Message& message, Timestamp now) {
  switch (message.state) {
    case DeliveryState::queued:
    case DeliveryState::claimed:
    case DeliveryState::committing:
    case DeliveryState::retry:
      return false;
    case DeliveryState::sent:
    case DeliveryState::failed:
    case DeliveryState::skipped:
    case DeliveryState::cancelled:
    case DeliveryState::uncertain:
      return message.queued_at + request_key_kept <= now;
  }
  return false;
}

Result<void> free_request_keys(store::StateTransaction& transaction, const Message& wanted,
                               Timestamp now) {
  if (!wanted.key.starts_with(messages::api_key_prefix)) return {};
  TRY(present, transaction.message_by_key(wanted.key));
  if (present && has_free_key(*present, now)) {
    TRY_VOID(take_key(transaction, std::move(*present)));
  }
  store::StateReads::MessageQuery query;
  query.contact = wanted.contact;
  query.limit = messages_looked_at;
  TRY(page, transaction.list_messages(query));
  for (Message& message : page.messages) {
    const bool is_due = message.key.starts_with(messages::api_key_prefix) &&
                        has_free_key(message, now) && message.queued_at + request_kept < now;
    if (is_due) TRY_VOID(take_key(transaction, std::move(message)));
  }
  return {};
}

}  // namespace sojourn::runtime
