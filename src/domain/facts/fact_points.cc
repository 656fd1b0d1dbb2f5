// The points that occurrences earn for a score's rule.
#include <algorithm>
#include <cmath>

#include "domain/facts/cap.h"
#include "domain/facts/fact.h"

namespace sojourn::facts {
namespace {

/// What is left after so many half-lives is below the precision of the sum.
constexpr std::int64_t half_lives_kept = 40;

/// Points as they stand at an instant.
struct Level {
  double points = 0;
  Timestamp at;

  void pass_to(const Points& rule, Timestamp to) {
    if (points != 0) points *= faded(rule.half_life, to - at);
    at = to;
  }
  void add(const Points& rule, double more) { points = capped_sum(points, more, rule.cap); }
  void take(const FactDefinition& definition, const Occurrence& occurrence) {
    pass_to(*definition.points, occurrence.at);
    add(*definition.points, points_of(definition, occurrence));
  }
};

/// The first of the occurrences that are not too old to tell.
std::size_t first_recent(const std::vector<Occurrence>& occurrences, Duration half_life) {
  const std::int64_t kept_ms = std::min(half_life.ms, INT64_MAX / 100) * half_lives_kept;
  const Timestamp oldest = occurrences.back().at - Duration{kept_ms};
  const auto recent =
      std::find_if(occurrences.begin(), occurrences.end(),
                   [&](const Occurrence& occurrence) { return occurrence.at >= oldest; });
  return static_cast<std::size_t>(recent - occurrences.begin());
}

}  // namespace

double faded(const std::optional<Duration>& half_life, Duration elapsed) {
  if (!half_life) return 1;
  const double halvings = static_cast<double>(elapsed.ms) / static_cast<double>(half_life->ms);
  // The time of an event may lie ahead by minutes: of a half-life of seconds that were too much.
  return std::exp2(std::min(-halvings, 1.0));
}

double points_of(const FactDefinition& definition, const Occurrence& occurrence) {
  if (definition.measured != Measured::number) return definition.points->each;
  return definition.points->each * static_cast<double>(occurrence.value) / millionths;
}

void FactState::add_points(const FactDefinition& definition, const Occurrence& occurrence,
                           int keep) {
  if (occurrence.at <= folded_at) {
    const Points& rule = *definition.points;
    Level level{folded, folded_at};
    level.add(rule,
              points_of(definition, occurrence) * faded(rule.half_life, folded_at - occurrence.at));
    folded = level.points;
  } else {
    newest.insert(std::upper_bound(newest.begin(), newest.end(), occurrence), occurrence);
  }
  fold(definition, keep);
}

double FactState::points_at(const FactDefinition& definition, Timestamp now) const {
  Level level{folded, folded_at};
  for (const Occurrence& occurrence : newest) level.take(definition, occurrence);
  level.pass_to(*definition.points, now);
  return level.points;
}

void FactState::fold(const FactDefinition& definition, int keep) {
  const Points& rule = *definition.points;
  const std::size_t size = newest.size();
  const auto beyond = [&](int kept) {
    const auto limit = static_cast<std::size_t>(kept);
    return size > limit ? size - limit : 0;
  };
  std::size_t folds = beyond(keep);
  if (folds == 0) return;
  if (rule.cap && rule.half_life) {
    // At the cap it does not matter any more what was before; more of it would have led there too.
    std::size_t settled = 0;
    Level level{folded, folded_at};
    for (std::size_t i = 0; i < size; ++i) {
      level.take(definition, newest[i]);
      if (std::abs(level.points) >= *rule.cap) settled = i + 1;
    }
    const std::size_t too_old =
        std::max(first_recent(newest, *rule.half_life), beyond(occurrences_max));
    folds = std::min(folds, std::max(settled, too_old));
  }
  if (folds == 0) return;
  Level level{folded, folded_at};
  for (std::size_t i = 0; i < folds; ++i) level.take(definition, newest[i]);
  folded = level.points;
  folded_at = level.at;
  newest.erase(newest.begin(), newest.begin() + static_cast<std::ptrdiff_t>(folds));
}

FactState combine(const FactState& a, const FactState& b, const FactDefinition& definition,
                  int keep) {
  if (!definition.points) return combine(a, b, keep);
  FactState both = combine(a, b, keep_all);
  const FactState& early = a.folded_at <= b.folded_at ? a : b;
  const FactState& late = a.folded_at <= b.folded_at ? b : a;
  Level level{early.folded, early.folded_at};
  // What one of them still keeps may have happened before what the other has folded.
  const auto after =
      std::find_if(both.newest.begin(), both.newest.end(),
                   [&](const Occurrence& occurrence) { return occurrence.at > late.folded_at; });
  for (auto each = both.newest.begin(); each != after; ++each) level.take(definition, *each);
  both.newest.erase(both.newest.begin(), after);
  level.pass_to(*definition.points, late.folded_at);
  level.add(*definition.points, late.folded);
  both.folded = level.points;
  both.folded_at = late.folded_at;
  both.fold(definition, keep);
  return both;
}

}  // namespace sojourn::facts
