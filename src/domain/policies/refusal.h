#pragma once

/// Whether an address may be written to at all: what neither the hour nor a cap changes.

#include <string_view>

#include "domain/messages/message.h"
#include "domain/policies/policies.h"

namespace sojourn::policies {

/// Why no message of this class and topic may go to an address that has said this: `suppressed`,
/// `unsubscribed`, `no_consent`. Empty: it may. decide() begins with it, and so does every count of
/// those whom a message would reach. Text of static lifetime.
[[nodiscard]] std::string_view refusal(const Policies& policies, const AddressConsent& consent,
                                       messages::MessageClass message_class,
                                       std::string_view topic);

}  // namespace sojourn::policies
