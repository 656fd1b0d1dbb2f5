#pragma once

/// What a service that took mails of ours tells of them later, over its webhook: verified and read.

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "net/http_message.h"

namespace sojourn::channels {

struct ProviderReport {
  enum class Kind : std::uint8_t {
    hard_bounce,  ///< the address takes no mail any more
    soft_bounce,  ///< this mail was given up
    complaint,
    unsubscribe,
  };
  Kind kind = Kind::soft_bounce;
  /// What the mail was handed over with: `<message>-<left side of its Message-ID>`.
  std::string reference;
  std::string reason = {};  ///< `unknown_user`, `mailbox_full`, `abuse`; empty: none
  std::string status = {};  ///< RFC 3463; empty: none was said
  std::string words = {};   ///< of the receiving server or the service, one line
  std::string id = {};      ///< the same report again has the same
  friend bool operator==(const ProviderReport&, const ProviderReport&) = default;
};

/// Thread-safe.
class ProviderHooks {
 public:
  virtual ~ProviderHooks() = default;
  using Done = std::function<void(Result<std::vector<ProviderReport>>)>;

  /// `ses`, `sendgrid`, `postmark`, `mailgun`: the service whose reports are read.
  [[nodiscard]] virtual std::string_view provider() const = 0;
  /// True where the reports carry a signature and the key to check it by is missing: every report
  /// is then refused as forged.
  [[nodiscard]] virtual bool lacks_key() const = 0;
  /// Reads a request to the webhook whose secret address was right. `done` is called once, maybe
  /// later and from another thread, not at all after a stop. What is no bounce, complaint or
  /// unsubscription, or about no mail of Sojourn, is no report. Errors: `forged_report`;
  /// `malformed_json`; `provider_unreachable` where what to check it by could not be fetched.
  virtual void read(const net::Request& request, Done done) = 0;
};

}  // namespace sojourn::channels
