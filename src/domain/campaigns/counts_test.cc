#include "domain/campaigns/counts.h"

#include <gtest/gtest.h>

#include "domain/campaigns/look.h"

namespace sojourn::campaigns {
namespace {

using messages::DeliveryState;
using messages::Message;

constexpr Timestamp t0{1'772'442'000'000};
using Measure = campaigns::Test::Measure;

campaigns::Test timed(Measure measure) {
  return {.arms = {{.name = "morning", .send_time = 540}, {.name = "evening", .send_time = 1'110}},
          .measure = measure,
          .event = "Order",
          .after = Duration::hours(4)};
}

Message sent_message() {
  Message message;
  message.state = DeliveryState::sent;
  message.sent_at = t0;
  return message;
}

events::Event order(Timestamp at, const char* member = "revenue", double amount = 12.345) {
  events::Event event;
  event.name = "Order";
  event.at = at;
  event.properties = {{member, amount}};
  return event;
}

using List = std::vector<Counted>;

TEST(Counts, AnOpenOfAnArmWithItsOwnTimeIsTimelyWithinTheTestsTime) {
  const campaigns::Test test = timed(Measure::opened);
  const Message message = sent_message();
  const Timestamp in_time = t0 + Duration::hours(4);
  const Timestamp late = in_time + Duration{1};
  EXPECT_EQ(counted_of_answer(&test, Measure::opened, message, in_time),
            (List{{"opened"}, {"timely"}}));
  EXPECT_EQ(counted_of_answer(&test, Measure::opened, message, late), (List{{"opened"}}));
  EXPECT_EQ(counted_of_answer(&test, Measure::clicked, message, in_time), (List{{"clicked"}}));
  EXPECT_EQ(counted_of_answer(nullptr, Measure::opened, message, in_time), (List{{"opened"}}));
  campaigns::Test at_once = test;
  for (Arm& arm : at_once.arms) arm.send_time.reset();
  EXPECT_EQ(counted_of_answer(&at_once, Measure::opened, message, in_time), (List{{"opened"}}));
}

TEST(Counts, AConversionIsCountedOnceAndItsRevenueEachTime) {
  const campaigns::Test test = timed(Measure::revenue);
  Message message = sent_message();
  EXPECT_EQ(counted_of_event(test, message, order(t0)),
            (List{{"revenue", 1'235}, {"timely_revenue", 1'235}, {"converted"}, {"timely"}}));
  message.converted_at = t0;
  EXPECT_EQ(counted_of_event(test, message, order(t0 + Duration::hours(5), "total", 2)),
            (List{{"revenue", 200}}));
  EXPECT_EQ(counted_of_event(test, message, order(t0 - Duration{1})), List{}) << "before it went";
  message.state = DeliveryState::skipped;
  EXPECT_EQ(counted_of_event(test, message, order(t0)), List{}) << "it never went";
  message.state = DeliveryState::uncertain;
  message.sent_at.reset();
  message.due = t0;
  EXPECT_EQ(counted_of_event(test, message, order(t0, "none")), List{}) << "had converted before";
  message.converted_at.reset();
  EXPECT_EQ(counted_of_event(test, message, order(t0, "none")), (List{{"converted"}, {"timely"}}));
}

TEST(Counts, AmountsBeyondExactCentsAreNoRevenue) {
  EXPECT_EQ(revenue_of(order(t0, "revenue", 1e11)), 10'000'000'000'000);
  EXPECT_EQ(revenue_of(order(t0, "revenue", 1.1e11)), std::nullopt);
  EXPECT_EQ(revenue_of(order(t0, "price", 3)), std::nullopt);
}

TEST(Counts, ArmsAreComparedByWhatWasTimelyWhereTheyGoAtTheirOwnTimes) {
  const CountsByArm counts = {
      {"morning", {.states = {{DeliveryState::sent, 8}, {DeliveryState::uncertain, 2}}}}};
  const OutcomesByArm outcomes = {
      {"morning", {{"converted", 7}, {"timely", 4}, {"revenue", 900}, {"timely_revenue", 500}}}};
  campaigns::Test test = timed(Measure::revenue);
  EXPECT_EQ(results_of(test, counts, outcomes),
            (std::vector<ArmResult>{{.arm = "morning", .sent = 10, .successes = 4, .revenue = 500},
                                    {.arm = "evening"}}));
  for (Arm& arm : test.arms) arm.send_time.reset();
  EXPECT_EQ(results_of(test, counts, outcomes).front(),
            (ArmResult{.arm = "morning", .sent = 10, .successes = 7, .revenue = 900}));
}

TEST(Look, IsReadBackAsItWasWritten) {
  TakenLook look{
      .at = t0,
      .verdict = {.kind = experiments::Verdict::Kind::leading, .arm = "b", .chance = 0.25},
      .results = {{.arm = "a", .sent = 3, .successes = 1, .revenue = -5}, {.arm = "b"}}};
  EXPECT_EQ(decode_look(encode_look(look)), look);
  look.chances = {0.25, 0.75};
  EXPECT_EQ(decode_look(encode_look(look)), look);
  for (const char* text : {"", "{}", "[]", R"({"verdict":"sure","results":[]})",
                           R"({"verdict":"leading","results":[1]})"}) {
    EXPECT_EQ(decode_look(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace sojourn::campaigns
