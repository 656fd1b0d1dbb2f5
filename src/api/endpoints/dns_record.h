#pragma once

/// How DNS records stand in answers.

#include <string_view>

#include "base/json.h"

namespace sojourn::api::endpoints {

/// RFC 1035 §3.3: a TXT record is made of strings of at most so many bytes.
inline constexpr std::size_t dns_string_bytes_max = 255;

/// The member `strings`: the value in pieces, as zone files want it.
inline void write_dns_strings(JsonWriter& out, std::string_view value) {
  out.name("strings").begin_list();
  for (std::size_t at = 0; at < value.size(); at += dns_string_bytes_max) {
    out.string(value.substr(at, dns_string_bytes_max));
  }
  out.end_list();
}

}  // namespace sojourn::api::endpoints
