#pragma once

/// Where to listen, and who is asking when proxies stand between.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "net/http_message.h"

namespace sojourn::net {

struct HostPort {
  /// A name or an IP address, IPv6 without brackets.
  std::string host;
  std::uint16_t port = 0;

  friend bool operator==(const HostPort&, const HostPort&) = default;
};

/// Reads `HOST:PORT` or `[IPV6]:PORT`. Error: `invalid_address`.
[[nodiscard]] Result<HostPort> parse_host_port(std::string_view text);

/// An IP address as 16 bytes; IPv4 in its mapped form ::ffff:0:0/96 (RFC 4291 §2.5.5.2).
using IpAddress = std::array<std::uint8_t, 16>;

/// Absent for what is no IPv4 or IPv6 address in the usual text form.
[[nodiscard]] std::optional<IpAddress> parse_ip_address(std::string_view text);

/// `localhost`, or an address of 127.0.0.0/8 or ::1. A name that only begins like one is not.
[[nodiscard]] bool is_loopback_host(std::string_view host);

/// The proxies whose word about the client counts: the setting SOJOURN_TRUSTED_PROXIES.
class TrustedProxies {
 public:
  /// None.
  TrustedProxies() = default;
  /// Addresses and CIDR ranges, separated by commas: `10.0.0.0/8, 192.0.2.7, fd00::/8`; empty is
  /// none. Error: `invalid_proxy_list`, with the part that cannot be read as its value.
  [[nodiscard]] static Result<TrustedProxies> parse(std::string_view text);

  [[nodiscard]] bool contains(std::string_view address) const;

 private:
  struct Range {
    IpAddress network;
    unsigned prefix_bits;
  };
  std::vector<Range> ranges_;
};

/// The address of the client: the peer's, or, where the peer is a trusted proxy, the last entry of
/// X-Forwarded-For that is not a trusted proxy itself. Entries further left are the client's own
/// claims and are never believed. An entry that is no address ends the search at the proxy that
/// wrote it.
[[nodiscard]] std::string client_address(const Request& request, const TrustedProxies& proxies);

}  // namespace sojourn::net
