#pragma once

/// A page of contacts: all of them, those that a search finds, the members of a segment, or those
/// on a static list.

#include <string>

#include "api/context.h"
#include "base/result.h"
#include "net/http_message.h"

namespace sojourn::api {

struct ContactFilter {
  std::string search;   ///< empty: none
  std::string segment;  ///< key; empty: none
  std::string list;     ///< key; empty: none; not beside a segment
};

/// How many hits of a search are counted for `total`.
inline constexpr std::uint64_t counted_hits_max = 1'000;

/// ContactList as JSON. Errors: those of paging, `unknown_segment`, `unknown_list`.
[[nodiscard]] Result<std::string> contact_list_json(Context& context, const net::Request& request,
                                                    const ContactFilter& filter);

}  // namespace sojourn::api
