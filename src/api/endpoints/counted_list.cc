#include "api/endpoints/counted_list.h"

#include <fmt/format.h>

#include <charconv>

#include "api/json_fields.h"

namespace sojourn::api {

CountedPlace parse_counted_place(std::string_view text) {
  const std::size_t space = text.find(' ');
  CountedPlace place{.place = std::string(text.substr(0, space))};
  if (space == std::string_view::npos) return place;
  const std::string_view count = text.substr(space + 1);
  std::from_chars(count.data(), count.data() + count.size(), place.before);
  return place;
}

void write_counted_list_end(JsonWriter& out, const PageRequest& page, const CountedPlace& place,
                            std::string_view next, std::uint64_t written,
                            std::optional<std::uint64_t> found) {
  write_next(out, page,
             next.empty() ? std::string() : fmt::format("{} {}", next, place.before + written));
  if (found) {
    count_field(out, "total", place.before + *found);
  } else {
    null_field(out, "total");
  }
}

}  // namespace sojourn::api
