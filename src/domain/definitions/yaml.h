#pragma once

/// YAML text to a Value, with the line on which each part stands.
///
/// Definitions are written in YAML (PRODUCT 6) and read as JSON-like values, so that one codec per
/// kind serves files and the API. Plain scalars follow the YAML 1.2 core schema: numbers, true,
/// false, null; everything else is text.

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/string_map.h"
#include "base/value.h"

namespace sojourn::definitions {

/// A definition file larger than this was not written by a person.
inline constexpr std::size_t definition_bytes_max = 256 * 1024;
inline constexpr int definition_depth_max = 32;

struct YamlDocument {
  Value value;
  /// 1-based line of each part by its path, for example `steps[2].wait.until`.
  StringMap<int> lines;

  /// The line of the part at `path`, or of the nearest part around it; 0 where nothing is known.
  [[nodiscard]] int line_of(std::string_view path) const;
};

/// Errors: `malformed_yaml` (with the line in `value`), `too_large`, `too_deep`.
/// Anchors and aliases are refused: a few bytes of them expand without bound.
[[nodiscard]] Result<YamlDocument> parse_yaml(std::string_view text);

}  // namespace sojourn::definitions
