#pragma once

/// Binds a condition that is no definition's own.

#include "base/result.h"
#include "domain/reaction/rules.h"
#include "domain/segments/condition.h"

namespace sojourn::reaction {

/// By the definitions in force. Errors: `unknown_segment`, `unknown_list`, `unknown_score`,
/// `unknown_grade` for what none of them is.
[[nodiscard]] Result<void> bind_condition(const Rules& rules, segments::Condition& condition);

}  // namespace sojourn::reaction
