#pragma once

/// The text of an SPF record, read (RFC 7208 §4.6 and §7).

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "channels/mail_dns/spf.h"
#include "net/address_range.h"

namespace sojourn::channels::mail_dns {

/// A mechanism.
struct SpfTerm {
  enum class Kind : std::uint8_t { all, include, a, mx, ptr, ip, exists };
  Kind kind = Kind::all;
  SpfResult result = SpfResult::pass;  ///< where it matches
  std::string domain = {};             ///< with macros; empty: the domain whose record it is
  net::AddressRange range = {};        ///< of `ip`
  unsigned v4_bits = 32;               ///< of `a` and `mx`
  unsigned v6_bits = 128;
};

struct SpfRecord {
  std::vector<SpfTerm> terms;
  std::string redirect;  ///< with macros; empty: none
};

/// `text` is an SPF record by is_spf_record(). Error: `invalid_spf` with the term.
[[nodiscard]] Result<SpfRecord> parse_spf_record(std::string_view text);

struct SpfMacros {
  std::optional<net::IpAddress> client;
  std::string sender_local;
  std::string sender_domain;
  std::string domain;  ///< whose record is at hand
};

/// `text` with its macros filled in, cut on the left to 253 bytes. Absent where it asks for a
/// client that nobody knows, or cannot be read.
[[nodiscard]] std::optional<std::string> expand_spf_macros(std::string_view text,
                                                           const SpfMacros& macros);

}  // namespace sojourn::channels::mail_dns
