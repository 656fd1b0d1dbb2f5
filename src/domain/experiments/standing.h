#pragma once

/// Where an experiment stands: since when it runs, what the one look at its counts said, and which
/// arm everybody takes from then on.

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/time.h"
#include "domain/experiments/plan.h"
#include "domain/experiments/verdict.h"

namespace sojourn::experiments {

/// The one look, with the counts as they were.
struct Look {
  Timestamp at;
  std::vector<ArmCount> counts;
  Verdict verdict;
  friend bool operator==(const Look&, const Look&) = default;
};

struct Winner {
  std::string arm;
  Timestamp at;
  std::string by;  ///< who declared it; empty: it was found by itself
  friend bool operator==(const Winner&, const Winner&) = default;
};

struct Standing {
  int version = 1;  ///< of the journey, that began it; earlier ones do not count
  Timestamp since;  ///< when that version was published
  std::optional<Look> look = {};
  std::optional<Winner> winner = {};
  friend bool operator==(const Standing&, const Standing&) = default;
};

/// When the look is to be taken, by these counts; never: as far as they say not at all. It is not
/// taken twice, nor once somebody has declared a winner.
[[nodiscard]] Timestamp look_due(const Plan& plan, const Standing& standing,
                                 std::span<const ArmCount> counts);

/// The standing after the look at `now`, of a plan that decides.
[[nodiscard]] Standing look(const Decide& decide, Standing standing, std::vector<ArmCount> counts,
                            Timestamp now);

}  // namespace sojourn::experiments
