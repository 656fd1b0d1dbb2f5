#include "net/address_range.h"

#include <algorithm>
#include <charconv>

namespace sojourn::net {
namespace {

constexpr unsigned address_bits = 128;
constexpr unsigned mapped_prefix_bits = 96;

std::optional<unsigned> parse_bits(std::string_view text) {
  unsigned bits = 0;
  const char* const end = text.data() + text.size();
  const auto [read_to, error] = std::from_chars(text.data(), end, bits);
  if (error != std::errc() || read_to != end) return std::nullopt;
  return bits;
}

}  // namespace

bool AddressRange::contains(const IpAddress& address) const {
  const unsigned bytes = prefix_bits / 8;
  if (!std::equal(network.begin(), network.begin() + bytes, address.begin())) return false;
  const unsigned rest = prefix_bits % 8;
  if (rest == 0) return true;
  const unsigned mask = 0xffU << (8 - rest) & 0xffU;
  return ((network[bytes] ^ address[bytes]) & mask) == 0;
}

std::optional<AddressRange> parse_address_range(std::string_view text) {
  const std::size_t slash = text.find('/');
  const std::string_view address_text = text.substr(0, slash);
  const std::optional<IpAddress> address = parse_ip_address(address_text);
  if (!address) return std::nullopt;
  AddressRange range{.network = *address, .prefix_bits = address_bits};
  if (slash == std::string_view::npos) return range;
  const bool is_v4 = address_text.find(':') == std::string_view::npos;
  const unsigned offset = is_v4 ? mapped_prefix_bits : 0;
  const std::optional<unsigned> bits = parse_bits(text.substr(slash + 1));
  if (!bits || *bits > address_bits - offset) return std::nullopt;
  range.prefix_bits = *bits + offset;
  return range;
}

bool is_mapped_v4(const IpAddress& address) {
  static constexpr IpAddress prefix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  return std::equal(prefix.begin(), prefix.begin() + 12, address.begin());
}

}  // namespace sojourn::net
