#pragma once

/// What receivers are asked to do with mails of a domain that nobody vouches for (DMARC, RFC 9989).

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/dns.h"

namespace sojourn::channels::mail_dns {

struct DmarcRecord {
  std::string domain;  ///< at whose `_dmarc.` it stands
  std::string text;
  /// none, quarantine or reject; what is absent or cannot be read is `none` where somebody wants
  /// reports (RFC 9989 §4.7).
  std::string policy = {};
  std::string subdomain_policy = {};            ///< `sp`; empty: as policy
  char public_suffix = 'u';                     ///< `psd`: y, n or u
  bool testing = false;                         ///< `t=y`: receivers apply the next weaker policy
  std::vector<std::string> reports_to = {};     ///< `rua`: URIs
  std::vector<std::string> obsolete_tags = {};  ///< pct, rf, ri: read by nobody any more
};

/// Absent where it is no valid policy record: another version, or neither a policy nor a report
/// address that can be read.
[[nodiscard]] std::optional<DmarcRecord> parse_dmarc(std::string_view domain,
                                                     std::string_view text);

struct DmarcFinding {
  net::DnsStatus status = net::DnsStatus::no_records;  ///< failed: a server did not answer
  std::string reason = {};                             ///< then, for a person
  std::optional<DmarcRecord> record = {};              ///< the one that applies
  std::string policy = {};                             ///< of it to the domain
  std::string organisation = {};                       ///< the organisational domain
  /// Texts that begin like a policy and do not count: unreadable, or several at one name.
  std::vector<std::string> discarded = {};
  int questions = 0;
};

/// RFC 9989 §4.10: at most so many names are asked.
inline constexpr int dmarc_questions_max = 8;

/// Walks up from `domain`, without a list of public suffixes. Waits for name servers.
[[nodiscard]] DmarcFinding find_dmarc(net::Dns& dns, const std::string& domain);

}  // namespace sojourn::channels::mail_dns
