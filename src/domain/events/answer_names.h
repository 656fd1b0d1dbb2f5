#pragma once

/// Event names of what people do with a mail beyond opening it and following its links. Others may
/// write them too: what answers and reports of spam come to is told by mailboxes and providers.

#include <string_view>

namespace sojourn::events::names {

inline constexpr std::string_view email_replied = "Email Replied";
/// The contact's mail program told the sender that the mail is unwanted.
inline constexpr std::string_view spam_reported = "Spam Reported";

}  // namespace sojourn::events::names
