#pragma once

/// The single looks at a sender's domain. Each waits for name servers, and says what it found, what
/// was expected, and the record to publish. The rules are those of the big mailbox providers.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "channels/mail_dns/mta_sts.h"
#include "channels/sender_checks.h"
#include "net/dns.h"

namespace sojourn::channels::mail_dns {

/// By what mails leave: what SPF must allow, and PTR must name.
struct SendingHosts {
  std::vector<std::string> addresses = {};  ///< IPv4 and IPv6
  std::vector<std::string> includes = {};   ///< what a relay says to include: `_spf.relay.example`

  [[nodiscard]] bool empty() const { return addresses.empty() && includes.empty(); }
};

/// Reads `198.51.100.7, 2001:db8::7, include:_spf.relay.example`; empty is none. At most
/// sending_hosts_max. Error `invalid_sending_hosts` with the part that cannot be read.
[[nodiscard]] Result<SendingHosts> parse_sending_hosts(std::string_view text);
inline constexpr std::size_t sending_hosts_max = 20;

[[nodiscard]] SenderFinding find_spf(net::Dns& dns, const std::string& domain,
                                     const SendingHosts& hosts);
/// One for each key; one that says so where there is none.
[[nodiscard]] std::vector<SenderFinding> find_keys(net::Dns& dns,
                                                   const SenderChecks::Request& request);
[[nodiscard]] SenderFinding find_dmarc_policy(net::Dns& dns, const std::string& domain);
/// Whether replies and bounces can come back.
[[nodiscard]] SenderFinding find_mail_hosts(net::Dns& dns, const std::string& domain);
/// One for each address; `hello_name` is what we greet by. One `unknown` where there is none.
[[nodiscard]] std::vector<SenderFinding> find_reverse_names(net::Dns& dns,
                                                            const SendingHosts& hosts,
                                                            const std::string& hello_name);
/// `now` names the record that is to be published.
[[nodiscard]] SenderFinding find_mta_sts(net::Dns& dns, const FetchMtaSts& fetch,
                                         const std::string& domain, Timestamp now);
[[nodiscard]] SenderFinding find_tls_reports(net::Dns& dns, const std::string& domain);

}  // namespace sojourn::channels::mail_dns
