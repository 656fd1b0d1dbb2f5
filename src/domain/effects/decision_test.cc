#include "domain/effects/decision.h"

#include <gtest/gtest.h>

#include <set>

namespace sojourn::effects {
namespace {

Decision full() {
  return {.kind = DecisionKind::message_deferred,
          .at = Timestamp{1'772'000'000'000},
          .definition = "journey",
          .key = "welcome",
          .version = 3,
          .run = 77,
          .step = "mail",
          .outcome = "quiet_hours",
          .text = "2026-03-03T07:00:00.000Z",
          .message = "77/mail/1/email"};
}

TEST(DecisionCodec, ReadsBackEveryKind) {
  for (std::uint8_t kind = 0; kind <= decision_kind_max; ++kind) {
    Decision decision = full();
    decision.kind = static_cast<DecisionKind>(kind);
    const Result<Decision> read = decode_decision(encode(decision));
    ASSERT_TRUE(read);
    EXPECT_EQ(*read, decision);
  }
}

TEST(DecisionCodec, RefusesEveryCutEveryExtensionAndUnknownKinds) {
  std::string bytes = encode(full());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(decode_decision(std::string_view(bytes).substr(0, size))) << size;
  }
  EXPECT_FALSE(decode_decision(bytes + "x"));
  bytes[1] = static_cast<char>(decision_kind_max + 1);
  EXPECT_EQ(decode_decision(bytes).error().code, "damaged_decision");
}

TEST(Decision, EveryKindHasANameOfItsOwn) {
  std::set<std::string_view> names;
  for (std::uint8_t kind = 0; kind <= decision_kind_max; ++kind) {
    names.insert(to_string(static_cast<DecisionKind>(kind)));
  }
  EXPECT_EQ(names.size(), decision_kind_max + 1u);
}

TEST(Counters, ARunThatEndsInAStepHasLeftIt) {
  Decision ended = full();
  ended.kind = DecisionKind::run_ended;
  ended.outcome = "goal";
  const auto steps = counters_of(ended);
  ASSERT_EQ(steps.size(), 2u);
  EXPECT_EQ(steps[0].outcome, "goal");
  EXPECT_EQ(steps[0].step, "");
  EXPECT_EQ(steps[1].outcome, "left");
  EXPECT_EQ(steps[1].step, "mail");
  ended.step.clear();
  EXPECT_EQ(counters_of(ended).size(), 1u);
}

TEST(Counters, AMergedContactIsOneLess) {
  Decision merged;
  merged.kind = DecisionKind::contact_merged;
  EXPECT_EQ(counters_of(merged).front().by, -1);
}

TEST(CountersOf, ASplitOfAnExperimentCountsItsArmWhereItWasDrawn) {
  Decision decision{.kind = DecisionKind::step_passed,
                    .at = {},
                    .definition = "journey",
                    .key = "j",
                    .version = 3,
                    .run = 7,
                    .step = "try",
                    .outcome = "b",
                    .text = "",
                    .message = ""};
  const auto of_arms = [&] {
    std::vector<CounterStep> steps = counters_of(decision);
    std::erase_if(steps, [](const CounterStep& step) { return step.variant.empty(); });
    return steps;
  };
  EXPECT_TRUE(of_arms().empty());
  decision.text = drawn_for_experiment;
  ASSERT_EQ(of_arms().size(), 1u);
  EXPECT_EQ(of_arms()[0].outcome, "came");
  EXPECT_EQ(of_arms()[0].variant, "b");
  EXPECT_EQ(of_arms()[0].version, 3);
  decision.kind = DecisionKind::arm_succeeded;
  ASSERT_EQ(of_arms().size(), 1u);
  EXPECT_EQ(of_arms()[0].outcome, "succeeded");
  EXPECT_EQ(of_arms()[0].step, "try");
}

}  // namespace
}  // namespace sojourn::effects
