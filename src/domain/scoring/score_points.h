#pragma once

/// What a score's value is computed from at any instant, for those who keep the scores of many
/// contacts.

#include "domain/scoring/score.h"

namespace sojourn::scoring {

/// Sums of a contact's points.
struct ScorePoints {
  double standing = 0;
  double fading = 0;  ///< at `at`
  Timestamp at;
  friend bool operator==(const ScorePoints&, const ScorePoints&) = default;
};

[[nodiscard]] ScorePoints points_of(const ScoreState& state);
/// value_at() of the state that the points are of.
[[nodiscard]] double value_at(const Score& score, const ScorePoints& points, Timestamp now);

}  // namespace sojourn::scoring
