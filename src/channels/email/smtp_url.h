#pragma once

/// Where mails are handed over, as one line of configuration.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "channels/email/smtp_session.h"

namespace sojourn::channels::email {

struct SmtpServer {
  std::string host;  ///< a name or a numeric address, without brackets
  std::uint16_t port = 25;
  TlsPolicy tls = TlsPolicy::opportunistic;
  PlainLogin plain_login = PlainLogin::refused;
  std::optional<Credentials> credentials;
  /// At most so many at a time; absent: as the caller has it.
  std::optional<int> connections;
};

/// Reads `smtp://user:password@host:port?tls=off|opportunistic|required&connections=N`, or
/// `smtps://...?connections=N` for TLS from the first byte. User and password are percent-encoded;
/// `host` may be `[::1]`; N is from 1 to 200.
/// Port: 25, with credentials 587, for smtps 465. TLS: required with credentials, else
/// opportunistic; off only where it is said. Credentials without TLS are taken for loopback
/// addresses and `localhost` only. The error never holds the password.
[[nodiscard]] Result<SmtpServer> parse_smtp_url(std::string_view url);

/// Mails go to the hosts of their recipients.
struct DirectDelivery {
  std::uint16_t port = 25;
  /// Mails under way together; each may become uncertain in a crash.
  int mails_max = 100;
};

/// Reads `mx:`, with `?port=N` (for networks where mail hosts listen elsewhere, and for tests) and
/// `mails=N` from 1 to 10,000, joined by `&`. Absent for a URL that does not begin with `mx:`.
[[nodiscard]] Result<std::optional<DirectDelivery>> parse_mx_url(std::string_view url);

}  // namespace sojourn::channels::email
