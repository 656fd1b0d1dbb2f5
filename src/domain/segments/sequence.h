#pragma once

/// Whether a contact did one thing after another.

#include <vector>

#include <absl/time/time.h>

#include "base/time.h"
#include "domain/facts/fact.h"
#include "domain/segments/condition.h"

namespace sojourn::segments {

/// `facts` holds the fact of each stage, null where nothing was counted. The verdict's recheck is a
/// lower bound of when time alone may change it: the first occurrence leaves the window, or the
/// time in which something must not happen has passed.
[[nodiscard]] facts::Verdict answer(const Sequence& sequence,
                                    const std::vector<const facts::FactState*>& facts,
                                    Timestamp now, const absl::TimeZone& zone);

}  // namespace sojourn::segments
