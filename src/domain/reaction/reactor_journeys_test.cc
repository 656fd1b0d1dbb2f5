// Who enters a journey, what moves and ends runs, and what becomes of them when it is changed.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "domain/reaction/reaction_lab.h"

namespace sojourn::reaction {
namespace {

using namespace testing;
using journeys::RunState;

Object order(std::string_view id) {
  return {{"order_id", id}};
}

/// A journey with this head and these steps.
std::string journey(std::string_view head, std::string_view steps) {
  return fmt::format("kind: journey\nkey: j\n{}\nsteps:\n{}\n", head, steps);
}
const std::string wait_step = "  - {id: w, wait: 3d}";

void set(Lab& lab, std::string name, Value value, Timestamp at) {
  Event event;
  event.message_id = "set" + name + std::to_string(at.ms);
  event.type = events::EventType::identify;
  event.name = "Contact Identified";
  event.traits.set(name, std::move(value));
  event.at = event.received_at = at;
  lab.give(EventInput{.logged = {{9}, event}, .links = {}}, at);
}

TEST(Entry, AJourneyWithAKeyHasOneRunForEachOfItsValues) {
  Lab lab(
      {journey("trigger: {event: Start}\nkey_by: order_id\n"
               "goal: {event: Order Completed, same: order_id}",
               wait_step)});
  lab.happens("Start", order("1"), t0, t0);
  lab.happens("Start", order("2"), t0, t0);
  lab.happens("Start", order("2"), t0, t0);
  lab.happens("Start", t0);
  EXPECT_EQ(lab.active_runs(), 2);
  lab.happens("Order Completed", order("2"), t0 + Duration::days(1), t0 + Duration::days(1));
  EXPECT_EQ(lab.active_runs(), 1);
  EXPECT_EQ(lab.contact.runs.front().state, RunState::active);
  EXPECT_EQ(lab.contact.runs.back().state, RunState::goal);
}

TEST(Entry, TheHoldoutIsAFixedShareThatIsKeptOutAndRecorded) {
  int held_out = 0;
  for (int id = 0; id < 200; ++id) {
    Lab lab({journey("trigger: {event: Start}\nholdout: 30\nreentry: always", wait_step)},
            static_cast<std::uint8_t>(id));
    lab.happens("Start", t0);
    const bool out = lab.contact.runs.front().state == RunState::held_out;
    EXPECT_EQ(lab.times(DecisionKind::journey_not_entered, "holdout"), out ? 1 : 0);
    EXPECT_EQ(lab.times(DecisionKind::journey_entered), out ? 0 : 1);
    held_out += out ? 1 : 0;
  }
  EXPECT_GT(held_out, 40);
  EXPECT_LT(held_out, 80);
}

TEST(Entry, OnlyIfIsAskedWhenTheTriggerFires) {
  Lab lab({journey("trigger: {event: Start}\nonly_if: plan is pro\nreentry: always", wait_step)});
  lab.happens("Start", t0);
  EXPECT_EQ(lab.active_runs(), 0);
  set(lab, "plan", "pro", t0);
  lab.happens("Start", t0);
  EXPECT_EQ(lab.active_runs(), 1);
}

TEST(Entry, AnAttributeTriggerFiresOnTheChangeItNames) {
  Lab lab(
      {journey("trigger: {attribute_changed: {attribute: plan, from: free, to: pro}}\n"
               "reentry: always",
               "  - {id: x, exit: done}")});
  set(lab, "plan", "pro", t0);
  EXPECT_EQ(lab.contact.runs.size(), 0u);
  set(lab, "plan", "free", t0 + Duration{1});
  EXPECT_EQ(lab.contact.runs.size(), 0u);
  set(lab, "plan", "pro", t0 + Duration{2});
  EXPECT_EQ(lab.contact.runs.size(), 1u);
  set(lab, "plan", "pro", t0 + Duration{3});
  EXPECT_EQ(lab.contact.runs.size(), 1u);
}

TEST(Entry, ADateTriggerFiresAtItsInstantAndFollowsTheAttribute) {
  Lab lab({journey("trigger: {date: 2 days before attribute renews at 09:00}\nreentry: always",
                   "  - {id: x, exit: done}")});
  set(lab, "renews", "2026-03-20", t0);
  EXPECT_EQ(lab.last.due, *parse_timestamp("2026-03-18T09:00:00Z"));
  set(lab, "renews", "2026-04-20", t0);
  set(lab, "renews", "2026-04-20", t0 + Duration{1});
  EXPECT_EQ(lab.last.due, *parse_timestamp("2026-04-18T09:00:00Z"));
  set(lab, "timezone", "America/New_York", t0 + Duration{2});
  EXPECT_EQ(lab.last.due, *parse_timestamp("2026-04-18T13:00:00Z"));
  lab.time(lab.last.due - Duration{1});
  EXPECT_EQ(lab.contact.runs.size(), 0u);
  lab.time(*parse_timestamp("2026-04-18T13:00:00Z"));
  EXPECT_EQ(lab.contact.runs.size(), 1u);
  EXPECT_EQ(lab.last.due, Timestamp::never());
  // What is past when it becomes known starts nothing.
  set(lab, "renews", "2026-04-19", *parse_timestamp("2026-04-18T14:00:00Z"));
  EXPECT_EQ(lab.contact.runs.size(), 1u);
}

TEST(Entry, AnAnniversaryComesEveryYear) {
  Lab lab({journey("trigger: {date: anniversary of attribute born at 09:00}\nreentry: always",
                   "  - {id: x, exit: done}")});
  set(lab, "born", "1990-03-10", t0);
  lab.time(*parse_timestamp("2026-03-10T09:00:00Z"));
  EXPECT_EQ(lab.contact.runs.size(), 1u);
  EXPECT_EQ(lab.last.due, *parse_timestamp("2027-03-10T09:00:00Z"));
  lab.time(lab.last.due);
  EXPECT_EQ(lab.contact.runs.size(), 2u);
}

TEST(Entry, AScheduleComesAgainInTheContactsZoneForWhomItLetsIn) {
  Lab lab(
      {journey("trigger: {schedule: every monday at 09:00}\nreentry: always\n"
               "only_if: plan is pro",
               "  - {id: x, exit: done}")});
  set(lab, "timezone", "America/New_York", t0);
  EXPECT_EQ(lab.last.due, *parse_timestamp("2026-03-02T14:00:00Z"));
  lab.time(lab.last.due);
  EXPECT_EQ(lab.times(DecisionKind::journey_not_entered, "not_let_in"), 1);
  set(lab, "plan", "pro", *parse_timestamp("2026-03-02T15:00:00Z"));
  // Summer time has begun.
  EXPECT_EQ(lab.last.due, *parse_timestamp("2026-03-09T13:00:00Z"));
  lab.time(lab.last.due);
  EXPECT_EQ(lab.contact.runs.size(), 1u);
  lab.time(lab.last.due);
  EXPECT_EQ(lab.contact.runs.size(), 2u);
}

TEST(Entry, SomebodyMayAskForIt) {
  Lab lab({journey("trigger: {entry: true}", "  - {id: w, wait: 3d}")});
  Object request = {{"journey", "j"}, {"data", Object{{"seat", 4}}}};
  lab.happens("Entry Requested", request, t0, t0);
  EXPECT_EQ(lab.active_runs(), 1);
  EXPECT_EQ(lab.contact.runs.front().trigger, (Object{{"seat", 4}}));
  // A browser's key may not.
  Lab stranger({journey("trigger: {entry: true}", "  - {id: w, wait: 3d}")});
  Event event;
  event.name = "Entry Requested";
  event.properties = request;
  event.trust = events::Trust::browser_key;
  event.at = event.received_at = t0;
  stranger.give(EventInput{.logged = {{1}, event}, .links = {}}, t0);
  EXPECT_EQ(stranger.active_runs(), 0);
}

TEST(Ending, AnExitEventEndsTheRunAtOnce) {
  Lab lab({journey("trigger: {event: Start}\nexit_on: [{event: Cancelled}]", wait_step)});
  lab.happens("Start", t0);
  lab.happens("Cancelled", t0 + Duration::days(1));
  EXPECT_EQ(lab.contact.runs.front().state, RunState::exited);
  ASSERT_NE(lab.decided(DecisionKind::run_ended), nullptr);
  EXPECT_EQ(lab.decided(DecisionKind::run_ended)->text, "Cancelled");
}

TEST(Ending, AGoalInItsWindowIsCountedOfARunThatIsOver) {
  const std::string text =
      journey("trigger: {event: Start}\ngoal: {event: Order Completed, within: 5d}",
              "  - {id: x, exit: done}");
  for (const std::int64_t days : {5, 6}) {
    Lab lab({text});
    lab.happens("Start", t0);
    const Timestamp bought = t0 + Duration::days(days);
    lab.happens("Order Completed", bought);
    EXPECT_EQ(lab.times(DecisionKind::goal_reached), days == 5 ? 1 : 0) << days;
    lab.happens("Order Completed", bought);
    EXPECT_EQ(lab.times(DecisionKind::goal_reached), 0);
  }
}

TEST(Ending, AGoalMayBeACondition) {
  Lab lab({journey("trigger: {event: Start}\ngoal: {when: plan is pro}", wait_step)});
  lab.happens("Start", t0);
  set(lab, "plan", "pro", t0);
  EXPECT_EQ(lab.contact.runs.front().state, RunState::goal);
}

TEST(Steps, WhatOneChangesTheNextOneSees) {
  Lab lab({"{kind: segment, key: pros, where: plan is pro}", "{kind: list, key: vip}",
           journey("trigger: {event: Start}", R"(
  - {id: set, update: {plan: pro, hello: "for {{ event.order_id }}"}}
  - {id: join, add_to_list: vip}
  - id: choose
    branch:
      arms:
        - {when: in segment pros and in list vip, steps: [{id: yes, exit: seen}]}
      otherwise: [{id: no, exit: not seen}]
)")});
  lab.happens("Start", order("7"), t0, t0);
  ASSERT_NE(lab.decided(DecisionKind::run_ended), nullptr);
  EXPECT_EQ(lab.decided(DecisionKind::run_ended)->text, "seen");
  EXPECT_EQ(*lab.contact.attributes.find("hello"), Value("for 7"));
  // The event that logs a change changes nothing more.
  const ContactState before = lab.contact;
  const Event logged = lab.logged();
  EXPECT_EQ(logged.name, "List Joined");
  lab.give(EventInput{.logged = {{50}, logged}, .links = {}}, t0);
  EXPECT_EQ(lab.contact.lists, before.lists);
  EXPECT_TRUE(lab.last.decisions.empty());
}

TEST(Steps, PointsAreLoggedAndCountWhenTheEventComes) {
  Lab lab(
      {"{kind: score, key: lead, rules: [{key: k, event: X, points: 1}], "
       "thresholds: [{key: hot, up: 10}]}",
       journey("trigger: {event: Start}",
               "  - {id: p, score: {score: lead, points: 12, reason: asked}}")});
  lab.happens("Start", t0);
  const Event logged = lab.logged();
  EXPECT_EQ(logged.name, "Points Added");
  lab.give(EventInput{.logged = {{50}, logged}, .links = {}}, t0);
  EXPECT_EQ(lab.times(DecisionKind::score_crossed, "hot"), 1);
}

TEST(Steps, ASplitGivesAContactTheSameWayEveryTime) {
  const std::string text = journey("trigger: {event: Start}\nreentry: always", R"(
  - id: s
    split:
      arms:
        - {name: a, percent: 50, steps: [{id: xa, exit: a}]}
        - {name: b, percent: 30, steps: [{id: xb, exit: b}]}
      otherwise: [{id: xo, exit: rest}]
)");
  std::map<std::string, int> ways;
  for (int id = 0; id < 250; ++id) {
    Lab lab({text}, static_cast<std::uint8_t>(id));
    lab.happens("Start", t0);
    const std::string first = lab.decided(DecisionKind::run_ended)->text;
    lab.happens("Start", t0);
    EXPECT_EQ(lab.decided(DecisionKind::run_ended)->text, first);
    ++ways[first];
  }
  EXPECT_NEAR(ways["a"], 125, 30);
  EXPECT_NEAR(ways["b"], 75, 28);
  EXPECT_NEAR(ways["rest"], 50, 25);
}

TEST(Steps, AGoToGoesBackSoManyTimes) {
  Lab lab({journey("trigger: {event: Start}", R"(
  - {id: mail, send: {template: t}}
  - {id: w, wait: 1d}
  - {id: again, go_to: {step: mail, at_most: 2}}
)")});
  lab.happens("Start", t0);
  int sent = 1;
  while (lab.last.due != Timestamp::never()) {
    lab.time(lab.last.due);
    sent += static_cast<int>(lab.times(DecisionKind::message_queued));
  }
  EXPECT_EQ(sent, 3);
  EXPECT_EQ(lab.contact.runs.front().state, RunState::completed);
}

TEST(Steps, AWaitForAConditionEndsWhenItBecomesTrueByWhateverMeans) {
  Lab lab({journey("trigger: {event: Start}", R"(
  - id: w
    wait_for:
      any:
        - {name: pro, when: plan is pro, steps: [{id: a, exit: pro}]}
        - {name: thrice, when: did Start at least 3 times, steps: [{id: b, exit: thrice}]}
        - {name: date, when: trial_ends in last 10 years, steps: [{id: c, exit: date}]}
)")});
  set(lab, "trial_ends", "2026-03-05T00:00:00Z", t0);
  lab.happens("Start", t0);
  EXPECT_EQ(lab.last.due, *parse_timestamp("2026-03-05T00:00:00Z"));
  Lab by_time = lab;
  by_time.time(lab.last.due);
  EXPECT_EQ(by_time.decided(DecisionKind::run_ended)->text, "date");
  Lab by_attribute = lab;
  set(by_attribute, "plan", "pro", t0);
  EXPECT_EQ(by_attribute.decided(DecisionKind::run_ended)->text, "pro");
  lab.happens("Start", t0);
  lab.happens("Start", t0);
  EXPECT_EQ(lab.decided(DecisionKind::run_ended)->text, "thrice");
}

TEST(Steps, TheAnswerOfAWebhookChoosesTheWayAndIsKept) {
  Lab lab({journey("trigger: {event: Start}", R"(
  - id: call
    webhook:
      url: https://example.com/{{ contact.email }}
      save_as: crm
      otherwise: [{id: failed, exit: no answer}]
  - id: choose
    branch:
      arms:
        - {when: run.crm.body.tier is gold, steps: [{id: gold, exit: gold}]}
)")});
  lab.happens("Start", t0);
  const effects::CallWebhook* call = nullptr;
  for (const effects::Effect& effect : lab.last.effects) {
    if (const auto* found = std::get_if<effects::CallWebhook>(&effect)) call = found;
  }
  ASSERT_NE(call, nullptr);
  EXPECT_EQ(call->url, "https://example.com/ana@example.com");
  const Object about = {{"run", std::to_string(call->run)},
                        {"step", "call"},
                        {"visit", 1},
                        {"status", 200},
                        {"body", Object{{"tier", "gold"}}}};
  Event answer;
  answer.message_id = "webhook/" + call->key;
  answer.name = "Webhook Answered";
  answer.properties = about;
  answer.at = answer.received_at = t0;
  Lab forged = lab;
  answer.trust = events::Trust::server_key;
  forged.give(EventInput{.logged = {{60}, answer}, .links = {}}, t0);
  EXPECT_EQ(forged.active_runs(), 1);
  answer.trust = events::Trust::system;
  Lab failed = lab;
  answer.properties.set("status", 500);
  failed.give(EventInput{.logged = {{60}, answer}, .links = {}}, t0);
  EXPECT_EQ(failed.decided(DecisionKind::run_ended)->text, "no answer");
  answer.properties.set("status", 200);
  lab.give(EventInput{.logged = {{60}, answer}, .links = {}}, t0);
  EXPECT_EQ(lab.decided(DecisionKind::run_ended)->text, "gold");
}

TEST(Arbitration, UnderACapTheHigherPriorityGoesFirst) {
  const auto mails = [](std::string_view key, int priority) {
    return fmt::format(
        "{{kind: journey, key: {}, trigger: {{event: Start}}, priority: {}, steps: [{{id: m, "
        "send: {{template: t}}}}]}}",
        key, priority);
  };
  Lab lab({"{kind: workspace, key: w, frequency_caps: [{messages: 1, per: 1d}]}", mails("low", 10),
           mails("high", 90)});
  lab.happens("Start", t0);
  std::vector<messages::Message> queued;
  for (const effects::Effect& effect : lab.last.effects) {
    if (const auto* queue = std::get_if<effects::QueueMessage>(&effect)) {
      queued.push_back(queue->message);
    }
  }
  ASSERT_EQ(queued.size(), 2u);
  // The lower one asks first.
  lab.give(LeaveInput{queued[0]}, t0);
  EXPECT_EQ(lab.last.leave->kind, policies::Answer::Kind::defer);
  EXPECT_EQ(lab.last.leave->reason, "outranked");
  EXPECT_EQ(lab.last.leave->until, t0 + Duration::days(1));
  lab.give(LeaveInput{queued[1]}, t0);
  EXPECT_EQ(lab.last.leave->kind, policies::Answer::Kind::allow);
  lab.give(LeaveInput{queued[0]}, t0 + Duration::days(1));
  EXPECT_EQ(lab.last.leave->kind, policies::Answer::Kind::allow);
  EXPECT_TRUE(lab.contact.pending.empty());
}

TEST(Arbitration, AMessageThatIsHeldMayExpireOrEndItsRun) {
  const auto lab_of = [](std::string_view handling) {
    return Lab({"{kind: workspace, key: w, frequency_caps: [{messages: 1, per: 2d}]}",
                journey("trigger: {event: Start}", fmt::format(R"(
  - {{id: first, send: {{template: t}}}}
  - {{id: w, wait: 1h}}
  - {{id: second, send: {{template: t, {}}}}}
  - {{id: w2, wait: 1h}}
)",
                                                               handling))});
  };
  const auto after_first = [](Lab& lab) {
    lab.happens("Start", t0);
    lab.give(LeaveInput{lab.queued()}, t0);
    lab.time(t0 + Duration::hours(1));
  };
  Lab expires = lab_of("expires_after: 1d");
  after_first(expires);
  EXPECT_EQ(expires.times(DecisionKind::message_skipped, "expired"), 1);
  Lab waits = lab_of("expires_after: 3d");
  after_first(waits);
  EXPECT_EQ(waits.times(DecisionKind::message_deferred, "frequency_cap"), 1);
  Lab exits = lab_of("when_capped: exit");
  after_first(exits);
  EXPECT_EQ(exits.times(DecisionKind::message_skipped, "frequency_cap"), 1);
  EXPECT_EQ(exits.contact.runs.front().state, RunState::exited);
}

// Changes of a live journey

std::shared_ptr<const Rules> versions(const std::string& old_text, const std::string& new_text,
                                      std::optional<Timestamp> paused = std::nullopt,
                                      std::optional<journeys::Resumed> resumed = std::nullopt) {
  std::vector<DefinitionSource> sources = {
      {.path = "t", .text = "{kind: template, key: t, subject: s, html: <p>x</p>}", .number = 900},
      {.path = "j",
       .text = new_text,
       .number = 1,
       .version = 2,
       .paused_since = paused,
       .resumed = resumed}};
  if (!old_text.empty()) {
    sources.push_back(
        {.path = "j1", .text = old_text, .number = 1, .version = 1, .superseded = true});
  }
  Rules::Compiled compiled = Rules::compile(sources);
  for (const Problem& problem : compiled.problems) ADD_FAILURE() << problem.message;
  return compiled.rules;
}

const std::string two_waits = journey("trigger: {event: Start}", R"(
  - {id: w, wait: 3d}
  - {id: mail, send: {template: t}}
)");
const std::string shorter = journey("trigger: {event: Start}", R"(
  - {id: w, wait: 1d}
  - {id: other, wait: 2d}
)");
const std::string without = journey("trigger: {event: Start}", "  - {id: other, wait: 2d}");

Lab inside(const std::string& new_text) {
  Lab lab({two_waits});
  lab.happens("Start", t0);
  lab.publish(versions(two_waits, new_text));
  return lab;
}

PublishInput choose(journeys::Inside::Choice choice, StringMap<std::string> steps = {}) {
  return {.journey = 1, .inside = {.choice = choice, .steps = std::move(steps)}};
}
constexpr Timestamp two_days_later = t0 + Duration::days(2);

TEST(Publish, FinishLeavesRunsOnTheVersionThatTheyFollow) {
  Lab lab = inside(shorter);
  lab.give(choose(journeys::Inside::Choice::finish), two_days_later);
  EXPECT_EQ(lab.contact.runs.front().version, 1);
  EXPECT_EQ(lab.last.due, t0 + Duration::days(3));
  lab.time(lab.last.due);
  EXPECT_EQ(lab.times(DecisionKind::message_queued), 1);
}

TEST(Publish, MoveKeepsTheInstantForWhichARunWaits) {
  Lab lab = inside(shorter);
  lab.give(choose(journeys::Inside::Choice::move), two_days_later);
  EXPECT_EQ(lab.contact.runs.front().version, 2);
  EXPECT_EQ(lab.times(DecisionKind::run_moved), 1);
  EXPECT_EQ(lab.last.due, t0 + Duration::days(3));
  lab.time(lab.last.due);
  EXPECT_EQ(lab.contact.runs.front().step, "other");
}

TEST(Publish, ReplanReckonsTheWaitFromItsBeginning) {
  Lab lab = inside(shorter);
  lab.give(choose(journeys::Inside::Choice::replan), two_days_later);
  // A day from the beginning is over: on at once.
  EXPECT_EQ(lab.contact.runs.front().step, "other");
  EXPECT_EQ(lab.last.due, two_days_later + Duration::days(2));
}

TEST(Publish, AStepThatIsGoneNeedsAPlaceToGoTo) {
  Lab unmapped = inside(without);
  unmapped.give(choose(journeys::Inside::Choice::move), two_days_later);
  EXPECT_EQ(unmapped.contact.runs.front().version, 1);
  EXPECT_EQ(unmapped.active_runs(), 1);

  Lab mapped = inside(without);
  mapped.give(choose(journeys::Inside::Choice::move, {{"w", "other"}}), two_days_later);
  EXPECT_EQ(mapped.contact.runs.front().version, 2);
  EXPECT_EQ(mapped.contact.runs.front().step, "other");

  Lab ended = inside(without);
  ended.give(choose(journeys::Inside::Choice::move, {{"w", ""}}), two_days_later);
  EXPECT_EQ(ended.active_runs(), 0);
}

TEST(Publish, LeaveEndsThem) {
  Lab lab = inside(shorter);
  lab.give(choose(journeys::Inside::Choice::leave), two_days_later);
  EXPECT_EQ(lab.contact.runs.front().state, RunState::exited);
  EXPECT_EQ(lab.decided(DecisionKind::run_ended)->text, "left_at_publish");
}

TEST(Publish, OfAnArchivedJourneyOnlyThoseWhoLeaveAreTouched) {
  Lab lab({two_waits});
  lab.happens("Start", t0);
  lab.publish(compile({}));
  PublishInput input = choose(journeys::Inside::Choice::finish);
  input.key = "j";
  lab.give(input, two_days_later);
  EXPECT_EQ(lab.active_runs(), 1);
  EXPECT_EQ(lab.last.due, Timestamp::never());
  input.inside.choice = journeys::Inside::Choice::leave;
  lab.give(input, two_days_later);
  EXPECT_EQ(lab.active_runs(), 0);
  const auto ended = lab.decided(DecisionKind::run_ended);
  ASSERT_TRUE(ended);
  EXPECT_EQ(ended->text, "archived");
  EXPECT_EQ(ended->key, "j");
  EXPECT_EQ(ended->version, 1);
  EXPECT_EQ(ended->step, "w");
}

TEST(Publish, AMessageOfAnArchivedJourneyIsNotSentToThoseInside) {
  Lab lab({journey("trigger: {event: Start}", "  - {id: m, send: {template: t}}\n" + wait_step)});
  lab.happens("Start", t0);
  const messages::Message message = lab.queued();
  lab.publish(compile({}));
  lab.give(LeaveInput{message}, t0 + Duration::hours(2));
  EXPECT_EQ(lab.last.leave->kind, policies::Answer::Kind::skip);
  EXPECT_EQ(lab.last.leave->reason, "archived");
}

/// `version/step/outcome` of what a move counts.
std::vector<std::string> counted(const Lab& lab) {
  std::vector<std::string> lines;
  for (const auto& each : effects::counters_of(*lab.decided(DecisionKind::run_moved))) {
    lines.push_back(fmt::format("{}/{}/{}", each.version, each.step, each.outcome));
  }
  return lines;
}

TEST(Publish, WhatARunCountsIsCountedOfItsVersion) {
  Lab lab = inside(shorter);
  lab.give(choose(journeys::Inside::Choice::move), two_days_later);
  EXPECT_EQ(counted(lab), (std::vector<std::string>{"2//moved_in", "1//moved_out", "2/w/moved_in",
                                                    "1/w/moved_out"}));
}

TEST(Publish, WhoGoesOnElsewhereHasPassedTheStepOfItsVersion) {
  Lab lab = inside(without);
  lab.give(choose(journeys::Inside::Choice::move, {{"w", "other"}}), two_days_later);
  EXPECT_EQ(counted(lab), (std::vector<std::string>{"2//moved_in", "1//moved_out", "1/w/passed"}));
}

TEST(Publish, AWaitThatIsRenamedIsWaitedOn) {
  Lab lab = inside(without);
  lab.give(choose(journeys::Inside::Choice::move, {{"w", "other"}}), two_days_later);
  EXPECT_EQ(lab.last.due, t0 + Duration::days(3));
  ASSERT_NE(lab.decided(DecisionKind::wait_started), nullptr);
  EXPECT_EQ(lab.decided(DecisionKind::wait_started)->step, "other");
  EXPECT_EQ(lab.decided(DecisionKind::wait_started)->version, 2);
}

TEST(Publish, AStepOfAnotherKindIsComeToAnew) {
  const std::string mail = journey("trigger: {event: Start}", "  - {id: w, send: {template: t}}");
  Lab lab = inside(mail);
  lab.give(choose(journeys::Inside::Choice::move), two_days_later);
  EXPECT_EQ(lab.times(DecisionKind::message_queued), 1);
  EXPECT_EQ(lab.contact.runs.front().state, RunState::completed);
  EXPECT_EQ(counted(lab), (std::vector<std::string>{"2//moved_in", "1//moved_out", "1/w/passed"}));
}

TEST(Pause, FreezesRunsAndLetsNobodyInButTheGoalStillCounts) {
  const std::string text = journey(
      "trigger: {event: Start}\nreentry: always\n"
      "goal: {event: Order Completed}",
      wait_step);
  Lab lab({text});
  lab.happens("Start", t0);
  lab.publish(versions(text, text, t0 + Duration::hours(1)));
  lab.time(t0 + Duration::days(5));
  EXPECT_EQ(lab.active_runs(), 1);
  EXPECT_EQ(lab.last.due, Timestamp::never());
  Lab bought = lab;
  bought.happens("Order Completed", t0 + Duration::days(5));
  EXPECT_EQ(bought.contact.runs.front().state, RunState::goal);
  bought.happens("Start", t0 + Duration::days(5));
  EXPECT_EQ(bought.active_runs(), 0);
}

constexpr Timestamp resumed_at = t0 + Duration::days(6);

journeys::Resumed after_pause(journeys::Overdue::Choice choice, Duration spread = {}) {
  return {.paused_since = t0 + Duration::hours(1),
          .at = resumed_at,
          .overdue = {.choice = choice, .spread = spread}};
}

/// A run whose wait ended during a pause, at the moment at which the journey goes on.
Lab resumed(journeys::Overdue::Choice choice, Duration spread = {}) {
  const std::string text = journey("trigger: {event: Start}", R"(
  - {id: w, wait: 3d}
  - {id: mail, send: {template: t}}
  - {id: w2, wait: 3d}
)");
  Lab lab({text});
  lab.happens("Start", t0);
  lab.publish(versions(text, text, t0 + Duration::hours(1)));
  lab.time(t0 + Duration::days(5));
  lab.publish(versions("", text, std::nullopt, after_pause(choice, spread)));
  return lab;
}

TEST(Resume, SendDoesNowWhatCameDueMeanwhile) {
  Lab lab = resumed(journeys::Overdue::Choice::send);
  lab.give(ResumeInput{1}, resumed_at);
  EXPECT_EQ(lab.times(DecisionKind::message_queued), 1);
  EXPECT_EQ(lab.times(DecisionKind::message_skipped), 0);
}

TEST(Resume, SendMayBeSpread) {
  Lab lab = resumed(journeys::Overdue::Choice::send, Duration::hours(6));
  lab.give(ResumeInput{1}, resumed_at);
  EXPECT_EQ(lab.times(DecisionKind::message_queued), 0);
  EXPECT_GT(lab.last.due, resumed_at);
  EXPECT_LE(lab.last.due, resumed_at + Duration::hours(6));
}

TEST(Resume, SkipGoesOnWithoutTheMessage) {
  Lab lab = resumed(journeys::Overdue::Choice::skip);
  lab.give(ResumeInput{1}, resumed_at);
  EXPECT_EQ(lab.times(DecisionKind::message_skipped, "paused"), 1);
  EXPECT_EQ(lab.contact.runs.front().step, "w2");
}

TEST(Resume, ReplanBeginsTheWaitAgain) {
  Lab lab = resumed(journeys::Overdue::Choice::replan);
  lab.give(ResumeInput{1}, resumed_at);
  EXPECT_EQ(lab.contact.runs.front().step, "w");
  EXPECT_EQ(lab.last.due, resumed_at + Duration::days(3));
}

TEST(Resume, TheChoiceHoldsAlsoForAnEventThatComesBeforeTheContactIsVisited) {
  Lab lab = resumed(journeys::Overdue::Choice::replan);
  lab.happens("Other", resumed_at + Duration::minutes(1));
  EXPECT_EQ(lab.contact.runs.front().step, "w");
  EXPECT_EQ(lab.last.due, resumed_at + Duration::days(3));
}

TEST(Resume, AMessageThatAskedForLeaveDuringThePauseWaitsWithoutATime) {
  const std::string text =
      journey("trigger: {event: Start}", "  - {id: m, send: {template: t}}\n" + wait_step);
  Lab lab({text});
  lab.happens("Start", t0);
  const messages::Message message = lab.queued();
  lab.publish(versions(text, text, t0 + Duration::hours(1)));
  lab.give(LeaveInput{message}, t0 + Duration::hours(2));
  EXPECT_EQ(lab.last.leave->kind, policies::Answer::Kind::defer);
  EXPECT_EQ(lab.last.leave->until, Timestamp::never());
  lab.publish(versions("", text, std::nullopt, after_pause(journeys::Overdue::Choice::send)));
  lab.give(ResumeInput{1}, resumed_at);
  const auto* moved = std::get_if<effects::RescheduleMessages>(&lab.last.effects.front());
  ASSERT_NE(moved, nullptr);
  EXPECT_EQ(moved->due, resumed_at);
}

/// A run that ended with its mail in the outbox, which asks for leave during a pause.
Lab held(journeys::Overdue overdue) {
  const std::string text =
      journey("trigger: {event: Start}\nreentry: always", "  - {id: m, send: {template: t}}");
  Lab lab({text});
  lab.happens("Start", t0);
  const messages::Message message = lab.queued();
  EXPECT_EQ(lab.active_runs(), 0);
  lab.publish(versions(text, text, t0 + Duration::hours(1)));
  lab.give(LeaveInput{message}, t0 + Duration::hours(2));
  EXPECT_EQ(lab.last.leave->until, Timestamp::never());
  lab.publish(versions("", text, std::nullopt, after_pause(overdue.choice, overdue.spread)));
  lab.give(ResumeInput{1}, resumed_at);
  return lab;
}

TEST(Resume, AMessageOfARunThatIsOverGoesOnAsWell) {
  const Lab sends = held({.choice = journeys::Overdue::Choice::send});
  const auto* moved = std::get_if<effects::RescheduleMessages>(&sends.last.effects.front());
  ASSERT_NE(moved, nullptr);
  EXPECT_EQ(moved->due, resumed_at);
  EXPECT_EQ(sends.contact.pending.front().due, resumed_at);
}

TEST(Resume, SkipTakesOnlyTheMessagesThatThePauseHeldBack) {
  const Lab skips = held({.choice = journeys::Overdue::Choice::skip});
  const auto* cancelled = std::get_if<effects::CancelMessages>(&skips.last.effects.front());
  ASSERT_NE(cancelled, nullptr);
  EXPECT_TRUE(cancelled->means(Timestamp::never()));
  EXPECT_FALSE(cancelled->means(resumed_at + Duration::hours(1)));
  EXPECT_TRUE(skips.contact.pending.empty());
}

TEST(Resume, MessagesAreSpreadLikeRuns) {
  const Lab spread = held({journeys::Overdue::Choice::send, Duration::hours(6)});
  const auto* moved = std::get_if<effects::RescheduleMessages>(&spread.last.effects.front());
  ASSERT_NE(moved, nullptr);
  EXPECT_GT(moved->due, resumed_at);
  EXPECT_LE(moved->due, resumed_at + Duration::hours(6));
}

/// A journey that waits for something, which happens while it is paused.
class HeldWay : public ::testing::Test {
 protected:
  void pause(Lab& lab, const std::string& text) {
    lab.publish(versions(text, text, t0 + Duration::hours(1)));
  }
  void resume(Lab& lab, const std::string& text, journeys::Overdue::Choice choice) {
    lab.publish(versions("", text, std::nullopt, after_pause(choice)));
    lab.give(ResumeInput{1}, resumed_at);
  }
};

TEST_F(HeldWay, AnEventThatComesDuringAPauseIsTakenWhenTheJourneyGoesOn) {
  const std::string text = journey("trigger: {event: Start}", R"(
  - id: w
    wait_for:
      any:
        - {name: bought, event: Bought, steps: [{id: a, exit: bought}]}
        - {name: asked, event: Asked, steps: [{id: b, exit: asked}]}
      at_most: 1d
      otherwise: [{id: c, exit: neither}]
)");
  for (const auto choice : {journeys::Overdue::Choice::send, journeys::Overdue::Choice::skip,
                            journeys::Overdue::Choice::replan}) {
    Lab lab({text});
    lab.happens("Start", t0);
    pause(lab, text);
    // The first one decides.
    lab.happens("Asked", t0 + Duration::hours(2));
    lab.happens("Bought", t0 + Duration::hours(3));
    EXPECT_EQ(lab.active_runs(), 1);
    resume(lab, text, choice);
    ASSERT_NE(lab.decided(DecisionKind::run_ended), nullptr);
    EXPECT_EQ(lab.decided(DecisionKind::run_ended)->text, "asked");
  }
}

TEST_F(HeldWay, SoIsTheAnswerOfAWebhook) {
  const std::string text = journey("trigger: {event: Start}", R"(
  - id: ask
    webhook:
      url: https://a.example
      then: [{id: a, exit: "{{ run.answer.body.level }}"}]
      otherwise: [{id: b, exit: nobody}]
)");
  for (const int status : {200, 500}) {
    Lab lab({text});
    lab.happens("Start", t0);
    const auto& call = std::get<effects::CallWebhook>(lab.last.effects.front());
    Event event;
    event.message_id = "webhook/" + call.key;
    event.name = "Webhook Answered";
    event.at = event.received_at = t0 + Duration::hours(2);
    event.trust = events::Trust::system;
    event.properties = {{"journey", "j"},   {"run", std::to_string(call.run)},
                        {"step", "ask"},    {"visit", 1},
                        {"status", status}, {"body", Object{{"level", "high"}}}};
    pause(lab, text);
    lab.give(EventInput{.logged = {{99}, event}, .links = {}}, event.at);
    EXPECT_EQ(lab.active_runs(), 1);
    resume(lab, text, journeys::Overdue::Choice::replan);
    ASSERT_NE(lab.decided(DecisionKind::step_passed), nullptr);
    EXPECT_EQ(lab.decided(DecisionKind::step_passed)->outcome,
              status == 200 ? "answered" : "failed");
    EXPECT_EQ(lab.active_runs(), 0);
  }
}

}  // namespace
}  // namespace sojourn::reaction
