#pragma once

/// Forms of a client's address: less of it to keep with events, and the part that throttles count.

#include <string>
#include <string_view>

namespace sojourn::api {

/// Without the part that names one household: IPv4 to /24, IPv6 to /48. Empty for what is no
/// address.
[[nodiscard]] std::string truncated_address(std::string_view address);

/// What one client cannot change at will: an IPv4 address whole, IPv6 to /64. Empty for what is no
/// address.
[[nodiscard]] std::string throttled_address(std::string_view address);

}  // namespace sojourn::api
