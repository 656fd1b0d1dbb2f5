#include "domain/campaigns/standing.h"

#include <gtest/gtest.h>

#include <functional>

namespace sojourn::campaigns {
namespace {

constexpr Timestamp t0{1'772'442'000'000};
constexpr State all_states[] = {State::scheduled, State::holding,  State::sending,
                                State::paused,    State::stopping, State::stopped,
                                State::finished,  State::cancelled};

Standing in_state(State state) {
  Standing standing;
  standing.key = "c";
  standing.state = state;
  return standing;
}

struct Act {
  const char* name;
  std::function<Result<void>(Standing&)> act;
  std::vector<State> from;
  State to;
};

TEST(Standing, EachActFollowsOnSomeStatesOnly) {
  const Act acts[] = {
      {"cancel",
       [](Standing& standing) { return cancel(standing, t0); },
       {State::scheduled, State::holding},
       State::cancelled},
      {"pause", pause, {State::sending}, State::paused},
      {"resume", resume, {State::paused}, State::sending},
      {"stop", stop, {State::sending, State::paused}, State::stopping},
  };
  for (const Act& act : acts) {
    for (const State from : all_states) {
      Standing standing = in_state(from);
      const Standing before = standing;
      const Result<void> done = act.act(standing);
      const bool may = std::count(act.from.begin(), act.from.end(), from) > 0;
      EXPECT_EQ(done.has_value(), may) << act.name << " from " << to_string(from);
      if (may) {
        EXPECT_EQ(standing.state, act.to) << act.name;
      } else {
        EXPECT_EQ(done.error().code, "wrong_campaign_state");
        EXPECT_EQ(standing, before) << act.name << " changes nothing where it is refused";
      }
    }
  }
}

TEST(Standing, AStartHoldsUnlessItsScheduleGivesTimeEnough) {
  Campaign campaign;
  campaign.key = "c";
  const auto started = [&](Duration hold, const Standing* before = nullptr) {
    return start(campaign, {.number = 7, .version = 2, .hold = hold, .by = "ann", .before = before},
                 t0);
  };
  EXPECT_EQ(started(hold_default)->state, State::holding);
  EXPECT_EQ(started(hold_default)->begins_at, t0 + hold_default);
  campaign.schedule.at = t0 + Duration::hours(1);
  EXPECT_EQ(started(hold_default)->state, State::scheduled);
  EXPECT_EQ(started(hold_default)->begins_at, t0 + Duration::hours(1));
  EXPECT_EQ(started(Duration::hours(2))->begins_at, t0 + Duration::hours(2));
  campaign.schedule.at = t0 + ahead_max;
  EXPECT_TRUE(started({}));
  campaign.schedule.at = t0 + ahead_max + Duration{1};
  EXPECT_EQ(started({}).error().code, "out_of_range");
  campaign.schedule = {};
  for (const State state : all_states) {
    const Standing before = in_state(state);
    EXPECT_EQ(started({}, &before).has_value(), state == State::cancelled) << to_string(state);
  }
}

TEST(Standing, LetsMessagesGoOnlyWhileItIsSending) {
  using policies::Answer;
  EXPECT_EQ(refuses(nullptr)->reason, campaign_stopped);
  for (const State state : all_states) {
    const Standing standing = in_state(state);
    const std::optional<Answer> answer = refuses(&standing);
    if (state == State::sending) {
      EXPECT_EQ(answer, std::nullopt);
    } else if (state == State::stopping) {
      EXPECT_EQ(answer->kind, Answer::Kind::skip);
    } else {
      EXPECT_EQ(answer->kind, Answer::Kind::defer) << to_string(state);
      EXPECT_EQ(answer->until, Timestamp::never());
    }
  }
}

}  // namespace
}  // namespace sojourn::campaigns
