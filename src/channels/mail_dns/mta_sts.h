#pragma once

/// How a domain says that mails to it come over TLS only (MTA-STS, RFC 8461).

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "net/dns.h"
#include "net/web_client.h"

namespace sojourn::channels::mail_dns {

struct MtaStsPolicy {
  enum class Mode : std::uint8_t { none, testing, enforce };
  Mode mode = Mode::none;
  std::vector<std::string> hosts =
      {};                  ///< lower case; `*.example.com` is one label before the rest
  Duration kept_for = {};  ///< `max_age`
};

[[nodiscard]] std::string_view name_of(MtaStsPolicy::Mode mode);

/// Reads the text of a policy. Error: `invalid_mta_sts` with what is wrong.
[[nodiscard]] Result<MtaStsPolicy> parse_mta_sts_policy(std::string_view text);

/// Whether mails may go to this host of the domain (RFC 8461 §4.1). `host` in lower case.
[[nodiscard]] bool allows_host(const MtaStsPolicy& policy, std::string_view host);

/// The `id` of the record among the TXT records of `_mta-sts.<domain>`; absent where there is no
/// valid one, or more than one (RFC 8461 §3.1).
[[nodiscard]] std::optional<std::string> mta_sts_id(const net::DnsAnswer& texts);

/// Where the policy of `domain` is.
[[nodiscard]] std::string mta_sts_url(std::string_view domain);

/// Fetches the text of the policy of a domain; tells the error for a person. Thread-safe.
using FetchMtaSts =
    std::function<void(const std::string& domain, std::function<void(Result<std::string>)>)>;

/// Over HTTPS with a valid certificate, without redirects; `web` outlives it.
[[nodiscard]] FetchMtaSts fetch_mta_sts_over(net::WebClient& web);

}  // namespace sojourn::channels::mail_dns
