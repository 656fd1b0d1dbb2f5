#include "domain/reaction/react.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "base/json.h"
#include "domain/reaction/reaction_lab.h"

namespace sojourn::reaction {
namespace {

using effects::Decision;
using effects::DecisionKind;
using events::Event;
using journeys::RunState;

using namespace testing;

TEST(React, AGoalEndsTheRunInTheMiddleOfItsWait) {
  Lab lab({waiting_journey});
  lab.happens("Start", t0);
  EXPECT_EQ(lab.last.due, t0 + Duration::days(3));
  lab.happens("Order Completed", t0 + Duration::days(1));
  EXPECT_EQ(lab.contact.runs.front().state, RunState::goal);
  EXPECT_EQ(lab.contact.runs.front().ended_at, t0 + Duration::days(1));
  EXPECT_EQ(lab.last.due, Timestamp::never());
  EXPECT_NE(std::get_if<effects::CancelMessages>(&lab.last.effects.front()), nullptr);
  lab.time(t0 + Duration::days(4));
  EXPECT_TRUE(lab.last.effects.empty());
}

TEST(React, AGoalThatCameInWithTheStartEndsTheRun) {
  Lab lab({waiting_journey});
  // One call brings a visit and the purchase ten seconds after it, both taken a minute later.
  const Timestamp received = t0 + Duration::minutes(1);
  lab.happens("Start", {}, t0, received);
  lab.happens("Order Completed", {}, t0 + Duration::seconds(10), received);
  EXPECT_EQ(lab.contact.runs.front().state, RunState::goal);
}

TEST(React, WhatHappenedBeforeTheStartIsNoGoal) {
  Lab lab({waiting_journey});
  lab.happens("Start", t0);
  lab.happens("Order Completed", {}, t0 - Duration{1}, t0 + Duration::minutes(1));
  EXPECT_EQ(lab.contact.runs.front().state, RunState::active);
}

TEST(React, ATimerThatIsDueFiresBeforeTheInputAtItsOwnInstant) {
  Lab lab({waiting_journey});
  lab.happens("Start", t0);
  lab.happens("Order Completed", t0 + Duration::days(5));
  const journeys::Run& run = lab.contact.runs.front();
  EXPECT_EQ(run.state, RunState::completed) << "the wait was over two days before";
  EXPECT_EQ(run.ended_at, t0 + Duration::days(3));
}

TEST(React, AnEventOlderThanTheHorizonUpdatesTheContactAndTriggersNothing) {
  const std::vector<std::string> rules = {
      "{kind: workspace, key: w, late_event_horizon: 1d}", waiting_journey,
      "{kind: segment, key: started, where: {did: {event: Start}}}",
      "{kind: journey, key: k, trigger: {segment_entered: started}, steps: [{id: w, wait: 1d}]}"};
  Lab late(rules);
  late.happens("Start", {}, t0 - Duration::days(1) - Duration{1}, t0);
  EXPECT_TRUE(late.in_segment(3));
  EXPECT_TRUE(late.contact.runs.empty());
  EXPECT_EQ(late.contact.timeline.size(), 1u);
  Lab in_time(rules);
  in_time.happens("Start", {}, t0 - Duration::days(1), t0);
  EXPECT_EQ(in_time.contact.runs.size(), 2u);
}

TEST(React, ReentryWaitsForItsInterval) {
  Lab lab({waiting_journey});
  lab.happens("Start", t0);
  lab.happens("Start", t0 + Duration::days(1));
  EXPECT_EQ(lab.contact.runs.size(), 1u) << "already inside";
  lab.happens("Start", t0 + Duration::days(10) - Duration{1});
  EXPECT_EQ(lab.contact.runs.size(), 1u) << "too soon";
  lab.happens("Start", t0 + Duration::days(10));
  EXPECT_EQ(lab.contact.runs.size(), 2u);
  EXPECT_NE(lab.contact.runs[0].id, lab.contact.runs[1].id);
}

TEST(React, ATriggerCountsWithinItsWindow) {
  const std::string journey =
      "{kind: journey, key: j, trigger: {event: View, at_least: 2, within: 7d}, steps: [{id: x, "
      "exit: x}]}";
  Lab apart({journey});
  apart.happens("View", t0);
  apart.happens("View", t0 + Duration::days(7));
  EXPECT_TRUE(apart.contact.runs.empty());
  Lab close({journey});
  close.happens("View", t0);
  close.happens("View", t0 + Duration::days(7) - Duration{1});
  EXPECT_EQ(close.contact.runs.size(), 1u);
}

TEST(React, AnEventOutsideTheWindowDoesNotMakeItsCount) {
  Lab lab(
      {"{kind: journey, key: j, trigger: {event: View, within: 1h}, reentry: always, steps: [{id: "
       "x, exit: x}]}"});
  lab.happens("View", t0);
  EXPECT_EQ(lab.contact.runs.size(), 1u);
  lab.happens("View", {}, t0 - Duration::hours(2), t0 + Duration::minutes(1));
  EXPECT_EQ(lab.contact.runs.size(), 1u);
}

TEST(React, AnExitRuleActsInTheMiddleOfAWait) {
  Lab lab({R"(
kind: journey
key: j
trigger: {event: Start}
exit_when: {did: {event: Complained}}
steps: [{id: w, wait: 30d}]
)"});
  lab.happens("Start", t0);
  lab.happens("Complained", t0 + Duration::days(1));
  EXPECT_EQ(lab.contact.runs.front().state, RunState::exited);
  EXPECT_EQ(lab.decided(DecisionKind::run_ended)->text, "exit_rule");
}

TEST(React, AnExitRuleThatTimeMakesTrueActsAtThatInstant) {
  Lab lab({R"(
kind: journey
key: j
trigger: {event: Start}
exit_when: {not: {did: {event: Start, at_least: 1, within: 5d}}}
steps: [{id: w, wait: 30d}]
)"});
  lab.happens("Start", t0);
  EXPECT_EQ(lab.last.due, t0 + Duration::days(5));
  // The wake comes late, as wakes do.
  lab.time(t0 + Duration::days(5) + Duration::seconds(3));
  EXPECT_EQ(lab.contact.runs.front().state, RunState::exited);
  EXPECT_EQ(lab.contact.runs.front().ended_at, t0 + Duration::days(5));
}

const std::string score = R"(
kind: score
key: lead
half_life: 1d
rules: [{key: view, event: View, points: 20}]
thresholds: [{key: hot, up: 30, down: 15}]
)";

TEST(React, AWordThatIsNoTimeZoneLeavesTheWorkspacesQuietHours) {
  // 22:30 in Paris: quiet there, not in UTC.
  const Timestamp evening = *parse_timestamp("2026-03-02T20:30:00Z");
  for (const std::string zone : {"", "Mars/Olympus", "Europe/Paris", "America/New_York"}) {
    Lab lab(
        {"{kind: workspace, key: w, timezone: Europe/Paris, quiet_hours: {from: '21:00', to: "
         "'08:00'}}"});
    lab.happens("View", evening);
    lab.contact.attributes.write("timezone", zone, evening, Hash128{{9}});
    messages::Message message;
    message.message_class = messages::MessageClass::marketing;
    message.channel = "email";
    message.address = "ana@example.com";
    lab.give(LeaveInput{message}, evening);
    const bool waits = lab.last.leave->kind == policies::Answer::Kind::defer;
    EXPECT_EQ(waits, zone != "America/New_York") << zone;
  }
}

TEST(Rules, OneWorkspaceIsDefinedOnce) {
  const Rules::Compiled compiled =
      Rules::compile({{"workspace.yaml", "{kind: workspace, key: a, timezone: Europe/Paris}", 1},
                      {"other.yaml", "{kind: workspace, key: b}", 2}});
  ASSERT_EQ(compiled.problems.size(), 1u);
  EXPECT_EQ(compiled.problems.front().code, "second_workspace");
  EXPECT_EQ(compiled.problems.front().path, "other.yaml");
}

TEST(Rules, TheZoneOfSetUpHoldsWhereTheWorkspaceNamesNone) {
  const auto zone_of = [](const std::string& text) {
    return Rules::compile({{"workspace.yaml", text, 1}}, "Asia/Tokyo").rules->policies().time_zone;
  };
  EXPECT_EQ(zone_of("{kind: workspace, key: a}"), "Asia/Tokyo");
  EXPECT_EQ(zone_of("{kind: workspace, key: a, timezone: Europe/Paris}"), "Europe/Paris");
  EXPECT_EQ(Rules::compile({}, "Asia/Tokyo").rules->policies().time_zone, "Asia/Tokyo");
}

TEST(React, WhatNoDefinitionReadsAnyMoreIsForgotten) {
  Lab lab({"{kind: segment, key: viewers, where: {did: {event: View, at_least: 2, within: 7d}}}",
           score});
  lab.happens("View", t0);
  EXPECT_EQ(lab.contact.facts.size(), 2u) << "what the segment counts, and the points";
  EXPECT_EQ(lab.contact.scores.size(), 1u);
  lab.publish({"{kind: segment, key: buyers, where: {did: {event: Order, within: 7d}}}"});
  lab.give(RulesInput{}, t0);
  EXPECT_TRUE(lab.contact.facts.empty());
  EXPECT_TRUE(lab.contact.scores.empty());
}

TEST(React, AThresholdIsLeftByTimeAloneAtItsInstant) {
  for (const Duration delay : {Duration{0}, Duration{5}, Duration::hours(7)}) {
    Lab lab({score, "{kind: segment, key: hot, where: {score: lead, threshold: hot}}"});
    lab.happens("View", t0);
    lab.happens("View", t0);
    EXPECT_NE(lab.decided(DecisionKind::score_crossed), nullptr);
    EXPECT_TRUE(lab.in_segment(2));
    const Timestamp due = lab.last.due;
    ASSERT_LT(due, t0 + Duration::days(2));
    lab.time(due - Duration{1});
    EXPECT_TRUE(lab.in_segment(2));
    lab.contact.wake = due;
    lab.time(due + delay);
    ASSERT_NE(lab.decided(DecisionKind::score_left), nullptr) << delay.ms;
    EXPECT_EQ(lab.decided(DecisionKind::score_left)->at, due);
    EXPECT_FALSE(lab.in_segment(2));
  }
}

TEST(React, ASegmentThatAsksForAScoreFollowsItsFading) {
  Lab lab({score, "{kind: segment, key: warm, where: {score: lead, at_least: 10}}"});
  lab.happens("View", t0);
  EXPECT_TRUE(lab.in_segment(2));
  // 20 * 2^(-t / 1d) < 9.95: until then it shows 10.0.
  const Timestamp left = t0 + Duration{87'024'808};
  EXPECT_EQ(lab.last.due, left);
  lab.time(left - Duration{1});
  EXPECT_TRUE(lab.in_segment(2));
  lab.time(left);
  EXPECT_FALSE(lab.in_segment(2));
}

TEST(React, SegmentsOfSegmentsFollowInOneReaction) {
  Lab lab(
      {"{kind: segment, key: outer, where: {all: [{segment: inner}, {not: {segment: blocked}}]}}",
       "{kind: segment, key: inner, where: {attribute: plan, is: pro}}",
       "{kind: segment, key: blocked, where: {did: {event: Blocked}}}"});
  Event event;
  event.type = events::EventType::identify;
  event.message_id = "1";
  event.at = event.received_at = t0;
  event.traits = {{"plan", "pro"}};
  lab.give(EventInput{.logged = {{1}, event}, .links = {}}, t0);
  EXPECT_TRUE(lab.in_segment(1));
  lab.happens("Blocked", t0 + Duration{1});
  EXPECT_FALSE(lab.in_segment(1));
}

TEST(React, ANewContactIsAMemberOfWhatEverybodyIs) {
  Lab lab({"{kind: segment, key: all, where: {all: []}}",
           "{kind: segment, key: quiet, where: {not: {did: {event: View}}}}"});
  lab.happens("Other", t0);
  EXPECT_TRUE(lab.in_segment(1));
  EXPECT_TRUE(lab.in_segment(2));
  lab.happens("View", t0);
  EXPECT_FALSE(lab.in_segment(2));
}

TEST(React, JourneysThatEnterEachOtherAreCutAndRecorded) {
  const auto entering = [](std::string key, std::string other, std::string trigger) {
    // Whom it lets in is not known before: with everybody let in it would not compile.
    return "{kind: journey, key: " + key + ", trigger: " + trigger +
           ", only_if: {all: []}, reentry: always, steps: [{id: e, enter: " + other + "}]}";
  };
  Lab lab({entering("a", "b", "{event: Start}"), entering("b", "a", "{entry: true}")});
  lab.happens("Start", t0);
  const Decision* cut = lab.decided(DecisionKind::journey_not_entered);
  ASSERT_NE(cut, nullptr);
  EXPECT_EQ(cut->outcome, "endless_loop");
  EXPECT_LE(lab.contact.runs.size(), ended_runs_max);
}

TEST(React, ProtectedTraitsNeedProof) {
  Lab lab({});
  Event event;
  event.message_id = "1";
  event.at = event.received_at = t0;
  event.traits = {{"email", "x@y.z"}, {"phone", "1"}, {"firstName", "Ana"}};
  lab.give(EventInput{.logged = {{1}, event}, .links = {}, .may_write_protected = false}, t0);
  EXPECT_EQ(lab.contact.attributes.find("email"), nullptr);
  EXPECT_EQ(lab.contact.attributes.find("phone"), nullptr);
  EXPECT_EQ(lab.contact.attributes.text("firstName"), "Ana");
}

TEST(Leave, AsksThePoliciesAgain) {
  Lab lab({waiting_journey});
  lab.happens("Start", t0);
  const messages::Message message = lab.queued();
  EXPECT_EQ(lab.give(LeaveInput{message}, t0).leave->kind, policies::Answer::Kind::allow);
  lab.ledger.states["ana@example.com"].opted_out = {""};
  EXPECT_EQ(lab.give(LeaveInput{message}, t0).leave->reason, "unsubscribed");
  EXPECT_NE(lab.decided(DecisionKind::message_skipped), nullptr);
}

TEST(Leave, IsRefusedToMessagesOfARunThatItsGoalHasEnded) {
  Lab lab({waiting_journey});
  lab.happens("Start", t0);
  const messages::Message message = lab.queued();
  lab.happens("Order Completed", t0 + Duration{1});
  EXPECT_EQ(lab.give(LeaveInput{message}, t0 + Duration{2}).leave->reason, "run_ended");
}

TEST(Leave, TransactionalMailTakesNoPlaceInTheCap) {
  Lab lab({"{kind: workspace, key: w, frequency_caps: [{messages: 1, per: 1d}]}", waiting_journey});
  lab.happens("Start", t0);
  messages::Message message = lab.queued();
  messages::Message receipt = message;
  receipt.key = "receipt";
  receipt.message_class = messages::MessageClass::transactional;
  EXPECT_EQ(lab.give(LeaveInput{receipt}, t0).leave->kind, policies::Answer::Kind::allow);
  EXPECT_EQ(lab.give(LeaveInput{message}, t0).leave->kind, policies::Answer::Kind::allow);
  message.key = "another";
  EXPECT_EQ(lab.give(LeaveInput{message}, t0).leave->reason, "frequency_cap");
}

TEST(Merge, KeepsTheEarlierRunAndEndsTheOther) {
  Lab early({waiting_journey}, 1);
  Lab late({waiting_journey}, 2);
  early.happens("Start", t0);
  late.happens("Start", t0 + Duration::days(1));
  for (const bool early_survives : {true, false}) {
    Lab survivor = early_survives ? early : late;
    const Lab& loser = early_survives ? late : early;
    survivor.give(MergeInput{loser.contact}, t0 + Duration::days(2));
    const auto& runs = survivor.contact.runs;
    ASSERT_EQ(runs.size(), 2u);
    EXPECT_EQ(runs[0].state, RunState::active);
    EXPECT_EQ(runs[0].entered_at, t0);
    EXPECT_EQ(runs[1].state, RunState::merged);
    EXPECT_EQ(survivor.last.due, t0 + Duration::days(3));
  }
}

TEST(Merge, IsTheSameWhicheverSurvives) {
  const std::vector<std::string> rules = {
      "{kind: segment, key: twice, where: {did: {event: View, at_least: 2, within: 7d}}}", score,
      waiting_journey};
  Lab a(rules, 1);
  Lab b(rules, 2);
  a.happens("View", t0);
  a.happens("Start", t0 + Duration::hours(1));
  b.happens("View", t0 + Duration::hours(2));
  b.happens("Start", t0 + Duration::hours(3));
  b.happens("Other", {{"x", 1}}, t0 - Duration::days(1), t0 + Duration::hours(4));
  Lab ab = a;
  Lab ba = b;
  ab.give(MergeInput{b.contact}, t0 + Duration::hours(5));
  ba.give(MergeInput{a.contact}, t0 + Duration::hours(5));
  EXPECT_TRUE(ab.in_segment(1)) << "the visits add up";
  ContactState left = ab.contact;
  ContactState right = ba.contact;
  // Who survives keeps its id and with it the sequence of its runs.
  left.id = right.id;
  left.run_sequence = right.run_sequence;
  std::sort(left.memberships.begin(), left.memberships.end(),
            [](const auto& x, const auto& y) { return x.segment < y.segment; });
  std::sort(right.memberships.begin(), right.memberships.end(),
            [](const auto& x, const auto& y) { return x.segment < y.segment; });
  for (ContactState* state : {&left, &right}) {
    std::sort(state->facts.begin(), state->facts.end(),
              [](const auto& x, const auto& y) { return x.id < y.id; });
    std::sort(state->timeline.begin(), state->timeline.end(), [](const auto& x, const auto& y) {
      return std::tie(x.position, x.name) < std::tie(y.position, y.name);
    });
  }
  EXPECT_EQ(left.attributes, right.attributes);
  EXPECT_EQ(left.facts, right.facts);
  EXPECT_EQ(left.memberships, right.memberships);
  EXPECT_EQ(left.scores, right.scores);
  EXPECT_EQ(left.runs, right.runs);
  EXPECT_EQ(left.timeline, right.timeline);
  EXPECT_EQ(left.wake, right.wake);
}

TEST(Rules, NewOnesFindWhomTheyFitAndStartNothing) {
  Lab lab({});
  lab.happens("View", t0);
  lab.publish(
      {"{kind: segment, key: all, where: {attribute: email, exists: true}}",
       "{kind: journey, key: j, trigger: {segment_entered: all}, steps: [{id: x, exit: x}]}"});
  lab.give(RulesInput{}, t0 + Duration{1});
  EXPECT_TRUE(lab.in_segment(1));
  EXPECT_TRUE(lab.contact.runs.empty());
}

TEST(Timeline, MovesItsOldestOutInChunks) {
  Lab lab({});
  for (std::size_t i = 0; i < 2 * timeline_kept; ++i) {
    lab.happens("View", t0 + Duration{static_cast<std::int64_t>(i)});
    EXPECT_TRUE(lab.last.timeline_overflow.empty());
  }
  lab.happens("View", t0 + Duration::days(1));
  EXPECT_EQ(lab.last.timeline_overflow.size(), timeline_kept);
  EXPECT_EQ(lab.contact.timeline_chunks, 1u);
  EXPECT_EQ(lab.contact.timeline.size(), timeline_kept + 1);
}

}  // namespace
}  // namespace sojourn::reaction
