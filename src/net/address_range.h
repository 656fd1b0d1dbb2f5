#pragma once

/// Networks in CIDR form (RFC 4632, RFC 4291 §2.3).

#include <optional>
#include <string_view>

#include "net/address.h"

namespace sojourn::net {

/// A single address is a range of one.
struct AddressRange {
  IpAddress network{};
  unsigned prefix_bits = 0;  ///< of the 128, also where the network is IPv4

  [[nodiscard]] bool contains(const IpAddress& address) const;
};

/// Reads `10.0.0.0/8`, `192.0.2.7`, `fd00::/8`. Absent where it is neither address nor range.
[[nodiscard]] std::optional<AddressRange> parse_address_range(std::string_view text);

/// True for an IPv4 address, which IpAddress holds in its mapped form.
[[nodiscard]] bool is_mapped_v4(const IpAddress& address);

}  // namespace sojourn::net
