#include "domain/scoring/score.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <cmath>

#include "base/json.h"
#include "domain/scoring/shown.h"

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

/// A contact's facts of points and the score that is read from them, as a reaction keeps them.
struct Counted {
  Score score;
  ScoreState state = {};
  std::vector<facts::FactState> facts = {};

  void add(std::size_t rule, Timestamp happened, Timestamp now) {
    facts.resize(score.rules.size());
    if (state.at < now && state.contributions.empty()) state.at = now;
    const facts::FactDefinition definition = counted_points(score, rule).value();
    facts[rule].add(definition, {happened});
    const std::string& key = score.rules[rule].key;
    note_points(score, state,
                {.rule = key,
                 .points = facts[rule].points_at(definition, now),
                 .reason = key,
                 .happened = happened},
                now);
  }
  void add(std::size_t rule, Timestamp at) { add(rule, at, at); }
  [[nodiscard]] double value(Timestamp now) const { return value_at(score, state, now); }
};

TEST(Score, HalvesInEachHalfLife) {
  Counted ana{lead()};
  ana.add(1, start);
  EXPECT_DOUBLE_EQ(ana.value(start), 7);
  EXPECT_DOUBLE_EQ(ana.value(start + Duration::days(14)), 3.5);
  EXPECT_DOUBLE_EQ(ana.value(start + Duration::days(28)), 1.75);
}

TEST(Score, WithoutHalfLifePointsStay) {
  Counted ana{lead()};
  ana.score.half_life.reset();
  ana.add(1, start);
  EXPECT_DOUBLE_EQ(ana.value(start + Duration::days(3650)), 7);
  EXPECT_EQ(falls_below(ana.score, ana.state, 5, start), Timestamp::never());
}

TEST(Score, ALateEventArrivesFaded) {
  Counted ana{lead()};
  ana.add(1, start - Duration::days(14), start);
  EXPECT_DOUBLE_EQ(ana.value(start), 3.5);
  EXPECT_DOUBLE_EQ(ana.state.reasons.front().points, 7) << "at its own time";
}

TEST(Score, TheOrderOfArrivalDoesNotMatter) {
  EXPECT_TRUE(rc::check([] {
    const auto ages = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 1'000'000'000));
    for (const std::size_t rule : {0u, 1u}) {
      Counted forward{lead()};
      Counted backward{lead()};
      for (const int age : ages) forward.add(rule, start - Duration{age}, start);
      for (auto age = ages.rbegin(); age != ages.rend(); ++age) {
        backward.add(rule, start - Duration{*age}, start);
      }
      RC_ASSERT(std::abs(forward.value(start) - backward.value(start)) < 1e-9);
    }
  }));
}

TEST(Score, ACapHoldsWhenPointsAreAddedAndLeavesRoomAsTheyFade) {
  Counted ana{lead()};
  for (int i = 0; i < 3; ++i) ana.add(0, start);
  EXPECT_DOUBLE_EQ(ana.value(start), 50);
  ana.add(0, start + Duration::days(14));
  EXPECT_DOUBLE_EQ(ana.value(start + Duration::days(14)), 45);
  EXPECT_DOUBLE_EQ(ana.state.reasons[2].points, 10) << "what the cap let through";
}

TEST(Score, KeepsTheNewestReasons) {
  Counted ana{lead()};
  for (std::size_t i = 0; i <= score_reasons_max; ++i) {
    ana.add(1, start + Duration{static_cast<std::int64_t>(i)});
  }
  EXPECT_EQ(ana.state.reasons.size(), score_reasons_max);
  EXPECT_EQ(ana.state.reasons.front().at, start + Duration{1});
}

TEST(Score, FactsOfPointsAreNewWhereSomethingThatMovesThemIs) {
  const auto ids = [](const Score& score) {
    std::vector<facts::FactId> all;
    for (std::size_t rule = 0; rule <= score.rules.size(); ++rule) {
      all.push_back(facts::fact_id(counted_points(score, rule).value()));
    }
    return all;
  };
  const std::vector<facts::FactId> before = ids(lead());
  Score renamed = lead();
  renamed.name = "Lead";
  renamed.rules[0].reason = "looked";
  EXPECT_EQ(ids(renamed), before);
  for (const auto& edit : std::vector<void (*)(Score&)>{
           [](Score& score) { score.half_life = Duration::days(7); },
           [](Score& score) { score.rules[1].points = 8; },
           [](Score& score) { score.rules[0].cap.reset(); },
           [](Score& score) { score.thresholds[0].down = 20; },
       }) {
    Score edited = lead();
    edit(edited);
    const std::vector<facts::FactId> after = ids(edited);
    for (std::size_t i = 0; i < after.size(); ++i) EXPECT_NE(after[i], before[i]);
  }
}

std::vector<PastPoints> past_of(const Score& score,
                                const std::vector<std::pair<std::size_t, Timestamp>>& events) {
  std::vector<PastPoints> past;
  for (const auto& [rule, at] : events) {
    const ScoreRule& each = score.rules[rule];
    past.push_back({at, each.key, each.points, each.cap});
  }
  return past;
}

TEST(LivedThrough, IsWhatCountingFromTheBeginningHadMadeOfIt) {
  EXPECT_TRUE(rc::check([] {
    Counted live{lead()};
    live.score.half_life = Duration::days(2);
    std::vector<std::pair<std::size_t, Timestamp>> events;
    const auto pass_to = [&](Timestamp until) {
      for (Timestamp next = next_crossing(live.score, live.state); next <= until;
           next = next_crossing(live.score, live.state)) {
        static_cast<void>(update_thresholds(live.score, live.state, next));
      }
    };
    Timestamp at = start;
    for (const int pause : *rc::gen::container<std::vector<int>>(rc::gen::inRange(1, 50'000'000))) {
      at = at + Duration{pause};
      events.emplace_back(*rc::gen::inRange<std::size_t>(0, 3), at);
      pass_to(at);
      live.add(events.back().first, at);
      static_cast<void>(update_thresholds(live.score, live.state, at));
    }
    const Timestamp now = at + Duration::days(1);
    pass_to(now);
    ScoreState anew;
    live_through(live.score, anew, past_of(live.score, events), now);
    static_cast<void>(update_thresholds(live.score, anew, now));
    RC_ASSERT(std::abs(value_at(live.score, anew, now) - live.value(now)) < 1e-9);
    std::sort(anew.crossed.begin(), anew.crossed.end());
    std::sort(live.state.crossed.begin(), live.state.crossed.end());
    RC_ASSERT(anew.crossed == live.state.crossed);
    RC_ASSERT(anew.reasons.size() == live.state.reasons.size());
    for (std::size_t i = 0; i < anew.reasons.size(); ++i) {
      RC_ASSERT(anew.reasons[i].rule == live.state.reasons[i].rule);
      RC_ASSERT(anew.reasons[i].at == live.state.reasons[i].at);
      RC_ASSERT(std::abs(anew.reasons[i].points - live.state.reasons[i].points) < 1e-9);
    }
    RC_ASSERT(anew.history.size() == live.state.history.size());
    for (std::size_t i = 0; i < anew.history.size(); ++i) {
      RC_ASSERT(anew.history[i].day == live.state.history[i].day);
      RC_ASSERT(std::abs(anew.history[i].value - live.state.history[i].value) < 1e-9);
    }
  }));
}

TEST(LivedThrough, RemembersAThresholdThatWasCrossedLongAgoAndNotLeftSince) {
  const Score score = lead();
  ScoreState state;
  live_through(score, state, past_of(score, {{0, start}, {0, start}}), start + Duration::days(9));
  EXPECT_EQ(state.crossed, (std::vector<std::string>{"warm", "hot"}));
  live_through(score, state, past_of(score, {{0, start}, {0, start}}), start + Duration::days(10));
  EXPECT_EQ(state.crossed, (std::vector<std::string>{"warm"})) << "25 is where it is left";
}

TEST(Threshold, IsCrossedAtUpAndLeftBelowDown) {
  Counted ana{lead()};
  const Score& score = ana.score;
  ScoreState& state = ana.state;
  ana.add(0, start);
  ASSERT_EQ(update_thresholds(score, state, start).size(), 1u) << "warm";
  ana.add(0, start);
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

TEST(Threshold, IsReachedExactlyThoughMillisecondsHavePassedSince) {
  Counted ana{lead()};
  const Timestamp now = start + Duration{300};
  ana.add(0, start, now);
  ana.add(0, start, now);
  ASSERT_LT(ana.value(now), 40);
  EXPECT_EQ(update_thresholds(ana.score, ana.state, now).size(), 2u) << "warm, and hot at 40";
}

TEST(Threshold, ThatHasFallenByNowIsStillFound) {
  Counted ana{lead()};
  const Score& score = ana.score;
  ScoreState& state = ana.state;
  ana.add(0, start);
  ana.add(0, start);
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
    if (shown(value_at(score, state, start)) < level) {
      RC_ASSERT(instant == Timestamp::never());
      return;
    }
    RC_ASSERT(shown(value_at(score, state, instant)) < level);
    RC_ASSERT(shown(value_at(score, state, instant - Duration{1})) >= level);
  }));
}

TEST(FallsBelow, IsNeverWhereWhatStandsHoldsTheValueUp) {
  Score score = lead();
  ScoreState state;
  state.at = start;
  state.contributions = {{"view", 20}};
  const struct {
    double standing, level;
    bool falls;
  } cases[] = {
      {25, 25, false}, {24.95, 25, false}, {24.94, 25, true}, {-0.05, 0, true}, {-0.04, 0, false}};
  for (const auto& each : cases) {
    state.standing = {{"fit", each.standing, start}};
    const Timestamp instant = falls_below(score, state, each.level, start);
    EXPECT_EQ(instant != Timestamp::never(), each.falls) << each.standing << " " << each.level;
    if (!each.falls) continue;
    EXPECT_LT(shown(value_at(score, state, instant)), each.level);
    EXPECT_GE(shown(value_at(score, state, instant - Duration{1})), each.level);
  }
}

TEST(Shown, IsRoundedToTenthsHalvesAwayFromZero) {
  const struct {
    double value, tenths;
  } cases[] = {{49.95, 50},   {49.949, 49.9}, {50.04, 50},   {0.05, 0.1},   {0.04, 0},
               {-0.05, -0.1}, {-9.96, -10},   {-9.94, -9.9}, {1e300, 1e300}};
  for (const auto& each : cases) {
    EXPECT_EQ(shown(each.value), each.tenths) << each.value;
    EXPECT_EQ(shown(shown(each.value)), each.tenths) << each.value;
  }
}

TEST(Shown, TurnsHalfATenthBelowTheLevel) {
  EXPECT_TRUE(rc::check([] {
    const double level = *rc::gen::inRange(-100'000, 100'000) / 100.0;
    const double turn = turning_point(level);
    RC_ASSERT(shown(turn + 1e-9) >= level);
    RC_ASSERT(shown(turn - 1e-9) < level);
  }));
}

TEST(ValueBefore, IsWhatThePointsWereBeforeTheyFaded) {
  Counted ana{lead()};
  ana.add(0, start);
  ana.add(1, start + Duration::hours(1), start + Duration::days(3));
  const double before = *value_before(ana.score, ana.state, start + Duration::hours(1));
  EXPECT_NEAR(before, 7 + 20 * std::exp2(-1.0 / (14 * 24)), 1e-9);
  ana.score.half_life = Duration{1};
  EXPECT_EQ(value_before(ana.score, ana.state, start), std::nullopt) << "nothing is left of it";
}

TEST(RisesTo, IsTheFirstMillisecondThere) {
  Counted ana{lead()};
  const Score& score = ana.score;
  const ScoreState& state = ana.state;
  ana.add(2, start);
  EXPECT_EQ(falls_below(score, state, -10, start), Timestamp::never());
  const Timestamp there = rises_to(score, state, -10, start);
  EXPECT_GE(shown(value_at(score, state, there)), -10);
  EXPECT_LT(shown(value_at(score, state, there - Duration{1})), -10);
  const Timestamp gone = rises_to(score, state, 0, start);
  EXPECT_GT(value_at(score, state, gone), -0.05);
  EXPECT_LE(value_at(score, state, gone - Duration{1}), -0.05);
  EXPECT_EQ(rises_to(score, state, 0.1, start), Timestamp::never());
  EXPECT_EQ(rises_to(score, state, -40, start), Timestamp::never()) << "it is there already";
}

TEST(ScoreCombine, IsCommutativeAndKeepsCaps) {
  const Score score = lead();
  Counted a{score};
  Counted b{score};
  a.add(0, start);
  a.add(0, start);
  b.add(0, start + Duration::days(1));
  b.add(1, start + Duration::days(2));
  const ScoreState both = combine(score, a.state, b.state);
  EXPECT_EQ(both, combine(score, b.state, a.state));
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
       "duplicate_key", "rules[1]"},
      {R"({"key":"a","thresholds":[{"key":"t","up":1,"down":2}]})", "out_of_range",
       "thresholds[0].down"},
      {R"({"key":"a","halflife":"3d"})", "unknown_member", "halflife"},
      {R"({"key":"a","rules":[{"key":"x","event":"E","points":1,"cap":0}]})", "out_of_range",
       "rules[0].cap"},
      {R"({"key":"a","rules":[{"key":"x","event":"E","points":-1,"cap":-5}]})", "out_of_range",
       "rules[0].cap"},
  };
  for (const auto& each : cases) {
    const Result<Score> score = read_score(*parse_json(each.text));
    ASSERT_FALSE(score) << each.text;
    EXPECT_EQ(score.error().code, each.code) << each.text;
    EXPECT_EQ(score.error().field, each.field) << each.text;
  }
}

TEST(ScoreCodec, ReadsBackWhatItWrote) {
  Counted ana{lead()};
  ScoreState& state = ana.state;
  state.score = 7;
  ana.add(0, start);
  ana.add(2, start);
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
