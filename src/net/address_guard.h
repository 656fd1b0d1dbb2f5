#pragma once

/// Decides where requests may go whose URL a user of the product wrote: to the public internet, and
/// into inside networks only where the operator said so. Otherwise a webhook would be a door to the
/// metadata service of a cloud, to databases, and to this server itself (SSRF).

#include <string_view>
#include <vector>

#include "base/result.h"
#include "net/address_range.h"

namespace sojourn::net {

/// A value; copies are cheap.
class AddressGuard {
 public:
  /// Lets only public addresses pass.
  AddressGuard() = default;
  /// Also lets pass what `allowed` names: ranges as TrustedProxies reads them, or `private` for
  /// the private networks (RFC 1918, RFC 4193). Loopback is never part of `private`. Error:
  /// `invalid_allow_list` with the part that cannot be read as its value.
  [[nodiscard]] static Result<AddressGuard> parse(std::string_view allowed);

  /// `address` is what a connection is about to be made to, after names were resolved.
  [[nodiscard]] bool allows(const IpAddress& address) const;

 private:
  std::vector<AddressRange> allowed_;
};

/// True where the address is one of the public internet: a global unicast address that the
/// registries of special-purpose addresses (RFC 6890 and its updates) do not set aside. An IPv6
/// address that carries an IPv4 address in it (NAT64, 6to4, Teredo) is not: behind it may be any.
[[nodiscard]] bool is_public_address(const IpAddress& address);

}  // namespace sojourn::net
