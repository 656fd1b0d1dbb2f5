#pragma once

/// The Message-ID of a mail (RFC 5322 §3.6.4): the same for every attempt of a message, so that a
/// repeat is recognisable to whoever receives it.

#include <string>
#include <string_view>

#include "base/hash.h"

namespace sojourn::runtime {

/// Without angle brackets. `key` is the message's key in the outbox, `sender` the From address,
/// whose domain is the right side.
[[nodiscard]] std::string mail_message_id(const HashKey& master, std::string_view key,
                                          std::string_view sender);

}  // namespace sojourn::runtime
