#pragma once

/// The cap of a rule's points.

#include <algorithm>
#include <optional>

namespace sojourn::facts {

/// What points come to with `more` of them: never brought beyond the cap, on the side of zero to
/// which these lead; what is beyond it already stays.
[[nodiscard]] inline double capped_sum(double before, double more,
                                       const std::optional<double>& cap) {
  const double sum = before + more;
  if (!cap) return sum;
  return more < 0 ? std::max(sum, std::min(-*cap, before)) : std::min(sum, std::max(*cap, before));
}

}  // namespace sojourn::facts
