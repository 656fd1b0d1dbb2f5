#include "domain/audience/score_column.h"

namespace sojourn::audience {

void ScoreColumn::set(Ordinal ordinal, const scoring::ScorePoints& points) {
  if (ordinal >= rows_.size()) rows_.resize(ordinal + 1, no_row);
  if (rows_[ordinal] == no_row) {
    rows_[ordinal] = static_cast<std::uint32_t>(ordinals_.size());
    ordinals_.push_back(ordinal);
    points_.push_back(points);
  } else {
    points_[rows_[ordinal]] = points;
  }
}

void ScoreColumn::clear(Ordinal ordinal) {
  if (ordinal >= rows_.size() || rows_[ordinal] == no_row) return;
  const std::uint32_t row = rows_[ordinal];
  rows_[ordinals_.back()] = row;
  rows_[ordinal] = no_row;
  ordinals_[row] = ordinals_.back();
  points_[row] = points_.back();
  ordinals_.pop_back();
  points_.pop_back();
}

}  // namespace sojourn::audience
