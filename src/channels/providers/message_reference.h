#pragma once

/// What a service hands back with its reports, so that they find the message that they are about.

#include <string>
#include <string_view>

#include "domain/messages/message.h"

namespace sojourn::channels::providers {

/// Under which name services keep it: `sojourn-message`. Within what each allows: Postmark takes 20
/// characters for a name and 80 for a value, Amazon SES letters, digits, `_` and `-`.
inline constexpr std::string_view reference_name = "sojourn-message";

/// `<message>-<left side of the Message-ID>`. The Message-ID is a keyed hash, so that reports on
/// mails of another installation that shares the account are not taken for ours.
[[nodiscard]] std::string message_reference(messages::MessageId id, std::string_view message_id);

}  // namespace sojourn::channels::providers
