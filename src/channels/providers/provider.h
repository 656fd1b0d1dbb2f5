#pragma once

/// What differs between services that take mails over HTTP: the request, and what an answer means.
/// Pure; the channel (provider_channel.h) does everything else.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "channels/channel.h"
#include "channels/mime/dkim.h"
#include "channels/mime/mime.h"
#include "channels/providers/provider_url.h"
#include "domain/messages/email.h"
#include "net/web_client.h"

namespace sojourn::channels::providers {

struct OutgoingMail {
  const messages::Email& email;
  /// The same as RFC 5322 bytes, signed; for services that take those.
  const mime::WrittenMail& written;
  /// Comes back in the service's reports (message_reference.h); the same for every attempt.
  std::string_view reference;
};

/// What an answer says of us, beside what it says of the mail.
enum class Standing : std::uint8_t {
  fine,
  slow_down,  ///< too many calls, or a quota is used up
  refused,    ///< our credentials, sender or account: no other mail would do better
};

struct Verdict {
  Outcome outcome;
  Standing standing = Standing::fine;
};

class Provider {
 public:
  virtual ~Provider() = default;
  /// `ses`, `sendgrid`, `postmark`, `mailgun`
  [[nodiscard]] virtual std::string_view name() const = 0;
  [[nodiscard]] virtual mime::Relay relay() const { return mime::Relay::as_signed; }
  /// `now` is real time.
  [[nodiscard]] virtual net::WebRequest request(const OutgoingMail& mail, Timestamp now) const = 0;
  /// `response` has a status.
  [[nodiscard]] virtual Verdict verdict(const net::WebResponse& response) const = 0;
};

[[nodiscard]] std::unique_ptr<Provider> make_provider(const ProviderAccount& account);

}  // namespace sojourn::channels::providers
