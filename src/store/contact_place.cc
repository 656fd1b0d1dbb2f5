#include "store/contact_place.h"

#include <fmt/format.h>

#include <charconv>
#include <optional>
#include <vector>

#include "base/text.h"

namespace sojourn::store {

std::string to_cursor(const ContactPlace& place) {
  return fmt::format("{}.{}", place.first_seen.ms, to_hex(place.id.hash.view()));
}

Result<ContactPlace> from_cursor(std::string_view cursor) {
  ContactPlace place;
  if (cursor.empty()) return place;
  const auto invalid = failure(Error{.code = "invalid_cursor",
                                     .message = "cursor is not one that a list answered with",
                                     .field = "cursor",
                                     .value = std::string(cursor)});
  const std::vector<std::string_view> parts = split(cursor, '.');
  if (parts.size() != 2) return invalid;
  const char* const end = parts[0].data() + parts[0].size();
  const auto [stopped, problem] = std::from_chars(parts[0].data(), end, place.first_seen.ms);
  if (problem != std::errc{} || stopped != end) return invalid;
  const std::optional<Hash128> hash = Hash128::from_bytes(from_hex(parts[1]).value_or(""));
  if (!hash) return invalid;
  place.id = {*hash};
  return place;
}

}  // namespace sojourn::store
