#include "net/address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <span>
#include <utility>

#include "base/text.h"
#include "net/address_range.h"

namespace sojourn::net {
namespace {

// X-Forwarded-For may stand in several fields, which read as one list (RFC 9110 §5.3).
std::vector<std::string_view> forwarded_for(const Headers& headers) {
  std::vector<std::string_view> entries;
  for (std::size_t index = 0; index < headers.size(); ++index) {
    const Headers::Field field = headers.at(index);
    if (!equal_ignoring_case(field.name, "X-Forwarded-For")) continue;
    for (const std::string_view entry : split(field.value, ',')) entries.push_back(trimmed(entry));
  }
  return entries;
}

// Some proxies add the port: `192.0.2.7:4711`, `[2001:db8::1]:4711`.
std::string_view without_port(std::string_view entry) {
  if (entry.starts_with('[')) return entry.substr(1, entry.find(']') - 1);
  const std::size_t colon = entry.find(':');
  const bool has_one_colon = colon != std::string_view::npos && entry.rfind(':') == colon;
  return has_one_colon ? entry.substr(0, colon) : entry;
}

template <typename Number>
std::optional<Number> parse_number(std::string_view text) {
  Number number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace

Result<HostPort> parse_host_port(std::string_view text) {
  const auto refused = [&] {
    return failure({.code = "invalid_address",
                    .message = "address is " + std::string(text) + ", it must be HOST:PORT",
                    .value = std::string(text),
                    .limit = "HOST:PORT"});
  };
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return refused();
  std::string_view host = text.substr(0, colon);
  const bool bracketed = host.starts_with('[') && host.ends_with(']');
  if (bracketed) host = host.substr(1, host.size() - 2);
  if (host.empty()) return refused();
  if (!bracketed && host.find_first_of(":[]") != std::string_view::npos) return refused();
  const auto port = parse_number<std::uint16_t>(text.substr(colon + 1));
  if (!port) return refused();
  return HostPort{.host = std::string(host), .port = *port};
}

std::optional<IpAddress> parse_ip_address(std::string_view text) {
  const std::string terminated(text);
  IpAddress address{};
  if (inet_pton(AF_INET6, terminated.c_str(), address.data()) == 1) return address;
  address = {};
  address[10] = address[11] = 0xff;
  if (inet_pton(AF_INET, terminated.c_str(), address.data() + 12) == 1) return address;
  return std::nullopt;
}

bool is_loopback_host(std::string_view host) {
  const std::optional<IpAddress> address = parse_ip_address(host);
  if (!address) return host == "localhost";
  constexpr IpAddress one = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
  constexpr IpAddress mapped_127 = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 127};
  return *address == one ||
         std::equal(mapped_127.begin(), mapped_127.begin() + 13, address->begin());
}

Result<TrustedProxies> TrustedProxies::parse(std::string_view text) {
  TrustedProxies proxies;
  if (trimmed(text).empty()) return proxies;
  for (const std::string_view padded : split(text, ',')) {
    const std::string_view part = trimmed(padded);
    const auto refused = [&] {
      return failure({.code = "invalid_proxy_list",
                      .message = "trusted proxy is " + std::string(part) +
                                 ", it must be an IP address or a CIDR range",
                      .value = std::string(part)});
    };
    const std::optional<AddressRange> range = parse_address_range(part);
    if (!range) return refused();
    proxies.ranges_.push_back({.network = range->network, .prefix_bits = range->prefix_bits});
  }
  return proxies;
}

bool TrustedProxies::contains(std::string_view address_text) const {
  const auto address = parse_ip_address(address_text);
  if (!address) return false;
  return std::any_of(ranges_.begin(), ranges_.end(), [&](const Range& range) {
    return AddressRange{range.network, range.prefix_bits}.contains(*address);
  });
}

std::string client_address(const Request& request, const TrustedProxies& proxies) {
  std::string client = request.peer_address;
  if (!proxies.contains(client)) return client;
  const auto entries = forwarded_for(request.headers);
  for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry) {
    const std::string_view address = without_port(*entry);
    if (!parse_ip_address(address)) return client;
    client = address;
    if (!proxies.contains(client)) return client;
  }
  return client;
}

}  // namespace sojourn::net
