#include "net/address_guard.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/ensure.h"
#include "base/text.h"

namespace sojourn::net {
namespace {

// The IPv4 registry of special-purpose addresses, and multicast.
constexpr std::array<std::string_view, 15> special_v4 = {
    "0.0.0.0/8",       // this network
    "10.0.0.0/8",      // private
    "100.64.0.0/10",   // shared by carriers (RFC 6598)
    "127.0.0.0/8",     // loopback
    "169.254.0.0/16",  // link-local, and there the metadata services of clouds
    "172.16.0.0/12",   // private
    "192.0.0.0/24",    // protocol assignments
    "192.0.2.0/24",    // documentation
    "192.88.99.0/24",  // 6to4 relays
    "192.168.0.0/16",  // private
    "198.18.0.0/15",   // benchmarks
    "198.51.100.0/24", "203.0.113.0/24",
    "224.0.0.0/4",  // multicast
    "240.0.0.0/4",  // reserved, broadcast
};

// Of IPv6 only 2000::/3 is global unicast; within it these are set aside.
constexpr std::string_view global_v6 = "2000::/3";
constexpr std::array<std::string_view, 4> special_v6 = {
    "2001::/23",      // protocol assignments, Teredo among them
    "2001:db8::/32",  // documentation
    "2002::/16",      // 6to4
    "3fff::/20",      // documentation
};

constexpr std::array<std::string_view, 4> private_networks = {"10.0.0.0/8", "172.16.0.0/12",
                                                              "192.168.0.0/16", "fc00::/7"};

template <typename List>
std::vector<AddressRange> ranges_of(const List& texts) {
  std::vector<AddressRange> ranges;
  for (const std::string_view text : texts) {
    const std::optional<AddressRange> range = parse_address_range(text);
    ENSURE(range.has_value());
    ranges.push_back(*range);
  }
  return ranges;
}

bool any_contains(const std::vector<AddressRange>& ranges, const IpAddress& address) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [&](const AddressRange& range) { return range.contains(address); });
}

}  // namespace

bool is_public_address(const IpAddress& address) {
  static const std::vector<AddressRange> v4 = ranges_of(special_v4);
  static const std::vector<AddressRange> v6 = ranges_of(special_v6);
  static const std::vector<AddressRange> global = ranges_of(std::array{global_v6});
  if (is_mapped_v4(address)) return !any_contains(v4, address);
  return any_contains(global, address) && !any_contains(v6, address);
}

Result<AddressGuard> AddressGuard::parse(std::string_view allowed) {
  AddressGuard guard;
  if (trimmed(allowed).empty()) return guard;
  for (const std::string_view padded : split(allowed, ',')) {
    const std::string_view part = trimmed(padded);
    if (part == "private") {
      for (const AddressRange& range : ranges_of(private_networks)) {
        guard.allowed_.push_back(range);
      }
      continue;
    }
    const std::optional<AddressRange> range = parse_address_range(part);
    if (!range) {
      return failure(
          {.code = "invalid_allow_list",
           .message = fmt::format(
               "allowed address is \"{}\", it must be private, an IP address or a CIDR range",
               part),
           .value = std::string(part),
           .limit = "private, an IP address or a CIDR range"});
    }
    guard.allowed_.push_back(*range);
  }
  return guard;
}

bool AddressGuard::allows(const IpAddress& address) const {
  return is_public_address(address) || any_contains(allowed_, address);
}

}  // namespace sojourn::net
