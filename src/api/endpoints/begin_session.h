#pragma once

/// The end of signing in.

#include <string>

#include "api/context.h"
#include "api/team.h"

namespace sojourn::api {

/// The cookie's value of a new session. `checked` is the account as it was read when password and
/// code were checked. Error `sign_in_failed` where either was changed since, or the user removed:
/// what ends sessions also ends those about to begin.
[[nodiscard]] Result<std::string> begin_session(Context& context, const Account& checked);

}  // namespace sojourn::api
