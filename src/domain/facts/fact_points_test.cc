// Points do not depend on the order in which events arrive, nor on who counted which of them before
// a merge or a backfill.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <cmath>

#include "domain/facts/fact.h"

namespace sojourn::facts {
namespace {

constexpr Timestamp start{1'772'000'000'000};

FactDefinition points(double each, std::optional<Duration> half_life, std::optional<double> cap) {
  return {.match = {.event = "A", .where = {}},
          .points = Points{.each = each, .half_life = half_life, .cap = cap, .owner = "lead"}};
}

FactState counted(const FactDefinition& definition, const std::vector<Timestamp>& times) {
  FactState state;
  for (const Timestamp at : times) state.add(definition, {at});
  return state;
}

/// The definition of the sum, with nothing folded.
double recomputed(const Points& rule, std::vector<Timestamp> times, Timestamp now) {
  std::sort(times.begin(), times.end());
  double level = 0;
  Timestamp before = start;
  const auto fade = [&](Timestamp to) {
    if (rule.half_life) {
      level *= std::exp2(-static_cast<double>((to - before).ms) /
                         static_cast<double>(rule.half_life->ms));
    }
    before = to;
  };
  for (const Timestamp at : times) {
    fade(at);
    level += rule.each;
    if (rule.cap) level = std::clamp(level, -*rule.cap, *rule.cap);
  }
  fade(now);
  return level;
}

std::vector<Timestamp> any_times(Duration within) {
  std::vector<Timestamp> times;
  for (const std::int64_t ms : *rc::gen::container<std::vector<std::int64_t>>(
           rc::gen::inRange<std::int64_t>(0, within.ms))) {
    times.push_back(start + Duration{ms});
  }
  return times;
}

FactDefinition any_definition() {
  const double each = *rc::gen::inRange(-20, 40);
  const bool fades = *rc::gen::arbitrary<bool>();
  const bool has_cap = *rc::gen::arbitrary<bool>();
  return points(each, fades ? std::optional(Duration::days(2)) : std::nullopt,
                has_cap ? std::optional<double>(*rc::gen::inRange(1, 120)) : std::nullopt);
}

TEST(Points, EqualTheirRecomputationInWhateverOrder) {
  EXPECT_TRUE(rc::check([] {
    const FactDefinition definition = any_definition();
    const std::vector<Timestamp> times = any_times(Duration::days(9));
    const Timestamp now = start + Duration::days(10);
    const double expected = recomputed(*definition.points, times, now);
    RC_ASSERT(std::abs(counted(definition, times).points_at(definition, now) - expected) < 1e-7);
  }));
}

TEST(Points, OfTwoHistoriesAreThoseOfBoth) {
  EXPECT_TRUE(rc::check([] {
    const FactDefinition definition = any_definition();
    const std::vector<Timestamp> mine = any_times(Duration::days(9));
    const std::vector<Timestamp> theirs = any_times(Duration::days(9));
    std::vector<Timestamp> both = mine;
    both.insert(both.end(), theirs.begin(), theirs.end());
    const Timestamp now = start + Duration::days(10);
    const double expected = recomputed(*definition.points, both, now);
    const int keep = *rc::gen::element(0, 3, keep_all);
    const FactState a = counted(definition, mine);
    const FactState b = counted(definition, theirs);
    for (const FactState& state :
         {combine(a, b, definition, keep), combine(b, a, definition, keep)}) {
      RC_ASSERT(std::abs(state.points_at(definition, now) - expected) < 1e-7);
      RC_ASSERT(state.count == both.size());
    }
  }));
}

TEST(Points, WithoutACapKeepNoOccurrence) {
  const FactDefinition definition = points(5, Duration::days(14), std::nullopt);
  FactState state;
  for (int i = 0; i < 100; ++i) state.add(definition, {start + Duration::days(i)});
  EXPECT_TRUE(state.newest.empty());
}

TEST(Points, KeepOnlyWhatHappenedSinceTheCapWasReached) {
  const FactDefinition definition = points(10, Duration::days(14), 30);
  FactState state;
  for (int i = 0; i < 100; ++i) state.add(definition, {start + Duration{i}});
  EXPECT_LE(state.newest.size(), 1u);
  // Below the cap the sum of all that is not faded away counts.
  const Timestamp later = start + Duration::days(14 * 60);
  for (int i = 0; i < 3; ++i) state.add(definition, {later + Duration::days(14 * i)});
  EXPECT_EQ(state.newest.size(), 3u);
  for (int i = 0; i < 1'000; ++i) state.add(definition, {later + Duration::days(14 * i)});
  EXPECT_LE(state.newest.size(), 41u) << "those of forty half-lives";
}

TEST(Points, AtTheCapNothingThatComesLateFromBeforeMatters) {
  const FactDefinition definition = points(10, Duration::days(14), 30);
  FactState state;
  for (int i = 0; i < 3; ++i) state.add(definition, {start});
  const double before = state.points_at(definition, start + Duration::days(1));
  state.add(definition, {start - Duration::days(3)});
  EXPECT_EQ(state.points_at(definition, start + Duration::days(1)), before);
}

TEST(Points, ThatAreTakenAwayAreCappedByTheirAmount) {
  const FactDefinition definition = points(-10, Duration::days(14), 15);
  FactState state;
  for (int i = 0; i < 5; ++i) state.add(definition, {start});
  EXPECT_DOUBLE_EQ(state.points_at(definition, start), -15);
  EXPECT_LE(state.newest.size(), 1u) << "at the cap, what was before is folded";
  EXPECT_DOUBLE_EQ(state.points_at(definition, start + Duration::days(14)), -7.5);
  state.add(definition, {start + Duration::days(14)});
  EXPECT_DOUBLE_EQ(state.points_at(definition, start + Duration::days(14)), -15);
}

TEST(Points, OfAMeasuredNumberAreThatOften) {
  FactDefinition definition = points(2, std::nullopt, std::nullopt);
  definition.measured = Measured::number;
  definition.property = "n";
  FactState state;
  state.add(definition, {start, 3 * millionths});
  state.add(definition, {start, -millionths / 2});
  EXPECT_DOUBLE_EQ(state.points_at(definition, start), 5);
}

TEST(Points, AreReadBackAsTheyWereWritten) {
  const FactDefinition definition = points(10, Duration::days(14), 30);
  FactState state;
  for (int i = 0; i < 5; ++i) state.add(definition, {start + Duration::days(3 * i)});
  ByteWriter out;
  encode(out, state);
  const std::string bytes = out.take();
  ByteReader in(bytes);
  EXPECT_EQ(decode_fact(in), state);
  EXPECT_TRUE(in.ok() && in.at_end());
}

TEST(Points, AreAFactOfTheirOwnForEachRuleAndWhatMovesThem) {
  const FactDefinition one = points(10, Duration::days(14), 30);
  EXPECT_NE(fact_id(one), fact_id(points(11, Duration::days(14), 30)));
  EXPECT_NE(fact_id(one), fact_id(points(10, Duration::days(15), 30)));
  EXPECT_NE(fact_id(one), fact_id(points(10, Duration::days(14), std::nullopt)));
  FactDefinition other = one;
  other.points->owner = "fit";
  EXPECT_NE(fact_id(one), fact_id(other));
  other.points.reset();
  EXPECT_NE(fact_id(one), fact_id(other));
}

}  // namespace
}  // namespace sojourn::facts
