#pragma once

/// What a request chooses for those inside journeys: `inside: {welcome: {choice: "move", steps:
/// {nudge: "reminder", old: null}}}`; null: they leave.

#include <functional>
#include <map>
#include <string>

#include "base/result.h"
#include "base/value.h"
#include "domain/journeys/change.h"

namespace sojourn::api {

/// Empty where the body has none. Errors name the journey and its field: `wrong_type`,
/// `unknown_value`, `too_long`; `wrong_member` for steps where nobody goes on.
[[nodiscard]] Result<std::map<std::string, journeys::Inside, std::less<>>> read_inside(
    const Object& body);

}  // namespace sojourn::api
