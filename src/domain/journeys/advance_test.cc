#include "domain/journeys/advance.h"

#include <gtest/gtest.h>

#include "domain/definitions/yaml.h"

namespace sojourn::journeys {
namespace {

using effects::DecisionKind;

/// A contact in segment `a` or not, whom every policy lets through.
struct FakeView final : StepView, segments::NobodyView {
  bool in_a = false;
  policies::Answer answer;
  std::string mail_address = "ana@example.com";
  std::vector<ContactChange> changes;

  const segments::ConditionView& conditions() const override { return *this; }
  contacts::ContactId contact() const override { return {Hash128{{1}}}; }
  std::string address(std::string_view) const override { return mail_address; }
  policies::Answer ask_policies(const policies::Proposal&, Timestamp) const override {
    return answer;
  }
  Result<std::string> render(const std::string& text, const Run&, Timestamp) const override {
    return text;
  }
  void change(const ContactChange& change, const std::string&, Timestamp) override {
    changes.push_back(change);
  }
  bool in_segment(std::string_view key) const override { return in_a && key == "a"; }
};

constexpr Timestamp t0{1'772'000'000'000};

Journey journey_of(std::string_view steps) {
  const auto document =
      definitions::parse_yaml("key: j\ntrigger: {entry: true}\nsteps:\n" + std::string(steps));
  EXPECT_TRUE(document) << steps;
  Result<Journey> journey = read_journey(document->value);
  EXPECT_TRUE(journey) << (journey ? "" : journey.error().message);
  return journey ? std::move(*journey) : Journey{};
}

Run fresh() {
  journeys::Run run;
  run.id = 7;
  run.entered_at = t0;
  return run;
}

TEST(Advance, StopsAtTheFirstStepThatWaitsAndGoesOnAtItsInstant) {
  const Journey journey = journey_of("  - {id: w, wait: 2d}\n  - {id: x, exit: over}\n");
  FakeView view;
  journeys::Run run = fresh();
  Trail trail;
  start(journey, run, view, t0, trail);
  EXPECT_EQ(run.step, "w");
  EXPECT_EQ(run.wake, t0 + Duration::days(2));
  wake(journey, run, view, run.wake - Duration{1}, trail);
  EXPECT_EQ(run.state, RunState::active);
  wake(journey, run, view, run.wake, trail);
  EXPECT_EQ(run.state, RunState::exited);
  EXPECT_EQ(run.ended_at, t0 + Duration::days(2));
  EXPECT_EQ(trail.decisions.back().text, "over");
  EXPECT_EQ(run.wake, Timestamp::never());
}

TEST(Advance, AWaitOfNothingIsPassedAtOnce) {
  FakeView view;
  const Journey journey = journey_of("  - {id: w, wait: 0s}\n");
  journeys::Run run = fresh();
  Trail trail;
  start(journey, run, view, t0, trail);
  EXPECT_EQ(run.state, RunState::completed);
}

TEST(Advance, ABranchTakesItsFirstTrueArm) {
  const Journey journey = journey_of(R"(  - id: b
    branch:
      arms:
        - {when: {segment: a}, steps: [{id: yes, exit: inside}]}
      otherwise: [{id: no, exit: outside}]
)");
  for (const bool in_a : {true, false}) {
    FakeView view;
    view.in_a = in_a;
    journeys::Run run = fresh();
    Trail trail;
    start(journey, run, view, t0, trail);
    EXPECT_EQ(trail.decisions.back().text, in_a ? "inside" : "outside");
  }
}

TEST(Advance, AWaitForAnEventTakesThePathOfWhatCameFirst) {
  const Journey journey = journey_of(R"(  - id: w
    wait_for:
      event: Trial Started
      at_most: 4d
      then: [{id: yes, exit: happened}]
      otherwise: [{id: no, exit: did not}]
)");
  FakeView view;
  events::Event event;
  event.name = "Trial Started";
  journeys::Run happened = fresh();
  Trail trail;
  start(journey, happened, view, t0, trail);
  notice(journey, happened, event, view, t0 + Duration::days(1), trail);
  EXPECT_EQ(trail.decisions.back().text, "happened");
  journeys::Run did_not = fresh();
  start(journey, did_not, view, t0, trail);
  event.name = "Another";
  notice(journey, did_not, event, view, t0 + Duration::days(1), trail);
  EXPECT_EQ(did_not.state, RunState::active);
  wake(journey, did_not, view, t0 + Duration::days(4), trail);
  EXPECT_EQ(trail.decisions.back().text, "did not");
}

TEST(Advance, WhatHappenedBeforeTheWaitIsNotWhatItWaitsFor) {
  const Journey journey = journey_of(R"(  - {id: pause, wait: 3d}
  - id: w
    wait_for: {event: Order Completed, at_most: 4d, then: [{id: yes, exit: happened}]}
)");
  FakeView view;
  journeys::Run run = fresh();
  Trail trail;
  trail.happened = t0;
  start(journey, run, view, t0, trail);
  trail.happened = t0 + Duration::days(3);
  wake(journey, run, view, t0 + Duration::days(3), trail);
  events::Event event;
  event.name = "Order Completed";
  // A phone that was offline tells it two days later.
  event.at = t0 + Duration::days(2);
  notice(journey, run, event, view, t0 + Duration::days(4), trail);
  EXPECT_EQ(run.state, RunState::active);
  event.at = t0 + Duration::days(3);
  notice(journey, run, event, view, t0 + Duration::days(4), trail);
  EXPECT_EQ(trail.decisions.back().text, "happened");
}

TEST(Advance, WhatFollowedInTheSameCallAsTheStartIsWaitedFor) {
  FakeView view;
  const Journey journey = journey_of(
      "  - {id: w, wait_for: {event: Order Completed, at_most: 4d, then: [{id: yes, exit: "
      "it}]}}\n");
  journeys::Run run = fresh();
  Trail trail;
  trail.happened = t0 - Duration::seconds(30);  // it came in half a minute after it happened
  start(journey, run, view, t0, trail);
  events::Event event;
  event.name = "Order Completed";
  event.at = t0 - Duration::seconds(20);
  notice(journey, run, event, view, t0, trail);
  EXPECT_EQ(trail.decisions.back().text, "it");
}

TEST(Advance, OnlyAClickThatSojournSawInThisRunsMailCounts) {
  const Journey journey = journey_of(R"(  - {id: mail, send: {template: t}}
  - id: w
    wait_for: {clicked: mail, at_most: 4d, then: [{id: yes, exit: clicked}]}
)");
  FakeView view;
  const auto click = [](std::string run, std::string step, events::Trust trust) {
    events::Event event;
    event.name = "Link Clicked";
    event.trust = trust;
    event.properties = {{"run", std::move(run)}, {"step", std::move(step)}};
    return event;
  };
  const struct {
    events::Event event;
    bool counts;
  } cases[] = {
      {click("7", "mail", events::Trust::system), true},
      {click("8", "mail", events::Trust::system), false},
      {click("7", "other", events::Trust::system), false},
      {click("7", "mail", events::Trust::server_key), false},
      {click("7", "mail", events::Trust::browser_key), false},
  };
  for (const auto& each : cases) {
    journeys::Run run = fresh();
    Trail trail;
    start(journey, run, view, t0, trail);
    notice(journey, run, each.event, view, t0, trail);
    EXPECT_EQ(run.state != RunState::active, each.counts);
  }
}

TEST(Advance, ASendIsQueuedDeferredOrSkippedAndTheRunGoesOn) {
  const Journey journey = journey_of("  - {id: mail, send: {template: t, topic: tips}}\n");
  using Kind = policies::Answer::Kind;
  const struct {
    policies::Answer answer;
    std::string address;
    messages::DeliveryState state;
    Timestamp due;
    std::string reason;
  } cases[] = {
      {{}, "a@b.c", messages::DeliveryState::queued, t0, ""},
      {{Kind::defer, "quiet_hours", t0 + Duration::hours(9)},
       "a@b.c",
       messages::DeliveryState::queued,
       t0 + Duration::hours(9),
       "quiet_hours"},
      {{Kind::skip, "unsubscribed"}, "a@b.c", messages::DeliveryState::skipped, t0, "unsubscribed"},
      {{}, "", messages::DeliveryState::skipped, t0, "no_address"},
  };
  for (const auto& each : cases) {
    FakeView view;
    view.answer = each.answer;
    view.mail_address = each.address;
    journeys::Run run = fresh();
    Trail trail;
    start(journey, run, view, t0, trail);
    EXPECT_EQ(run.state, RunState::completed);
    ASSERT_EQ(trail.effects.size(), 1u);
    const auto& message = std::get<effects::QueueMessage>(trail.effects.front()).message;
    EXPECT_EQ(message.key, "7/mail/1/email");
    EXPECT_EQ(message.state, each.state);
    EXPECT_EQ(message.due, each.due);
    EXPECT_EQ(message.reason, each.reason);
    EXPECT_EQ(message.topic, "tips");
  }
}

TEST(Advance, TheLongestJourneyGetsThroughAtOneInstant) {
  FakeView view;
  std::string steps;
  for (std::size_t i = 0; i < steps_max; ++i) {
    steps += "  - {id: s" + std::to_string(i) + ", wait: 0s}\n";
  }
  journeys::Run run = fresh();
  Trail trail;
  start(journey_of(steps), run, view, t0, trail);
  EXPECT_EQ(run.state, RunState::completed);
}

TEST(Advance, ACycleWithoutAWaitEndsTheRun) {
  FakeView view;
  Journey journey = journey_of("  - {id: a, wait: 0s}\n  - {id: b, wait: 0s}\n");
  journey.steps.back().next = "a";
  journeys::Run run = fresh();
  Trail trail;
  start(journey, run, view, t0, trail);
  EXPECT_EQ(run.state, RunState::exited);
  EXPECT_EQ(trail.decisions.back().text, "endless_loop");
}

TEST(Advance, EndRefusesTheRunsQueuedMessagesAndIsHarmlessTwice) {
  FakeView view;
  const Journey journey = journey_of("  - {id: w, wait: 2d}\n");
  journeys::Run run = fresh();
  Trail trail;
  start(journey, run, view, t0, trail);
  end(journey, run, RunState::goal, "Order Completed", t0 + Duration{5}, trail);
  ASSERT_EQ(trail.effects.size(), 1u);
  EXPECT_EQ(std::get<effects::CancelMessages>(trail.effects.front()).run, 7u);
  EXPECT_EQ(trail.decisions.back().step, "w") << "where it was waiting";
  end(journey, run, RunState::exited, "again", t0 + Duration{6}, trail);
  EXPECT_EQ(trail.effects.size(), 1u);
  EXPECT_EQ(run.state, RunState::goal);
}

TEST(Advance, ARunWhoseStepWasRemovedEnds) {
  FakeView view;
  journeys::Run run = fresh();
  Trail trail;
  start(journey_of("  - {id: w, wait: 2d}\n"), run, view, t0, trail);
  wake(journey_of("  - {id: v, wait: 2d}\n"), run, view, t0 + Duration::days(2), trail);
  EXPECT_EQ(run.state, RunState::exited);
  EXPECT_EQ(trail.decisions.back().text, "step_removed");
}

}  // namespace
}  // namespace sojourn::journeys
