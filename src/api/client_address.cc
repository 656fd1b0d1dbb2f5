#include "api/client_address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <optional>

#include "net/address.h"

namespace sojourn::api {
namespace {

constexpr std::array<std::uint8_t, 12> mapped_prefix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

/// Keeps the first bytes: of the four of IPv4, or of the sixteen of IPv6.
std::string cut(std::string_view address, std::size_t ipv4_bytes, std::size_t ipv6_bytes) {
  const std::optional<net::IpAddress> parsed = net::parse_ip_address(address);
  if (!parsed) return {};
  net::IpAddress bytes = *parsed;
  const bool is_ipv4 = std::equal(mapped_prefix.begin(), mapped_prefix.end(), bytes.begin());
  const std::size_t kept = is_ipv4 ? mapped_prefix.size() + ipv4_bytes : ipv6_bytes;
  std::fill(bytes.begin() + static_cast<std::ptrdiff_t>(kept), bytes.end(), std::uint8_t{0});
  std::array<char, INET6_ADDRSTRLEN> text{};
  const char* written =
      is_ipv4 ? inet_ntop(AF_INET, bytes.data() + mapped_prefix.size(), text.data(), text.size())
              : inet_ntop(AF_INET6, bytes.data(), text.data(), text.size());
  return written == nullptr ? std::string() : std::string(written);
}

}  // namespace

std::string truncated_address(std::string_view address) {
  return cut(address, 3, 6);
}
std::string throttled_address(std::string_view address) {
  return cut(address, 4, 8);
}

}  // namespace sojourn::api
