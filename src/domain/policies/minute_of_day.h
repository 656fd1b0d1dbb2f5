#pragma once

/// Times of day in definitions, `"21:00"`, as minutes after midnight.

#include <optional>
#include <string_view>

#include "base/result.h"
#include "domain/definitions/reader.h"

namespace sojourn::policies {

/// Error `not_a_time` for anything else.
[[nodiscard]] Result<int> read_minute(definitions::Reader& reader, std::string_view member);
/// Absent where the member is.
[[nodiscard]] Result<std::optional<int>> optional_minute(definitions::Reader& reader,
                                                         std::string_view member);

}  // namespace sojourn::policies
