#pragma once

/// The addresses of ours that mail comes back to: `b+<token>@` is the envelope's sender (VERP), to
/// which reports of a mail are sent, and `u+<token>@` takes the mails that unsubscribe (RFC 2369).
///
/// A token names one message, is signed with 128 bits and does not expire. It is in base32, because
/// some servers change the case of local parts.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/hash.h"
#include "domain/messages/message.h"

namespace sojourn::runtime {

enum class MailAddressKind : std::uint8_t { bounce = 1, unsubscribe = 2 };

struct MailAddress {
  MailAddressKind kind = MailAddressKind::bounce;
  messages::MessageId message;
  friend bool operator==(const MailAddress&, const MailAddress&) = default;
};

/// `b+<token>@domain`; the local part has at most 45 of the 64 characters that it may have.
/// `master` is the workspace's key; a key for this purpose alone is derived from it.
[[nodiscard]] std::string make_mail_address(const HashKey& master, const MailAddress& address,
                                            std::string_view domain);

/// Absent where the address is not what make_mail_address() wrote for this domain, in any case of
/// its letters. Compares in constant time.
[[nodiscard]] std::optional<MailAddress> read_mail_address(const HashKey& master,
                                                           std::string_view address,
                                                           std::string_view domain);

}  // namespace sojourn::runtime
