#pragma once

/// What a publication may set off without a second yes (simulation/blast_radius.h).

#include <cstdint>

#include "base/result.h"
#include "base/value.h"

namespace sojourn::policies {

/// So many entries into a journey on one day, or what was forecast when it was last published and
/// so much more.
struct Guard {
  std::int64_t contacts_max = 1'000;
  std::int64_t margin_percent = 50;
  friend bool operator==(const Guard&, const Guard&) = default;
};
inline constexpr std::int64_t guard_contacts_limit = 1'000'000'000;
inline constexpr std::int64_t guard_margin_limit = 10'000;

/// `guard: {max_contacts: 1000, margin_percent: 50}` of the workspace's definition, which is given
/// whole; the defaults where it has none.
[[nodiscard]] Result<Guard> read_guard(const Value& workspace);

}  // namespace sojourn::policies
