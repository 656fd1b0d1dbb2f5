#pragma once

/// A hash map by text that is looked up by std::string_view without making a string. Debian's
/// Abseil has its own string_view, so its default hash does not take ours.

#include <absl/container/flat_hash_map.h>

#include <functional>
#include <string>
#include <string_view>

namespace sojourn {

struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const {
    return std::hash<std::string_view>()(text);
  }
};

template <typename T>
using StringMap = absl::flat_hash_map<std::string, T, TextHash, std::equal_to<>>;

}  // namespace sojourn
