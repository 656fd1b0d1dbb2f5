// Definitions that stand in the store and that the present rules refuse.
#include <gtest/gtest.h>

#include <chrono>

#include "runtime/definitions.h"
#include "runtime/testing/backfill_lab.h"

namespace sojourn::runtime {
namespace {

constexpr std::string_view score_text =
    "kind: score\nkey: lead\nrules:\n  - {key: a, event: Bought, points: 10, cap: 100}\n";
constexpr std::string_view hot_text =
    "kind: segment\nkey: hot\nwhere: {score: lead, at_least: 20}\n";
constexpr std::string_view journey_text =
    "kind: journey\nkey: welcome\ntrigger: {event: Begin}\nholdout: 0\nsteps:\n"
    "  - {id: nudge, wait: 2 days}\n  - {id: mail, send: {template: hello}}\n";
constexpr std::string_view mail_text =
    "{kind: template, key: hello, subject: Hi, html: '<p>Hi {{ unsubscribe_url }} "
    "{{ workspace.postal_address }}</p>'}";

class SetAsideTest : public BackfillLab {
 protected:
  /// Puts another text in the place of a stored one, as an earlier program may have left it.
  void damage(std::string_view key, std::string_view from, std::string_view to) {
    const auto definitions = value_of(value_of(store_->view())->definitions());
    for (store::DefinitionRecord record : definitions) {
      if (record.key != key) continue;
      ASSERT_NE(record.source.find(from), std::string::npos);
      record.source.replace(record.source.find(from), from.size(), to);
      record.hash = keyed_hash(HashKey{}, {"definition", record.source});
      const auto transaction = value_of(store_->begin());
      ASSERT_TRUE(transaction->put_definition(record));
      ASSERT_TRUE(transaction->commit());
    }
  }
  void publish(std::string_view text) { BackfillLab::publish(std::string(text)); }

  /// `kind/key code`
  std::vector<std::string> set_aside() {
    std::vector<std::string> found;
    for (const DefinitionSetAside& aside : set_aside_in(*runtime_->rules())) {
      for (const DefinitionProblem& problem : aside.problems) {
        found.push_back(aside.kind + "/" + aside.key + " " + problem.code);
      }
    }
    return found;
  }
  std::vector<std::string> problems(std::string_view text) {
    const DefinitionPlan plan = value_of(runtime_->apply({{"d.yaml", std::string(text)}}, "test"));
    std::vector<std::string> codes;
    for (const DefinitionProblem& problem : plan.problems) codes.push_back(problem.code);
    return codes;
  }
  std::size_t members(const std::string& key) {
    const auto view = value_of(store_->view());
    for (const store::DefinitionRecord& record : value_of(view->definitions())) {
      if (record.key == key) return value_of(view->member_count(record.number));
    }
    return 0;
  }
  void run_all() {
    while (runtime_->step_log() | runtime_->step_backfill() | runtime_->step_committer() |
           runtime_->step_outbox()) {
      continue;
    }
  }
  std::vector<messages::Message> messages() {
    return value_of(value_of(store_->view())->list_messages({})).messages;
  }
  void enter(const std::string& user) {
    events::Event event;
    event.message_id = "enter-" + user;
    event.name = "Begin";
    event.user_id = user;
    event.traits = {{"email", user + "@example.com"}};
    event.at = event.received_at = clock_.now();
    ASSERT_TRUE(runtime_->submit({std::move(event)}, [](const Result<void>&) {}));
    run_all();
  }
};

TEST_F(SetAsideTest, TheServerStartsWithWhatIsInOrderAndMembershipStaysAsItWas) {
  publish(score_text);
  publish(hot_text);
  segment("buyers", "did: {event: Bought, at_least: 3}");
  send("ann", "Bought");
  send("ann", "Bought");
  settle();
  ASSERT_EQ(members("hot"), 1u);
  damage("lead", "cap: 100", "cap: 0");
  open();
  EXPECT_EQ(set_aside(),
            (std::vector<std::string>{"score/lead out_of_range", "segment/hot reads_set_aside"}));
  settle();
  send("ann", "Bought");
  send("bob", "Bought");
  send("bob", "Bought");
  settle();
  EXPECT_TRUE(is_member("ann", "buyers"));
  EXPECT_EQ(members("hot"), 1u) << "nobody is asked, in either direction";
}

TEST_F(SetAsideTest, ACorrectedDefinitionHasWhatHappenedMeanwhile) {
  publish(score_text);
  publish(hot_text);
  send("ann", "Bought");
  settle();
  damage("lead", "cap: 100", "cap: 0");
  open();
  settle();
  send("ann", "Bought");
  settle();
  // A second start with the same has nothing to publish.
  open();
  EXPECT_FALSE(runtime_->backfill().active);
  publish(score_text);
  EXPECT_EQ(set_aside(), std::vector<std::string>());
  settle();
  EXPECT_EQ(value("ann", "lead"), 20);
  EXPECT_TRUE(is_member("ann", "hot"))
      << "what read it is in force again, though it did not change";
}

TEST_F(SetAsideTest, WhatANewerProgramTakesAgainIsAskedOfEverybody) {
  publish("{kind: segment, key: pro, name: Pro, where: plan is pro}");
  damage("pro", "name: Pro", "name: [Pro]");
  open();
  events::Event event;
  event.message_id = "identify";
  event.type = events::EventType::identify;
  event.user_id = "ann";
  event.traits = {{"plan", "pro"}};
  event.at = event.received_at = clock_.now();
  ASSERT_TRUE(runtime_->submit({std::move(event)}, [](const Result<void>&) {}));
  settle();
  ASSERT_EQ(members("pro"), 0u);
  damage("pro", "name: [Pro]", "name: Pro");
  open();
  settle();
  EXPECT_EQ(members("pro"), 1u);
}

TEST_F(SetAsideTest, WhatIsSetAsideHindersNoOtherPublicationButMustNotBeGivenAgain) {
  publish(score_text);
  publish(hot_text);
  damage("lead", "cap: 100", "cap: 0");
  open();
  EXPECT_EQ(problems("{kind: segment, key: other, where: country is DE}"),
            std::vector<std::string>());
  EXPECT_NE(runtime_->rules()->segment(std::string_view("other")), nullptr);
  EXPECT_EQ(problems("kind: score\nkey: lead\nrules:\n"
                     "  - {key: a, event: Bought, points: 10, cap: 0}\n"),
            std::vector<std::string>{"out_of_range"});
  EXPECT_EQ(problems("{kind: segment, key: third, where: {score: lead, at_least: 2}}"),
            std::vector<std::string>{"reads_set_aside"});
  const DefinitionPlan plan = value_of(runtime_->plan({{"o.yaml", "{kind: list, key: vips}"}}));
  ASSERT_EQ(plan.set_aside.size(), 2u);
  EXPECT_EQ(plan.set_aside.front().key, "lead");
  EXPECT_EQ(plan.set_aside.front().problems.front().line, 4);
}

TEST_F(SetAsideTest, RunsOfAJourneyStandStillUntilItIsCorrectedAndGoOnInTheNewVersion) {
  publish(mail_text);
  publish(journey_text);
  enter("ann");
  damage("welcome", "holdout: 0", "holdout: 150");
  open();
  clock_.advance(Duration::days(3));
  run_all();
  enter("bob");
  EXPECT_FALSE(find("bob")->runs.size() == 1) << "nobody enters";
  ASSERT_EQ(find("ann")->runs.size(), 1u);
  EXPECT_EQ(find("ann")->runs.front().step, "nudge");
  EXPECT_TRUE(messages().empty());

  publish(journey_text);
  run_all();
  EXPECT_EQ(find("ann")->runs.front().version, 2);
  EXPECT_EQ(find("ann")->runs.front().state, journeys::RunState::completed);
  ASSERT_EQ(messages().size(), 1u);
}

TEST_F(SetAsideTest, AMessageOfAJourneyThatIsSetAsideWaits) {
  publish(mail_text);
  publish(journey_text);
  enter("ann");
  clock_.advance(Duration::days(2));
  while (runtime_->step_log() | runtime_->step_committer()) continue;
  ASSERT_EQ(messages().size(), 1u);
  ASSERT_EQ(messages().front().state, messages::DeliveryState::queued);
  damage("hello", "subject: Hi", "subject: \"{{ broken\"");
  open();
  EXPECT_EQ(set_aside(), (std::vector<std::string>{"template/hello invalid_template",
                                                   "journey/welcome reads_set_aside"}));
  run_all();
  EXPECT_EQ(messages().front().state, messages::DeliveryState::queued);
  publish(mail_text);
  clock_.advance(Duration::hours(2));
  run_all();
  // The channel asks for leave on a thread of its own.
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  const auto is_queued = [&] {
    return messages().front().state == messages::DeliveryState::queued;
  };
  while (is_queued() && std::chrono::steady_clock::now() < end) run_all();
  EXPECT_FALSE(is_queued());
  EXPECT_EQ(messages().front().reason, "");
}

TEST_F(SetAsideTest, WithoutCapsAndQuietHoursNoMarketingLeaves) {
  publish("{kind: workspace, key: main, timezone: Europe/Paris}");
  publish(mail_text);
  publish(journey_text);
  enter("ann");
  damage("main", "timezone: Europe/Paris", "timezone: Europe/Paris, frequency_caps: many");
  open();
  ASSERT_EQ(set_aside(), std::vector<std::string>{"workspace/main wrong_type"});
  EXPECT_EQ(runtime_->rules()->zone().name(), "Europe/Paris") << "dates mean what they meant";
  clock_.advance(Duration::days(2));
  run_all();
  ASSERT_EQ(messages().size(), 1u);
  EXPECT_EQ(messages().front().state, messages::DeliveryState::queued);
}

TEST_F(SetAsideTest, ATextThatIsNoYamlIsSetAsideUnderTheNameThatTheStoreKnows) {
  segment("buyers", "did: {event: Bought}");
  publish("{kind: list, key: vips, name: VIPs}");
  damage("buyers", "kind: segment", "kind: [segment");
  damage("vips", "name: VIPs", "name: [VIPs]");
  open();
  EXPECT_EQ(set_aside(),
            (std::vector<std::string>{"list/vips wrong_type", "segment/buyers malformed_yaml"}));
  EXPECT_NE(runtime_->rules()->list(std::string_view("vips")), nullptr)
      << "who is on a list does not depend on its name";
}

}  // namespace
}  // namespace sojourn::runtime
