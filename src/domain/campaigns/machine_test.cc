#include "domain/campaigns/machine.h"

#include <gtest/gtest.h>

#include <map>

#include "domain/campaigns/bandit.h"

namespace sojourn::campaigns {
namespace {

using contacts::ContactId;
using messages::DeliveryState;
using messages::MessageId;

constexpr Timestamp t0{1'772'442'000'000};

/// Remembers what a step did to it.
class Ground final : public Surroundings {
 public:
  std::vector<ContactId> audience;
  CountsByArm states;
  OutcomesByArm people;
  int changes = 0;
  std::map<std::string, int> turns;  ///< by arm
  std::vector<Timestamp> dues;

  Result<CountsByArm> counts() override { return states; }
  Result<OutcomesByArm> outcomes() override { return people; }
  Result<std::span<const ContactId>> page(const Standing& standing) override {
    return standing.next_page == 0 ? std::span<const ContactId>(audience)
                                   : std::span<const ContactId>();
  }
  Result<void> prefetch(std::span<const ContactId>) override { return {}; }
  Result<absl::TimeZone> zone_of(const ContactId&) override { return absl::UTCTimeZone(); }
  Result<Turn> give_turn(const ContactId&, std::string_view arm, Timestamp due) override {
    ++changes;
    ++turns[std::string(arm)];
    dues.push_back(due);
    ++states[std::string(arm)].states[DeliveryState::queued];
    return Turn::made;
  }
  Result<std::vector<MessageId>> waiting(Waiting, std::size_t) override {
    return std::vector<MessageId>();
  }
  Result<void> release(MessageId) override { return changed(); }
  Result<void> cancel(MessageId, std::string_view) override { return changed(); }
  Result<void> read_audience() override { return changed(); }
  Result<void> note(std::string_view, const std::string&) override { return changed(); }

  void send_all() {
    for (auto& [arm, counts] : states) {
      counts.states[DeliveryState::sent] += std::exchange(counts.states[DeliveryState::queued], 0);
    }
  }

 private:
  Result<void> changed() {
    ++changes;
    return {};
  }
};

class Machine : public ::testing::Test {
 protected:
  Machine() {
    campaign_.key = "c";
    for (std::uint8_t i = 0; i < 100; ++i) ground_.audience.push_back({Hash128{{i, 1}}});
    present_.standing.key = "c";
    present_.standing.state = State::sending;
    present_.standing.is_frozen = true;
    present_.standing.audience = ground_.audience.size();
    present_.standing.pages = 1;
  }

  /// Steps until nothing is to be done at this instant.
  void settle(Timestamp now) {
    present_.due = now;
    for (int i = 0; i < 100 && present_.due <= now; ++i) step(now);
  }
  void step(Timestamp now) { ASSERT_TRUE(advance(present_, &campaign_, ground_, pace_, now)); }

  Campaign campaign_;
  Ground ground_;
  Pace pace_;
  UnderWay present_;
};

TEST_F(Machine, ALookThatFindsNothingToDoChangesNothing) {
  campaign_.test =
      campaigns::Test{.arms = {{.name = "a"}, {.name = "b"}}, .after = Duration::hours(1)};
  settle(t0);
  ground_.send_all();
  settle(t0);
  // The sample is sent, and people have their hour.
  const Timestamp look_due = present_.due;
  EXPECT_EQ(look_due, t0 + Duration::hours(1));
  const Standing before = present_.standing;
  const int changes = ground_.changes;
  for (const Timestamp now : {t0, t0 + Duration{1}, look_due - Duration{1}}) {
    settle(now);
    EXPECT_EQ(present_.standing, before);
    EXPECT_EQ(ground_.changes, changes);
    EXPECT_EQ(present_.due, look_due);
  }
}

TEST_F(Machine, StandsStillWithoutItsDefinition) {
  const Standing before = present_.standing;
  ASSERT_TRUE(advance(present_, nullptr, ground_, pace_, t0));
  EXPECT_EQ(present_.standing, before);
  EXPECT_EQ(present_.due, Timestamp::never());
  EXPECT_EQ(ground_.changes, 0);
}

TEST_F(Machine, KeepsOnlySoManyMessagesAheadOfTheSender) {
  pace_ = {.turns = 10, .ahead = 30};
  settle(t0);
  EXPECT_EQ(ground_.turns[""], 30);
  EXPECT_EQ(present_.due, Timestamp::never());
  ground_.send_all();
  settle(t0);
  EXPECT_EQ(ground_.turns[""], 60);
}

TEST_F(Machine, ABanditSendsItsBatchesOneAfterTheOther) {
  campaign_.test = campaigns::Test{.arms = {{.name = "a"}, {.name = "b"}},
                                   .choice = campaigns::Test::Choice::bandit,
                                   .sample = 40,
                                   .floor = 10,
                                   .after = Duration::hours(2)};
  settle(t0);
  EXPECT_EQ(ground_.turns["a"] + ground_.turns["b"], 40);
  EXPECT_EQ(present_.standing.batch, 1U);
  EXPECT_EQ(present_.standing.shares, even_shares(2));
  ground_.send_all();
  ground_.people["b"]["clicked"] = ground_.states["b"].of(DeliveryState::sent);
  settle(t0);
  EXPECT_EQ(present_.due, t0 + Duration::hours(2));
  settle(present_.due);
  EXPECT_EQ(present_.standing.batch, 2U);
  EXPECT_EQ(present_.standing.shares, (std::vector<std::uint32_t>{1'000, 9'000}));
  EXPECT_EQ(ground_.turns["a"] + ground_.turns["b"], 80);
  ground_.send_all();
  settle(present_.standing.look_due == Timestamp{} ? t0 + Duration::hours(2) : present_.due);
  settle(present_.due);
  // The last batch is what is left.
  EXPECT_EQ(ground_.turns["a"] + ground_.turns["b"], 100);
  ground_.send_all();
  settle(t0 + Duration::hours(4));
  EXPECT_EQ(present_.standing.state, State::finished);
  EXPECT_EQ(present_.standing.winner, "") << "a bandit has none";
}

TEST_F(Machine, ABanditOfNobodyEnds) {
  campaign_.test = campaigns::Test{.arms = {{.name = "a"}, {.name = "b"}},
                                   .choice = campaigns::Test::Choice::bandit,
                                   .after = Duration::hours(2)};
  ground_.audience.clear();
  present_.standing.audience = 0;
  present_.standing.pages = 0;
  settle(t0);
  EXPECT_EQ(present_.standing.state, State::finished);
}

TEST_F(Machine, ArmsGoAtTheirOwnTimes) {
  campaign_.test =
      campaigns::Test{.arms = {{.name = "now"}, {.name = "late", .send_time = 23 * 60}},
                      .sample = 100,
                      .after = Duration::hours(1)};
  settle(t0);
  const Timestamp late = next_time_of_day(23 * 60, absl::UTCTimeZone(), t0);
  for (const Timestamp due : ground_.dues) EXPECT_TRUE(due == t0 || due == late);
  EXPECT_GT(ground_.turns["now"], 30);
  EXPECT_GT(ground_.turns["late"], 30);
}

}  // namespace
}  // namespace sojourn::campaigns
