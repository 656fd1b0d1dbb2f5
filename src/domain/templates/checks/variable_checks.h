#pragma once

/// Variables of a template that there are not, and those that may print nothing.

#include <string_view>
#include <vector>

#include "domain/catalogs/look_up.h"
#include "domain/templates/checks/check.h"
#include "domain/templates/liquid.h"

namespace sojourn::templates::checks {

/// unknown_variable and no_fallback, each once for a path. A path that a condition asks for first
/// is taken to be looked after. no_catalog and no_catalog_item where there are `catalogs` to ask;
/// of an item only where the template itself says its key.
[[nodiscard]] std::vector<Check> check_variables(std::string_view part,
                                                 const LiquidTemplate& compiled,
                                                 catalogs::Catalogs* catalogs = nullptr);

}  // namespace sojourn::templates::checks
