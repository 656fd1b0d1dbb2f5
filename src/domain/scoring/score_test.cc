#include "domain/scoring/score.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cmath>

#include "base/json.h"

namespace sojourn::scoring {
namespace {

constexpr Timestamp start{1'772'000'000'000};

Score lead() {
  Result<Score> score = read_score(*parse_json(R"({"kind":"score","key":"lead","half_life":"14d",
    "rules":[{"key":"view","event":"Page Viewed","points":20,"cap":50},
             {"key":"order","event":"Order Completed","points":7},
             {"key":"complaint","event":"Complained","points":-30}],
    "thresholds":[{"key":"hot","up":40,"down":25},{"key":"warm","up":15}]})"));
  EXPECT_TRUE(score);
  return *score;
}

void add(const Score& score, ScoreState& state, std::size_t rule, Timestamp at) {
  if (state.at < at && state.contributions.empty()) state.at = at;
  add_points(score, state, score.rules[rule], at, at);
}

TEST(Score, HalvesInEachHalfLife) {
  const Score score = lead();
  ScoreState state;
  add(score, state, 1, start);
  EXPECT_DOUBLE_EQ(value_at(score, state, start), 7);
  EXPECT_DOUBLE_EQ(value_at(score, state, start + Duration::days(14)), 3.5);
  EXPECT_DOUBLE_EQ(value_at(score, state, start + Duration::days(28)), 1.75);
}

TEST(Score, WithoutHalfLifePointsStay) {
  Score score = lead();
  score.half_life.reset();
  ScoreState state;
  add(score, state, 1, start);
  EXPECT_DOUBLE_EQ(value_at(score, state, start + Duration::days(3650)), 7);
  EXPECT_EQ(falls_below(score, state, 5, start), Timestamp::never());
}

TEST(Score, ALateEventArrivesFaded) {
  const Score score = lead();
  ScoreState state;
  state.at = start;
  add_points(score, state, score.rules[1], start - Duration::days(14), start);
  EXPECT_DOUBLE_EQ(value_at(score, state, start), 3.5);
}

TEST(Score, TheOrderOfArrivalDoesNotMatterWithoutCaps) {
  EXPECT_TRUE(rc::check([] {
    const Score score = lead();
    const auto ages = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 1'000'000'000));
    ScoreState forward;
    ScoreState backward;
    forward.at = backward.at = start;
    for (const int age : ages)
      add_points(score, forward, score.rules[1], start - Duration{age}, start);
    for (auto age = ages.rbegin(); age != ages.rend(); ++age) {
      add_points(score, backward, score.rules[1], start - Duration{*age}, start);
    }
    RC_ASSERT(std::abs(value_at(score, forward, start) - value_at(score, backward, start)) < 1e-9);
  }));
}

TEST(Score, ACapHoldsWhenPointsAreAddedAndLeavesRoomAsTheyFade) {
  const Score score = lead();
  ScoreState state;
  for (int i = 0; i < 3; ++i) add(score, state, 0, start);
  EXPECT_DOUBLE_EQ(value_at(score, state, start), 50);
  add(score, state, 0, start + Duration::days(14));
  EXPECT_DOUBLE_EQ(value_at(score, state, start + Duration::days(14)), 45);
  EXPECT_DOUBLE_EQ(state.reasons[2].points, 10) << "what the cap let through";
}

TEST(Score, KeepsTheNewestReasons) {
  const Score score = lead();
  ScoreState state;
  for (std::size_t i = 0; i <= score_reasons_max; ++i) {
    add(score, state, 1, start + Duration{static_cast<std::int64_t>(i)});
  }
  EXPECT_EQ(state.reasons.size(), score_reasons_max);
  EXPECT_EQ(state.reasons.front().at, start + Duration{1});
}

TEST(Threshold, IsCrossedAtUpAndLeftBelowDown) {
  const Score score = lead();
  ScoreState state;
  add(score, state, 0, start);
  ASSERT_EQ(update_thresholds(score, state, start).size(), 1u) << "warm";
  add(score, state, 0, start);
  const auto hot = update_thresholds(score, state, start);
  ASSERT_EQ(hot.size(), 1u) << "40 is enough";
  EXPECT_EQ(hot.front().threshold, "hot");
  EXPECT_TRUE(hot.front().up);
  // Between down and up nothing changes, in either direction.
  EXPECT_TRUE(update_thresholds(score, state, start + Duration::days(9)).empty());
  const Timestamp left = next_crossing(score, state);
  EXPECT_TRUE(update_thresholds(score, state, left - Duration{1}).empty());
  const auto cold = update_thresholds(score, state, left);
  ASSERT_EQ(cold.size(), 1u);
  EXPECT_EQ(cold.front().threshold, "hot");
  EXPECT_FALSE(cold.front().up);
}

TEST(Threshold, ThatHasFallenByNowIsStillFound) {
  const Score score = lead();
  ScoreState state;
  add(score, state, 0, start);
  add(score, state, 0, start);
  static_cast<void>(update_thresholds(score, state, start));
  const Timestamp left = next_crossing(score, state);
  ASSERT_NE(left, Timestamp::never());
  EXPECT_EQ(next_crossing(score, state), left) << "whatever the time is";
}

TEST(FallsBelow, IsTheFirstMillisecondBelow) {
  EXPECT_TRUE(rc::check([] {
    Score score = lead();
    score.half_life = Duration{*rc::gen::inRange<std::int64_t>(1, 400LL * 86'400'000)};
    ScoreState state;
    state.at = start;
    state.contributions.push_back({"view", *rc::gen::inRange(1, 100'000) / 100.0});
    const double level = *rc::gen::inRange(1, 100'000) / 100.0;
    const Timestamp instant = falls_below(score, state, level, start);
    if (value_at(score, state, start) < level) {
      RC_ASSERT(instant == Timestamp::never());
      return;
    }
    RC_ASSERT(value_at(score, state, instant) < level);
    RC_ASSERT(value_at(score, state, instant - Duration{1}) >= level);
  }));
}

TEST(RisesTo, IsTheFirstMillisecondThere) {
  const Score score = lead();
  ScoreState state;
  add(score, state, 2, start);
  EXPECT_EQ(falls_below(score, state, -10, start), Timestamp::never());
  const Timestamp there = rises_to(score, state, -10, start);
  EXPECT_GE(value_at(score, state, there), -10);
  EXPECT_LT(value_at(score, state, there - Duration{1}), -10);
  EXPECT_EQ(rises_to(score, state, 0, start), Timestamp::never());
  EXPECT_EQ(rises_to(score, state, -40, start), Timestamp::never()) << "it is there already";
}

TEST(ScoreCombine, IsCommutativeAndKeepsCaps) {
  const Score score = lead();
  ScoreState a;
  ScoreState b;
  add(score, a, 0, start);
  add(score, a, 0, start);
  add(score, b, 0, start + Duration::days(1));
  add(score, b, 1, start + Duration::days(2));
  const ScoreState both = combine(score, a, b);
  EXPECT_EQ(both, combine(score, b, a));
  EXPECT_EQ(both.at, start + Duration::days(2));
  EXPECT_LE(value_at(score, both, both.at), 57);
}

TEST(ScoreText, IsReadBackAsItWasWritten) {
  const Score score = lead();
  const Result<Score> again = read_score(write_score(score));
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(*again, score);
}

TEST(ScoreText, RefusesWithThePathOfTheMember) {
  const struct {
    std::string_view text;
    std::string_view code;
    std::string_view field;
  } cases[] = {
      {R"({"key":"a","half_life":"0s"})", "out_of_range", "half_life"},
      {R"({"key":"a","rules":[{"key":"x","event":"E"}]})", "missing_member", "rules[0].points"},
      {R"({"key":"a","rules":[{"key":"x","event":"E","points":1},)"
       R"({"key":"x","event":"E","points":1}]})",
       "duplicate_key", "rules"},
      {R"({"key":"a","thresholds":[{"key":"t","up":1,"down":2}]})", "out_of_range",
       "thresholds[0].down"},
      {R"({"key":"a","halflife":"3d"})", "unknown_member", "halflife"},
  };
  for (const auto& each : cases) {
    const Result<Score> score = read_score(*parse_json(each.text));
    ASSERT_FALSE(score) << each.text;
    EXPECT_EQ(score.error().code, each.code) << each.text;
    EXPECT_EQ(score.error().field, each.field) << each.text;
  }
}

TEST(ScoreCodec, ReadsBackWhatItWrote) {
  const Score score = lead();
  ScoreState state;
  state.score = 7;
  add(score, state, 0, start);
  add(score, state, 2, start);
  state.crossed = {"hot", "warm"};
  ByteWriter out;
  encode(out, state);
  const std::string bytes = out.take();
  ByteReader in(bytes);
  EXPECT_EQ(decode_score(in), state);
  EXPECT_TRUE(in.ok() && in.at_end());
}

}  // namespace
}  // namespace sojourn::scoring
