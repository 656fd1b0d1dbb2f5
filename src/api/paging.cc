#include "api/paging.h"

#include <charconv>

#include "base/hash.h"
#include "base/text.h"

namespace sojourn::api {
namespace {

constexpr std::size_t list_mark_bytes = 8;

/// Marks, it does not protect: what a cursor says is checked like any parameter.
std::string mark_of(std::string_view list) {
  return std::string(keyed_hash(HashKey{}, {"list", list}).view().substr(0, list_mark_bytes));
}

}  // namespace

Result<PageRequest> read_page(const net::Request& request, std::string list) {
  PageRequest page;
  page.list = std::move(list);
  if (const std::optional<std::string> limit = request.query_parameter("limit")) {
    const char* const end = limit->data() + limit->size();
    const auto [stopped, problem] = std::from_chars(limit->data(), end, page.limit);
    const bool read = problem == std::errc{} && stopped == end;
    if (!read || page.limit < 1 || page.limit > page_limit_max) {
      return failure({.code = "limit_out_of_range",
                      .message = "limit must be a whole number from 1 to 200",
                      .field = "limit",
                      .value = *limit,
                      .limit = std::to_string(page_limit_max)});
    }
  }
  const std::optional<std::string> cursor = request.query_parameter("cursor");
  if (!cursor || cursor->empty()) return page;
  const std::optional<std::string> bytes = from_base64url(*cursor);
  if (!bytes || !bytes->starts_with(mark_of(page.list))) {
    return failure({.code = "cursor_invalid",
                    .message = "the cursor is not one of this list with these filters",
                    .field = "cursor",
                    .value = *cursor});
  }
  page.place = bytes->substr(list_mark_bytes);
  return page;
}

std::string next_cursor(const PageRequest& page, std::string_view place) {
  if (place.empty()) return {};
  return to_base64url(mark_of(page.list).append(place));
}

void write_next(JsonWriter& out, const PageRequest& page, std::string_view place) {
  out.name("next");
  const std::string cursor = next_cursor(page, place);
  if (cursor.empty()) {
    out.null();
  } else {
    out.string(cursor);
  }
}

}  // namespace sojourn::api
