#pragma once

/// The policies of the mails' way that are in force.

#include "base/result.h"
#include "domain/policies/sending_policies.h"
#include "store/state.h"

namespace sojourn::runtime {

/// The defaults where there is no definition of the workspace, or one that cannot be read any more.
[[nodiscard]] Result<policies::SendingPolicies> sending_policies(store::StateReads& reads);

}  // namespace sojourn::runtime
