#pragma once

/// Whether a domain lets a host send mails in its name (SPF, RFC 7208).

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "net/address.h"
#include "net/dns.h"

namespace sojourn::channels::mail_dns {

enum class SpfResult : std::uint8_t {
  none,     ///< the domain says nothing
  neutral,  ///< it says neither yes nor no
  pass,
  fail,
  soft_fail,        ///< probably not
  temporary_error,  ///< a name server did not answer
  permanent_error,  ///< the record cannot be read, or asks for too much
};

[[nodiscard]] std::string_view name_of(SpfResult result);

struct SpfQuestion {
  /// Who sends. Absent: nobody in particular. Then no mechanism matches but `all`, so that every
  /// other one is looked at: the most that the record can cost.
  std::optional<net::IpAddress> client = {};
  std::string domain;           ///< of the envelope's sender
  std::string local = "hello";  ///< its local part; a macro may ask for it
};

struct SpfVerdict {
  SpfResult result = SpfResult::none;
  std::string reason = {};                 ///< of an error, for a person
  std::string record = {};                 ///< of the domain itself; empty where there is none
  int lookups = 0;                         ///< terms that needed DNS
  std::vector<std::string> included = {};  ///< domains of `include` and `redirect`, also nested
};

/// RFC 7208 §4.6.4: receivers give up beyond these.
inline constexpr int spf_lookups_max = 10;
inline constexpr int spf_void_lookups_max = 2;

/// Waits for name servers. Of `ptr`, which nobody should publish (§5.5), only the cost is counted.
[[nodiscard]] SpfVerdict evaluate_spf(net::Dns& dns, const SpfQuestion& question);

/// True for a TXT record that is meant as SPF (§4.5).
[[nodiscard]] bool is_spf_record(std::string_view text);

}  // namespace sojourn::channels::mail_dns
