#pragma once

/// Pages of lists: `limit` and `cursor` of a request, `items` and `next` of an answer.
///
/// A cursor is opaque: the place within the list, behind a hash of the list and its filters, so
/// that a cursor of another list is refused and not misread.

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "net/http_message.h"

namespace sojourn::api {

inline constexpr int page_limit_max = 200;
inline constexpr int page_limit_default = 50;

struct PageRequest {
  int limit = page_limit_default;
  std::string place;  ///< what next_cursor() was given; empty: the first page
  std::string list;   ///< name of the list with its filters
};

/// `list` names the list and every filter value. Errors: `limit_out_of_range`, `cursor_invalid`.
[[nodiscard]] Result<PageRequest> read_page(const net::Request& request, std::string list);

/// The cursor for what follows `place`; empty for an empty place: there is no more.
[[nodiscard]] std::string next_cursor(const PageRequest& page, std::string_view place);

/// Writes `"next": cursor|null` into an open object.
void write_next(JsonWriter& out, const PageRequest& page, std::string_view place);

/// A page of a list that stands in memory, sorted by `key_of`: unique texts.
template <typename Item>
struct Slice {
  std::vector<const Item*> items;
  std::string place;  ///< key of the last item; empty at the end
};
template <typename Item, typename KeyOf>
[[nodiscard]] Slice<Item> slice(const std::vector<Item>& all, const PageRequest& page,
                                KeyOf key_of) {
  std::vector<std::pair<std::string, const Item*>> sorted;
  for (const Item& item : all) sorted.emplace_back(key_of(item), &item);
  std::sort(sorted.begin(), sorted.end());
  Slice<Item> found;
  for (const auto& [key, item] : sorted) {
    if (!page.place.empty() && key <= page.place) continue;
    if (found.items.size() == static_cast<std::size_t>(page.limit)) return found;
    found.items.push_back(item);
    found.place = key;
  }
  found.place.clear();
  return found;
}

}  // namespace sojourn::api
