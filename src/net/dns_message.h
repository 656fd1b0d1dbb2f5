#pragma once

/// Reads the answer of a name server from its bytes (RFC 1035 §4). c-ares brings the bytes; its own
/// readers are not used since they tell no lifetimes of MX and TXT records.

#include <string_view>

#include "net/dns.h"

namespace sojourn::net {

struct ReadDnsAnswer {
  DnsAnswer answer;
  /// How long the answer may be kept: the shortest lifetime of what led to it; where there is no
  /// record what RFC 2308 §5 says, and zero where the zone says nothing.
  Duration lifetime;
};

/// What `message`, an answer with response code 0 or 3, says to the question. `name` as dns_name()
/// gives it. A message that breaks off or points outside of itself is `failed`.
[[nodiscard]] ReadDnsAnswer read_dns_message(std::string_view message, std::string_view name,
                                             DnsType type);

}  // namespace sojourn::net
