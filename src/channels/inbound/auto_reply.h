#pragma once

/// Answers that a program gave for a person: RFC 3834, and how it was done before.

#include <cstdint>
#include <optional>
#include <string_view>

#include "channels/inbound/mail_parts.h"
#include "channels/inbound/reason.h"

namespace sojourn::channels::inbound {

/// How a mail shows that a program wrote it.
enum class Sign : std::uint8_t {
  words,   ///< its subject says so
  fields,  ///< fields of its header do; bounces have those too
};

struct AutoReply {
  Reason reason = Reason::automatic;  ///< vacation, left, challenge or automatic
  Sign sign = Sign::fields;
};

/// Absent where nothing says that a program answered.
[[nodiscard]] std::optional<AutoReply> read_auto_reply(const MailParts& mail);

}  // namespace sojourn::channels::inbound
