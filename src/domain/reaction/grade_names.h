#pragma once

/// Names of grades in conditions that those grades cannot have.

#include <optional>
#include <string>
#include <string_view>

#include "domain/reaction/rules.h"
#include "domain/segments/condition.h"

namespace sojourn::reaction {

/// Error `unknown_grade` for the first such name; what it says of grades that are not defined is
/// nothing.
[[nodiscard]] std::optional<Error> find_unknown_grade_name(const segments::Condition& condition,
                                                           const Rules& rules);

}  // namespace sojourn::reaction
