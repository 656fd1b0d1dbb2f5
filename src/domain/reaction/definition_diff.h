#pragma once

/// What differs between two texts of one definition: meanings, not lines.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace sojourn::reaction {

struct Difference {
  /// `where`, `step nudge`, `rule pricing.points`; empty, where only comments or layout differ.
  std::string path;
  std::string before;     ///< empty: was not there
  std::string after;      ///< empty: is not there any more
  std::string step = {};  ///< id, of differences of a step; else empty

  friend bool operator==(const Difference&, const Difference&) = default;
};

/// Both are texts of one kind. Empty where they are equal. Errors as the codecs give them: of
/// `after`, since what is in force has been read before.
[[nodiscard]] Result<std::vector<Difference>> diff_definitions(std::string_view kind,
                                                               std::string_view before,
                                                               std::string_view after);

/// `step nudge: wait 2 days -> wait 3 days`
[[nodiscard]] std::string describe(const Difference& difference);

}  // namespace sojourn::reaction
