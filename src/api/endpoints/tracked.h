#pragma once

/// The message that a link in a mail leads to, and events about who follows it.

#include <cstdint>
#include <optional>
#include <string_view>

#include "api/endpoint.h"
#include "base/result.h"
#include "domain/events/event.h"
#include "domain/messages/message.h"
#include "runtime/tracking_token.h"

namespace sojourn::api {

/// A message that a token leads to, and which of its links.
struct Tracked {
  messages::Message message;
  std::uint32_t link = 0;
};

/// Of the call's parameter `token`. Absent where that is not ours, or its message is gone.
[[nodiscard]] Result<std::optional<Tracked>> find_tracked(Context& context, runtime::TokenKind kind,
                                                          const Call& call);

/// Who called, as events say it: the network without the household, and the browser.
[[nodiscard]] Object context_of(const Call& call);

/// An event of Sojourn's own about the contact, of whom nothing is said yet but who called.
[[nodiscard]] events::Event event_about(const Context& context, const Call& call,
                                        const contacts::ContactId& contact, std::string_view name);

/// The same about the message's contact, with what the message is.
[[nodiscard]] events::Event event_of(const Context& context, const Call& call,
                                     const messages::Message& message, std::string_view name);

}  // namespace sojourn::api
