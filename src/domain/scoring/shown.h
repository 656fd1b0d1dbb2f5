#pragma once

/// What people see of a score, which is what decides: thresholds, conditions, grades and
/// expectations all compare shown(). A score that shows 50.0 has reached 50, though its points have
/// faded by the milliseconds between an event and the reaction to it.

#include <optional>
#include <vector>

#include "domain/scoring/score.h"

namespace sojourn::scoring {

/// The value in tenths, halves away from zero.
[[nodiscard]] double shown(double value);

/// Where shown() turns: half a tenth below the least tenth that is `level` or more. A value above
/// it shows `level` or more, one below it shows less.
[[nodiscard]] double turning_point(double level);

/// The value at `at`, which is not after `state.at`, where none of what earned points since then
/// happened after it: then all that has happened is that they faded. Absent where too little is
/// left of them to tell.
[[nodiscard]] std::optional<double> value_before(const Score& score, const ScoreState& state,
                                                 Timestamp at);

/// What a value changes of `crossed`, in the order of the definition.
[[nodiscard]] std::vector<Crossing> crossings_at(const Score& score, const ScoreState& state,
                                                 double value);
/// Brings `crossed` up to date with it.
[[nodiscard]] std::vector<Crossing> cross_thresholds(const Score& score, ScoreState& state,
                                                     double value);

}  // namespace sojourn::scoring
