#pragma once

/// One score of the contacts who have it: what its value is computed from at any instant.

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "domain/audience/bits.h"
#include "domain/scoring/score_points.h"

namespace sojourn::audience {

class ScoreColumn {
 public:
  void set(Ordinal ordinal, const scoring::ScorePoints& points);
  void clear(Ordinal ordinal);

  /// Rows: one for each contact who has the score, in no order.
  [[nodiscard]] std::span<const Ordinal> ordinals() const { return ordinals_; }
  [[nodiscard]] std::span<const scoring::ScorePoints> points() const { return points_; }
  /// Null where the contact has no such score.
  [[nodiscard]] const scoring::ScorePoints* find(Ordinal ordinal) const {
    const std::uint32_t row = ordinal < rows_.size() ? rows_[ordinal] : no_row;
    return row == no_row ? nullptr : &points_[row];
  }
  [[nodiscard]] std::size_t bytes() const {
    return rows_.capacity() * sizeof(std::uint32_t) + ordinals_.capacity() * sizeof(Ordinal) +
           points_.capacity() * sizeof(scoring::ScorePoints);
  }

 private:
  static constexpr std::uint32_t no_row = UINT32_MAX;
  std::vector<std::uint32_t> rows_;  ///< by ordinal
  std::vector<Ordinal> ordinals_;
  std::vector<scoring::ScorePoints> points_;
};

}  // namespace sojourn::audience
