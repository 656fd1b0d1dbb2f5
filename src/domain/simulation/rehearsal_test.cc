#include "domain/simulation/rehearsal.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "domain/events/standard_names.h"

namespace sojourn::simulation {
namespace {

using effects::DecisionKind;
using events::Event;

const Timestamp start = *parse_timestamp("2026-03-02T09:00:00Z");
constexpr auto mail_template = "{kind: template, key: mail, subject: Hello, html: '<p>Hi</p>'}";
constexpr auto workspace = "{kind: workspace, key: w, timezone: UTC}";

std::shared_ptr<const reaction::Rules> rules_of(const std::vector<std::string>& texts) {
  std::vector<reaction::DefinitionSource> sources;
  for (const std::string& text : texts) {
    const auto number = static_cast<std::uint32_t>(sources.size() + 1);
    sources.push_back({.path = fmt::format("{}.yaml", number), .text = text, .number = number});
  }
  reaction::Rules::Compiled compiled = reaction::Rules::compile(sources);
  for (const reaction::Problem& problem : compiled.problems) {
    ADD_FAILURE() << problem.path << ": " << problem.message;
  }
  return compiled.rules;
}

class NoLedger final : public policies::ConsentLedger {
 public:
  policies::AddressConsent consent(std::string_view, std::string_view) const override {
    return said;
  }
  policies::AddressConsent said;
};

class RehearsalTest : public ::testing::Test {
 protected:
  RehearsalTest() {
    ana_.id = contacts::derive_contact_id({}, {"userId", "ana"});
    ana_.first_seen = ana_.last_seen = start - Duration::days(30);
    ana_.identifiers = {{std::string(contacts::kinds::user_id), "ana"}};
    ana_.attributes.write("email", Value("ana@example.com"), ana_.first_seen, {});
  }

  void did(std::string_view name, Duration before) {
    Event event;
    event.message_id = fmt::format("{}", events_.size());
    event.name = name;
    event.user_id = "ana";
    event.at = event.received_at = start - before;
    events_.push_back(std::move(event));
  }

  Rehearsal rehearse(const std::string& journey,
                     const RehearsalRequest& request = {.journey = "j", .at = start}) {
    Result<Rehearsal> made =
        simulation::rehearse(rules_of({workspace, mail_template, journey}),
                             {.state = ana_, .events = events_, .ledger = ledger_}, request);
    if (!made) ADD_FAILURE() << made.error().message;
    return made ? std::move(*made) : Rehearsal();
  }

  /// `step outcome` of every decision of the kind, with the hours since the entry.
  static std::vector<std::string> of(const Rehearsal& rehearsal, DecisionKind kind) {
    std::vector<std::string> found;
    for (const Outcome& outcome : rehearsal.outcomes) {
      const effects::Decision& decision = outcome.decision;
      if (decision.kind != kind || decision.definition != "journey") continue;
      found.push_back(fmt::format("{}h {} {}", (decision.at - start).ms / 3'600'000, decision.step,
                                  decision.outcome));
    }
    return found;
  }

  reaction::ContactState ana_;
  std::vector<Event> events_;
  NoLedger ledger_;
};

using Lines = std::vector<std::string>;

constexpr auto reminder = R"(
kind: journey
key: j
trigger: {entry: true}
steps:
  - {id: hello, send: {template: mail, class: transactional}}
  - id: answer
    wait_for:
      clicked: hello
      at_most: 2d
      then: [{id: thanks, exit: answered}]
  - {id: again, send: {template: mail, class: transactional}}
)";

TEST_F(RehearsalTest, WaitsPassAtTheirInstantsAndMailsAreRendered) {
  const Rehearsal rehearsal = rehearse(reminder);
  EXPECT_TRUE(rehearsal.entered);
  EXPECT_FALSE(rehearsal.cut);
  EXPECT_EQ(rehearsal.waits_at, "");
  EXPECT_EQ(of(rehearsal, DecisionKind::message_sent), (Lines{"0h hello ", "48h again "}));
  ASSERT_EQ(rehearsal.mails.size(), 2U);
  EXPECT_EQ(rehearsal.mails[0].email.subject, "Hello");
  EXPECT_EQ(rehearsal.mails[0].message.address, "ana@example.com");
}

TEST_F(RehearsalTest, WhoClicksTakesTheOtherWay) {
  const Rehearsal rehearsal =
      rehearse(reminder, {.journey = "j", .at = start, .answer = RehearsalRequest::Answer::click});
  EXPECT_EQ(of(rehearsal, DecisionKind::message_sent), Lines{"0h hello "});
  EXPECT_EQ(of(rehearsal, DecisionKind::run_ended), Lines{"0h  exited"});
}

TEST_F(RehearsalTest, AnEventIsDoneSoLongAfterTheEntry) {
  const auto waiting = R"(
kind: journey
key: j
trigger: {entry: true}
goal: {event: Bought}
steps: [{id: week, wait: 7d}]
)";
  const Rehearsal rehearsal = rehearse(
      waiting,
      {.journey = "j", .at = start, .acts = {{.after = Duration::days(3), .event = "Bought"}}});
  EXPECT_EQ(of(rehearsal, DecisionKind::run_ended), Lines{"72h week goal"});
}

TEST_F(RehearsalTest, WhatTheContactDidBeforeIsCountedForRulesThatAreNew) {
  const auto counting = R"(
kind: journey
key: j
trigger: {entry: true}
steps:
  - id: seen
    branch:
      arms:
        - name: often
          when: {did: {event: Looked, at_least: 2}}
          steps: [{id: yes, exit: often}]
  - {id: no, exit: seldom}
)";
  did("Looked", Duration::days(2));
  EXPECT_EQ(of(rehearse(counting), DecisionKind::step_passed).back(), "0h no ");
  did("Looked", Duration::days(1));
  EXPECT_EQ(of(rehearse(counting), DecisionKind::step_passed).back(), "0h yes ");
}

TEST_F(RehearsalTest, WhatTheContactDidBeforeStartsNothing) {
  const auto triggered = R"(
kind: journey
key: j
trigger: {event: Looked}
reentry: always
steps: [{id: mail, send: {template: mail, class: transactional}}]
)";
  did("Looked", Duration::days(2));
  EXPECT_EQ(of(rehearse(triggered), DecisionKind::journey_entered), Lines{"0h  request"});
}

TEST_F(RehearsalTest, WhoIsNotLetInIsToldWhy) {
  const auto narrow = R"(
kind: journey
key: j
trigger: {entry: true}
only_if: country is DE
steps: [{id: mail, send: {template: mail, class: transactional}}]
)";
  const Rehearsal rehearsal = rehearse(narrow);
  EXPECT_FALSE(rehearsal.entered);
  EXPECT_EQ(of(rehearsal, DecisionKind::journey_not_entered), Lines{"0h  not_let_in"});
  EXPECT_TRUE(rehearsal.mails.empty());
}

TEST_F(RehearsalTest, RunsThatTheContactIsInAreLeftOut) {
  journeys::Run run;
  run.id = 7;
  run.journey = 3;
  run.entered_at = start - Duration::days(1);
  run.step = "answer";
  ana_.runs = {run};
  EXPECT_TRUE(rehearse(reminder).entered);
}

TEST_F(RehearsalTest, ARunThatGoesRoundIsCut) {
  const auto round = R"(
kind: journey
key: j
trigger: {entry: true}
steps:
  - {id: hour, wait: 1h}
  - {id: back, go_to: {step: hour, at_most: 1000}}
)";
  const Rehearsal rehearsal = rehearse(round);
  EXPECT_TRUE(rehearsal.cut);
  EXPECT_EQ(rehearsal.waits_at, "hour");
  EXPECT_LT(rehearsal.outcomes.size(), rehearsal_outcomes_max + 10);
}

TEST_F(RehearsalTest, ARunThatWaitsForEverStandsThere) {
  const auto forever = R"(
kind: journey
key: j
trigger: {entry: true}
steps: [{id: answer, wait_for: {event: Bought}}]
)";
  const Rehearsal rehearsal = rehearse(forever);
  EXPECT_EQ(rehearsal.waits_at, "answer");
  EXPECT_TRUE(rehearsal.cut);
}

}  // namespace
}  // namespace sojourn::simulation
