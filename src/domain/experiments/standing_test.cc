#include "domain/experiments/standing.h"

#include <gtest/gtest.h>

namespace sojourn::experiments {
namespace {

const Timestamp since{1'000};
const Decide decide{.after = Duration::days(7), .at_least = 10, .arm = ""};
const Plan plan{.measure = Measure::goal, .decide = decide};
const Standing begun{.version = 2, .since = since};

std::vector<ArmCount> counts(std::int64_t a, std::int64_t b, std::int64_t people = 100) {
  return {{"a", people, a}, {"b", people, b}};
}

TEST(LookDue, IsAfterTheTimeAndNotBeforeEnoughHaveCome) {
  const Timestamp due = since + decide.after;
  EXPECT_EQ(look_due(plan, begun, counts(1, 2, 10)), due);
  EXPECT_EQ(look_due(plan, begun, counts(1, 2, 9)), Timestamp::never());
  EXPECT_EQ(look_due(plan, begun, {{{"a", 100, 0}, {"b", 9, 0}}}), Timestamp::never())
      << "each arm needs them";
}

TEST(LookDue, IsNeverWhereNothingIsToBeDecided) {
  EXPECT_EQ(look_due({.measure = Measure::goal, .decide = {}}, begun, counts(1, 2)),
            Timestamp::never());
  Standing declared = begun;
  declared.winner = Winner{"a", since, "ann"};
  EXPECT_EQ(look_due(plan, declared, counts(1, 2)), Timestamp::never());
}

TEST(Look, IsTakenOnce) {
  const Standing looked = look(decide, begun, counts(10, 11), since + Duration::days(8));
  EXPECT_EQ(looked.look->at, since + Duration::days(8));
  EXPECT_EQ(looked.look->counts, counts(10, 11));
  EXPECT_EQ(look_due(plan, looked, counts(10, 90)), Timestamp::never());
}

TEST(Look, MakesTheBetterArmTheWinner) {
  const Standing looked = look(decide, begun, counts(10, 40), since + Duration::days(8));
  ASSERT_TRUE(looked.winner);
  EXPECT_EQ(looked.winner->arm, "b");
  EXPECT_EQ(looked.winner->by, "");
}

TEST(Look, DoesAsPlannedWhereItIsUnclear) {
  const auto winner = [](Decide::IfUnclear choice, std::vector<ArmCount> found) {
    Decide planned = decide;
    planned.if_unclear = choice;
    planned.arm = choice == Decide::IfUnclear::arm ? "a" : "";
    const Standing looked = look(planned, begun, std::move(found), since);
    return looked.winner ? looked.winner->arm : "none";
  };
  using IfUnclear = Decide::IfUnclear;
  EXPECT_EQ(winner(IfUnclear::keep, counts(10, 11)), "none");
  EXPECT_EQ(winner(IfUnclear::leading, counts(10, 11)), "b");
  EXPECT_EQ(winner(IfUnclear::leading, counts(11, 11)), "none") << "nobody leads";
  EXPECT_EQ(winner(IfUnclear::arm, counts(10, 11)), "a");
  EXPECT_EQ(winner(IfUnclear::arm, counts(10, 40)), "b") << "it is clear";
}

}  // namespace
}  // namespace sojourn::experiments
