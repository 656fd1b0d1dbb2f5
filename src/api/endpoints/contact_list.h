#pragma once

/// A page of contacts: all of them, those that a search finds, the members of a segment, those on a
/// static list, or those of whom a condition is true.

#include <string>
#include <vector>

#include "api/context.h"
#include "base/json.h"
#include "base/result.h"
#include "domain/contacts/contact_id.h"
#include "domain/segments/condition.h"
#include "net/http_message.h"
#include "store/state.h"

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

/// The same of those of whom a bound condition is true and whom the search finds (empty: all of
/// them). `where` is its text, for the cursor. What the audience index cannot tell is found by
/// looking at one contact after another: the page is then short, or even empty, and `next` goes on.
struct ConditionFilter {
  const segments::Condition& condition;
  std::string where;
  std::string search;
};
[[nodiscard]] Result<std::string> contact_list_json(Context& context, const net::Request& request,
                                                    const ConditionFilter& filter);

/// The first of those of whom a bound condition is true; fewer, or none, where they are not found
/// in a moment.
[[nodiscard]] Result<std::vector<contacts::ContactId>> some_contacts(
    Context& context, const segments::Condition& condition, int limit);

/// The items of ContactList, into an open list; who has gone meanwhile is left out.
[[nodiscard]] Result<void> write_contacts(JsonWriter& out, store::StateReads& view,
                                          const std::vector<contacts::ContactId>& ids,
                                          const std::vector<std::string>& attributes = {});

}  // namespace sojourn::api
