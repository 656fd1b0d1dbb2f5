#pragma once

/// Mail addresses as they stand in text and in the fields of reports.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sojourn::channels::inbound {

/// RFC 5321 §4.5.3.1.3 allows 254 octets; what is longer is no address.
constexpr std::size_t address_bytes_max = 254;

struct FoundAddress {
  std::size_t begin = 0;  ///< in the text, without angle brackets
  std::size_t end = 0;
  std::string address;
};

/// Every address in `text`, in its order. One that was shortened for display, `ann...@example.com`,
/// is none.
[[nodiscard]] std::vector<FoundAddress> find_addresses(std::string_view text);

/// `text` with `@` in place of each address: words in an address say nothing about the mail.
[[nodiscard]] std::string without_addresses(std::string_view text);

/// The address of a report's field: `rfc822; ann@example.com` (RFC 3464 §2.3.1), with xtext
/// (RFC 3461 §4) and `utf-8` forms (RFC 6533 §3) decoded. Absent where there is none, such as in an
/// X.400 name.
[[nodiscard]] std::optional<std::string> typed_address(std::string_view value);

/// RFC 3461 §4: `+2B` is a plus sign. What is no such escape stays as it is.
[[nodiscard]] std::string decode_xtext(std::string_view text);

/// Of a daemon, or of those who run the host: never the recipient of a mail that came back.
[[nodiscard]] bool is_of_host(std::string_view address);

}  // namespace sojourn::channels::inbound
