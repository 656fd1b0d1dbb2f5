#pragma once

/// The counters of a workspace, for Home and its stream.

#include <string>

#include "api/context.h"
#include "base/result.h"

namespace sojourn::api {

/// Home as JSON. `at` is its first member.
[[nodiscard]] Result<std::string> home_json(Context& context);

/// Days since 1970 in UTC, as counters are kept.
[[nodiscard]] std::int32_t day_of(Timestamp time);

}  // namespace sojourn::api
