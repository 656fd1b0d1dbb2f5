#pragma once

/// What a fact's occurrences in a window come to, and how that compares.

#include <cstdint>
#include <optional>

#include <absl/time/time.h>

#include "base/time.h"
#include "domain/facts/fact.h"
#include "domain/segments/condition.h"

namespace sojourn::segments {

/// Of the occurrences in a window. Amounts in millionths (facts/fact.h).
struct Measurement {
  std::int64_t count = 0;
  facts::Sum sum = 0;
  std::int64_t least = 0;     ///< of any occurrence
  std::int64_t greatest = 0;  ///< likewise
  double distinct = 0;
};

[[nodiscard]] Measurement measure(const Did& did, const facts::FactState& fact, Timestamp now,
                                  const absl::TimeZone& zone);

[[nodiscard]] bool compare(const Did& did, const Measurement& measurement);

/// The amount that is compared; absent where it is missing.
[[nodiscard]] std::optional<double> amount_of(const Did& did, const Measurement& measurement);

/// The answer now, and a lower bound of when time alone may change it.
[[nodiscard]] facts::Verdict answer(const Did& did, const facts::FactState& fact, Timestamp now,
                                    const absl::TimeZone& zone);

}  // namespace sojourn::segments
