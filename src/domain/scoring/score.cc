#include "domain/scoring/score.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <tuple>

#include "base/ensure.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/text.h"
#include "domain/events/standard_names.h"
#include "domain/facts/cap.h"
#include "domain/scoring/score_points.h"
#include "domain/scoring/shown.h"

namespace sojourn::scoring {
namespace {

/// Divided by less than this, what was rounded would show.
constexpr double least_left = 0x1p-1000;

double fading(const Score& score, Duration elapsed) {
  return elapsed.ms <= 0 ? 1 : facts::faded(score.half_life, elapsed);
}

double total(const ScoreState& state) {
  double sum = 0;
  for (const ScoreState::Contribution& part : state.contributions) sum += part.points;
  return sum;
}

double standing(const ScoreState& state) {
  double sum = 0;
  for (const ScoreState::Standing& part : state.standing) sum += part.points;
  return sum;
}

/// Moves the state's instant forward; the points fade by it.
void fade_to(const Score& score, ScoreState& state, Timestamp now) {
  if (now <= state.at) return;
  if (!state.contributions.empty()) {
    const double factor = fading(score, now - state.at);
    for (ScoreState::Contribution& part : state.contributions) part.points *= factor;
  }
  state.at = now;
}

ScoreState::Contribution& contribution_of(ScoreState& state, std::string_view rule) {
  const auto found =
      std::find_if(state.contributions.begin(), state.contributions.end(),
                   [&](const ScoreState::Contribution& part) { return part.rule == rule; });
  if (found != state.contributions.end()) return *found;
  return state.contributions.emplace_back(ScoreState::Contribution{std::string(rule), 0});
}

/// When the value, which fades towards what stands, shows to be on the other side of `level`: the
/// first instant after `now` at which `has_passed` is true of the value.
template <typename HasPassed>
Timestamp first_instant(const Score& score, const ScoreState& state, double level, Timestamp now,
                        HasPassed has_passed) {
  const ScorePoints points = points_of(state);
  const auto passed = [&](Timestamp at) { return has_passed(value_at(score, points, at)); };
  // It moves one way only: where its end has not passed, nothing before has.
  if (!score.half_life || passed(now) || !has_passed(points.standing)) return Timestamp::never();
  constexpr double least = 0x1p-60;  // below the precision of the sum with what stands
  const double left = (turning_point(level) - points.standing) / points.fading;
  const double elapsed_ms =
      static_cast<double>(score.half_life->ms) * -std::log2(std::clamp(left, least, 1.0));
  constexpr double elapsed_ms_max = 1e15;  // 30,000 years: not a date that matters
  if (!(elapsed_ms < elapsed_ms_max)) return Timestamp::never();
  const Timestamp guess =
      state.at + Duration{static_cast<std::int64_t>(std::ceil(std::max(elapsed_ms, 0.0)))};
  if (passed(guess) && !passed(guess - Duration{1})) return guess;
  // The logarithm is rounded; the value itself decides. It moves one way only.
  Timestamp before = state.at;
  Timestamp after = guess;
  for (std::int64_t step = 1; !passed(after); step *= 2) {
    if (static_cast<double>(step) > elapsed_ms_max) return Timestamp::never();
    before = after;
    after = after + Duration{step};
  }
  while (after - before > Duration{1}) {
    const Timestamp middle{before.ms + (after.ms - before.ms) / 2};
    (passed(middle) ? after : before) = middle;
  }
  return after;
}

const ScoreRule* find_rule(const Score& score, std::string_view key) {
  for (const ScoreRule& rule : score.rules) {
    if (rule.key == key) return &rule;
  }
  return nullptr;
}

/// Of all that a change of which makes a past of its own.
Hash128 points_hash(const Score& score) {
  Score bare = score;
  bare.name.clear();
  std::erase_if(bare.rules, [](const ScoreRule& rule) { return !rule.match; });
  for (ScoreRule& rule : bare.rules) rule.reason.clear();
  return keyed_hash(HashKey{}, {"points", to_json(write_score(bare))});
}

/// Two histories as one: a day that both have is their sum.
std::vector<ScoreDay> merge_days(const std::vector<ScoreDay>& a, const std::vector<ScoreDay>& b) {
  std::vector<ScoreDay> both;
  auto x = a.begin();
  auto y = b.begin();
  while (x != a.end() || y != b.end()) {
    if (y == b.end() || (x != a.end() && x->day < y->day)) {
      both.push_back(*x++);
    } else if (x == a.end() || y->day < x->day) {
      both.push_back(*y++);
    } else {
      both.push_back({x->day, x->value + y->value});
      ++x, ++y;
    }
  }
  if (both.size() > score_days_max) {
    both.erase(both.begin(), both.end() - static_cast<std::ptrdiff_t>(score_days_max));
  }
  return both;
}

}  // namespace

std::optional<facts::FactDefinition> counted_points(const Score& score, std::size_t rule) {
  facts::FactDefinition fact;
  facts::Points& points = fact.points.emplace();
  points.half_life = score.half_life;
  if (rule == score.rules.size()) {
    fact.match.event = events::names::points_added;
    Result<facts::Filter> filter =
        facts::make_filter("score", facts::Operator::is, Value(score.key));
    ENSURE(filter);
    fact.match.where.push_back(std::move(*filter));
    fact.measured = facts::Measured::number;
    fact.property = "points";
    points.each = 1;
  } else if (score.rules[rule].match) {
    fact.match = *score.rules[rule].match;
    points.each = score.rules[rule].points;
    points.cap = score.rules[rule].cap;
  } else {
    return std::nullopt;
  }
  const std::string key = rule == score.rules.size() ? std::string() : score.rules[rule].key;
  points.owner = fmt::format("{}/{}/{}", score.key, key, to_hex(points_hash(score).view()));
  return fact;
}

ScorePoints points_of(const ScoreState& state) {
  return {.standing = standing(state), .fading = total(state), .at = state.at};
}

double shown(double value) {
  constexpr double tenths_max = 1e14;  // beyond, a double has no tenths
  if (std::abs(value) >= tenths_max) return value;
  return std::round(value * 10) / 10 + 0.0;  // no negative zero
}

double turning_point(double level) {
  const double nearest = shown(level);
  const double least = nearest < level ? shown(nearest + 0.1) : nearest;
  return least - 0.05;
}

double value_at(const Score& score, const ScorePoints& points, Timestamp now) {
  return points.standing + points.fading * fading(score, now - points.at);
}

double value_at(const Score& score, const ScoreState& state, Timestamp now) {
  return value_at(score, points_of(state), now);
}

void note_day(const Score& score, ScoreState& state, Timestamp now) {
  constexpr std::int64_t day_ms = Duration::days(1).ms;
  const auto day = static_cast<std::int32_t>(now.ms / day_ms);
  const double value = value_at(score, state, now);
  if (!state.history.empty() && state.history.back().day == day) {
    state.history.back().value = value;
    return;
  }
  state.history.push_back({day, value});
  if (state.history.size() > score_days_max) state.history.erase(state.history.begin());
}

void set_points(const Score& score, ScoreState& state, std::string_view rule, double points,
                Timestamp now) {
  fade_to(score, state, now);
  contribution_of(state, rule).points = points;
}

void note_points(const Score& score, ScoreState& state, const PointsChange& change, Timestamp now) {
  fade_to(score, state, now);
  ScoreState::Contribution& part = contribution_of(state, change.rule);
  // What has come late has faded on its way: faded again from its own time it must be what it is.
  const double left = fading(score, now - change.happened);
  const double moved = (change.points - part.points) / (left < least_left ? 1 : left);
  state.reasons.push_back({std::string(change.reason), moved, change.happened});
  part.points = change.points;
  if (state.reasons.size() > score_reasons_max) state.reasons.erase(state.reasons.begin());
  note_day(score, state, now);
}

void live_through(const Score& score, ScoreState& state, std::vector<PastPoints> past,
                  Timestamp now) {
  std::stable_sort(past.begin(), past.end(),
                   [](const PastPoints& a, const PastPoints& b) { return a.at < b.at; });
  // Between `up` and `down` it matters on which way a value came there.
  const bool by_its_way =
      std::any_of(score.thresholds.begin(), score.thresholds.end(),
                  [](const Threshold& threshold) { return threshold.down < threshold.up; });
  const auto update = [&](Timestamp at) {
    if (by_its_way) static_cast<void>(update_thresholds(score, state, at));
  };
  const auto pass_to = [&](Timestamp at) {
    Timestamp next = by_its_way ? next_crossing(score, state) : Timestamp::never();
    for (; next <= at; next = next_crossing(score, state)) update(next);
  };
  state.contributions.clear();
  state.reasons.clear();
  state.history.clear();
  state.crossed.clear();
  state.at = past.empty() ? now : std::min(past.front().at, now);
  update(state.at);
  for (const PastPoints& each : past) {
    const Timestamp at = std::min(each.at, now);
    pass_to(at);
    fade_to(score, state, at);
    const double before = contribution_of(state, each.rule).points;
    const double points = facts::capped_sum(before, each.points, each.cap);
    const std::string_view reason = each.rule == journey_points ? journey_reason : each.rule;
    note_points(score, state,
                {.rule = each.rule, .points = points, .reason = reason, .happened = each.at}, at);
    update(at);
  }
  pass_to(now);
  fade_to(score, state, now);
}

Timestamp falls_below(const Score& score, const ScoreState& state, double level, Timestamp now) {
  return first_instant(score, state, level, now,
                       [&](double value) { return shown(value) < level; });
}

Timestamp rises_to(const Score& score, const ScoreState& state, double level, Timestamp now) {
  return first_instant(score, state, level, now,
                       [&](double value) { return shown(value) >= level; });
}

std::optional<double> value_before(const Score& score, const ScoreState& state, Timestamp at) {
  const double left = fading(score, state.at - at);
  if (left < least_left) return std::nullopt;
  return standing(state) + total(state) / left;
}

std::vector<Crossing> crossings_at(const Score& score, const ScoreState& state, double value) {
  std::vector<Crossing> crossings;
  const double compared = shown(value);
  for (const Threshold& threshold : score.thresholds) {
    const bool held =
        std::find(state.crossed.begin(), state.crossed.end(), threshold.key) != state.crossed.end();
    if (!held && compared >= threshold.up) crossings.push_back({threshold.key, true});
    if (held && compared < threshold.down) crossings.push_back({threshold.key, false});
  }
  return crossings;
}

std::vector<Crossing> cross_thresholds(const Score& score, ScoreState& state, double value) {
  std::vector<Crossing> crossings = crossings_at(score, state, value);
  for (const Crossing& crossing : crossings) {
    if (crossing.up) {
      state.crossed.push_back(crossing.threshold);
    } else {
      std::erase(state.crossed, crossing.threshold);
    }
  }
  return crossings;
}

std::vector<Crossing> update_thresholds(const Score& score, ScoreState& state, Timestamp now) {
  return cross_thresholds(score, state, value_at(score, state, now));
}

Timestamp next_crossing(const Score& score, const ScoreState& state) {
  Timestamp next = Timestamp::never();
  for (const Threshold& threshold : score.thresholds) {
    const bool held =
        std::find(state.crossed.begin(), state.crossed.end(), threshold.key) != state.crossed.end();
    next = std::min(next, held ? falls_below(score, state, threshold.down, state.at)
                               : rises_to(score, state, threshold.up, state.at));
  }
  return next;
}

ScoreState combine(const Score& score, ScoreState a, ScoreState b) {
  const Timestamp at = std::max(a.at, b.at);
  fade_to(score, a, at);
  fade_to(score, b, at);
  for (const ScoreState::Contribution& part : b.contributions) {
    ScoreState::Contribution& mine = contribution_of(a, part.rule);
    mine.points += part.points;
    const ScoreRule* rule = find_rule(score, part.rule);
    if (rule != nullptr && rule->cap) {
      mine.points = std::clamp(mine.points, -*rule->cap, *rule->cap);
    }
  }
  std::sort(a.contributions.begin(), a.contributions.end(),
            [](const auto& x, const auto& y) { return x.rule < y.rule; });
  for (const std::string& key : b.crossed) {
    if (std::find(a.crossed.begin(), a.crossed.end(), key) == a.crossed.end()) {
      a.crossed.push_back(key);
    }
  }
  std::sort(a.crossed.begin(), a.crossed.end());
  a.reasons.insert(a.reasons.end(), b.reasons.begin(), b.reasons.end());
  std::sort(a.reasons.begin(), a.reasons.end(), [](const ScoreReason& x, const ScoreReason& y) {
    return std::tie(x.at, x.rule, x.points) < std::tie(y.at, y.rule, y.points);
  });
  if (a.reasons.size() > score_reasons_max) {
    a.reasons.erase(a.reasons.begin(),
                    a.reasons.end() - static_cast<std::ptrdiff_t>(score_reasons_max));
  }
  a.history = merge_days(a.history, b.history);
  return a;
}

void encode(ByteWriter& out, const ScoreState& state) {
  out.unsigned_number(state.score);
  out.signed_number(state.at.ms);
  out.unsigned_number(state.contributions.size());
  for (const ScoreState::Contribution& part : state.contributions) {
    out.string(part.rule);
    out.real(part.points);
  }
  out.unsigned_number(state.standing.size());
  for (const ScoreState::Standing& part : state.standing) {
    out.string(part.rule);
    out.real(part.points);
    out.signed_number(part.since.ms);
  }
  out.signed_number(state.recheck.ms);
  out.unsigned_number(state.crossed.size());
  for (const std::string& key : state.crossed) out.string(key);
  out.unsigned_number(state.reasons.size());
  for (const ScoreReason& reason : state.reasons) {
    out.string(reason.rule);
    out.real(reason.points);
    out.signed_number(reason.at.ms);
  }
  out.unsigned_number(state.history.size());
  for (const ScoreDay& day : state.history) {
    out.signed_number(day.day);
    out.real(day.value);
  }
}

ScoreState decode_score(ByteReader& in) {
  ScoreState state;
  state.score = static_cast<std::uint32_t>(in.unsigned_number());
  state.at = {in.signed_number()};
  for (std::size_t i = in.count(); i > 0; --i) {
    ScoreState::Contribution part;
    part.rule = in.string();
    part.points = in.real();
    state.contributions.push_back(std::move(part));
  }
  for (std::size_t i = in.count(); i > 0; --i) {
    ScoreState::Standing part;
    part.rule = in.string();
    part.points = in.real();
    part.since = {in.signed_number()};
    state.standing.push_back(std::move(part));
  }
  state.recheck = {in.signed_number()};
  for (std::size_t i = in.count(); i > 0; --i) state.crossed.emplace_back(in.string());
  for (std::size_t i = in.count(); i > 0; --i) {
    ScoreReason reason;
    reason.rule = in.string();
    reason.points = in.real();
    reason.at = {in.signed_number()};
    state.reasons.push_back(std::move(reason));
  }
  for (std::size_t i = in.count(); i > 0; --i) {
    ScoreDay day;
    day.day = static_cast<std::int32_t>(in.signed_number());
    day.value = in.real();
    state.history.push_back(day);
  }
  return state;
}

}  // namespace sojourn::scoring
