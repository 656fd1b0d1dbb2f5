#pragma once

/// Variables of a template that there are not, and those that may print nothing.

#include <string_view>
#include <vector>

#include "domain/templates/checks/check.h"
#include "domain/templates/liquid.h"

namespace sojourn::templates::checks {

/// unknown_variable and no_fallback, each once for a path. A path that a condition asks for first
/// is taken to be looked after.
[[nodiscard]] std::vector<Check> check_variables(std::string_view part,
                                                 const LiquidTemplate& compiled);

}  // namespace sojourn::templates::checks
