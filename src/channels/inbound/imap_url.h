#pragma once

/// SOJOURN_RETURN_IMAP: from which mailbox mail that comes back is taken, and how.

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "net/imap_client.h"

namespace sojourn::channels::inbound {

struct ImapPlace {
  net::ImapClient::Options server;
  /// Where a mail that was taken is moved to; empty: it stays, marked as seen.
  std::string move_to = {};
  Duration every = Duration::minutes(1);  ///< how often the mailbox is looked into

  /// The same for every password: `user@host:port/mailbox`.
  [[nodiscard]] std::string name() const;
};

inline constexpr Duration imap_every_min = Duration::seconds(1);
inline constexpr Duration imap_every_max = Duration::hours(24);

/// `imaps://user:password@host[:port][/mailbox][?every=1m&move=Taken&authorities=/etc/ca.pem]`, or
/// `imap://` for STARTTLS. User, password and names may hold percent escapes; mailboxes are
/// printable ASCII, INBOX where none is named. Error: `imap_url_invalid`, without the password.
[[nodiscard]] Result<ImapPlace> parse_imap_url(std::string_view url);

}  // namespace sojourn::channels::inbound
