#pragma once

/// A role in the body of a request.

#include <string_view>

#include "api/role.h"
#include "base/result.h"
#include "base/value.h"

namespace sojourn::api {

/// Errors: `missing_field`, `wrong_type`, `unknown_value`.
[[nodiscard]] Result<Role> required_role(const Object& object, std::string_view field);

}  // namespace sojourn::api
