#pragma once

/// What differs between two texts of one journey: its steps by their ids, everything else by what
/// it means (definition_diff.h).

#include "base/result.h"
#include "base/value.h"
#include "domain/reaction/value_differ.h"

namespace sojourn::reaction {

/// Both are objects. Errors as read_journey(after) gives them; an older text that is no longer
/// readable is compared as it is written.
[[nodiscard]] Result<void> diff_journeys(const Value& before, const Value& after,
                                         ValueDiffer& differ);

}  // namespace sojourn::reaction
