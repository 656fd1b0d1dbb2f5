#pragma once

/// Lists that are made by a walk, and counted by it: `total` is of the same items, or null where
/// the walk did not see all of them. The cursor carries how many stand before it.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "api/paging.h"
#include "base/json.h"

namespace sojourn::api {

struct CountedPlace {
  std::string place;         ///< where the walk goes on; empty: at the beginning
  std::uint64_t before = 0;  ///< items of the pages before
};
[[nodiscard]] CountedPlace parse_counted_place(std::string_view text);

/// Writes `next` and `total` into an open object. `next` is empty at the end; `written` are the
/// items of this page, `found` those of this page and behind it, where they were counted.
void write_counted_list_end(JsonWriter& out, const PageRequest& page, const CountedPlace& place,
                            std::string_view next, std::uint64_t written,
                            std::optional<std::uint64_t> found);

}  // namespace sojourn::api
