#include "runtime/campaigns.h"

#include <fmt/format.h>

#include <map>
#include <thread>

#include "runtime/campaign_audience.h"
#include "runtime/campaign_control.h"
#include "runtime/testing/backfill_lab.h"

namespace sojourn::runtime {
namespace {

using messages::DeliveryState;
using messages::Message;

class CampaignsTest : public BackfillLab {
 protected:
  CampaignsTest() {
    options_.committer.campaigns.turns = 2;
    options_.committer.campaigns.ahead = 4;
    options_.committer.campaigns.cancelled = 2;
    reopen();
    publish("kind: segment\nkey: readers\nwhere: {attribute: reader, is: true}\n");
    publish("kind: segment\nkey: staff\nwhere: {attribute: staff, is: true}\n");
    publish(
        "{kind: template, key: t, subject: Hi, html: '<p>Hi {{ unsubscribe_url }} "
        "{{ workspace.postal_address }}</p>'}");
  }

  void reopen() {
    open();
    runtime_->jobs().add_kind(std::string(campaign_audience_kind),
                              std::make_unique<CampaignAudienceWork>(*runtime_));
    runtime_->jobs().look();
  }

  void campaign(const std::string& more, const std::string& audience =
                                             "{segments: [readers], except: {segments: [staff]}}") {
    publish("kind: campaign\nkey: c\naudience: " + audience + "\ntemplate: t\n" + more);
  }

  void person(const std::string& user, Object traits) {
    events::Event event;
    event.message_id = "who" + std::to_string(++sent_);
    event.type = events::EventType::identify;
    event.name = "Contact Identified";
    event.user_id = user;
    event.at = event.received_at = clock_.now();
    event.traits = std::move(traits);
    ASSERT_TRUE(runtime_->submit({std::move(event)}, [](const Result<void>&) {}));
    settle_all(false);
  }
  void readers(int count) {
    for (int i = 0; i < count; ++i) {
      person(fmt::format("r{}", i), {{"email", fmt::format("r{}@x.example", i)}, {"reader", true}});
    }
  }

  /// Everything that can happen now; without `sends` nothing is handed over.
  void settle_all(bool sends = true) {
    for (int idle = 0; idle < 3;) {
      bool did = runtime_->step_log() | runtime_->step_committer() | runtime_->step_backfill() |
                 runtime_->step_jobs();
      if (sends) did = runtime_->step_outbox() | did;
      const bool is_handing_over = runtime_->gauges().outbox_in_flight > 0;
      idle = did || (sends && is_handing_over) ? 0 : idle + 1;
      if (!did) std::this_thread::yield();  // to the channel, which hands over
      assert_whole();
    }
  }
  /// Invariant 11: whoever is in the audience is accounted for.
  void assert_whole() {
    const auto view = value_of(store_->view());
    const reaction::CampaignRule* rule = runtime_->rules()->campaign("c");
    if (rule == nullptr) return;
    const auto record = value_of(view->campaign(rule->number));
    if (!record || !record->is_frozen) return;
    std::uint64_t entered = record->gone;
    for (const auto& [arm, counts] : value_of(campaign_counts(*view, "c"))) {
      entered += static_cast<std::uint64_t>(counts.all());
    }
    EXPECT_LE(entered, record->audience);
    if (record->state == campaigns::State::finished) {
      EXPECT_EQ(entered, record->audience);
    }
  }

  campaigns::Standing record() {
    const reaction::CampaignRule* rule = runtime_->rules()->campaign("c");
    return value_of(value_of(store_->view())->campaign(rule->number)).value();
  }
  std::map<std::string, int> ledger() {
    std::map<std::string, int> found;
    for (const Message& message :
         value_of(value_of(store_->view())->list_messages({.limit = 1'000, .campaign = "c"}))
             .messages) {
      ++found[std::string(messages::to_string(message.state)) +
              (message.reason.empty() ? "" : " " + message.reason)];
    }
    return found;
  }
  void start_now() { ASSERT_TRUE(start_campaign(*runtime_, "c", Duration{}, "ann")); }
  using Found = std::map<std::string, int>;
};

TEST_F(CampaignsTest, SendsEachAddressOneMessageAndSaysWhyOthersGetNone) {
  readers(7);
  person("twin", {{"email", "R0@X.example"}, {"reader", true}});
  person("mute", {{"reader", true}});
  person("boss", {{"email", "boss@x.example"}, {"reader", true}, {"staff", true}});
  campaign("");
  start_now();
  settle_all();
  EXPECT_EQ(record().state, campaigns::State::finished);
  EXPECT_EQ(record().audience, 9u);
  EXPECT_EQ(ledger(),
            (Found{{"sent", 7}, {"skipped duplicate_address", 1}, {"skipped no_address", 1}}));
  const Result<void> again = start_campaign(*runtime_, "c", Duration{}, "ann");
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, "wrong_campaign_state");
}

TEST_F(CampaignsTest, IsForThoseWhoWereThereWhenItStarted) {
  readers(3);
  campaign("");
  ASSERT_TRUE(start_campaign(*runtime_, "c", Duration::seconds(60), "ann"));
  settle_all();
  EXPECT_EQ(record().state, campaigns::State::holding);
  EXPECT_TRUE(record().is_frozen);
  person("late", {{"email", "late@x.example"}, {"reader", true}});
  person("r0", {{"reader", false}});
  EXPECT_EQ(ledger(), Found{});
  clock_.advance(Duration::seconds(61));
  settle_all();
  EXPECT_EQ(record().state, campaigns::State::finished);
  EXPECT_EQ(ledger(), (Found{{"sent", 3}}));
}

TEST_F(CampaignsTest, IsCancelledWhileItIsHeld) {
  readers(3);
  campaign("");
  ASSERT_TRUE(start_campaign(*runtime_, "c", Duration::seconds(60), "ann"));
  ASSERT_TRUE(cancel_campaign(*runtime_, "c", "ann"));
  clock_.advance(Duration::hours(1));
  settle_all();
  EXPECT_EQ(record().state, campaigns::State::cancelled);
  EXPECT_EQ(ledger(), Found{});
  ASSERT_FALSE(pause_campaign(*runtime_, "c", "ann"));
  start_now();
  settle_all();
  EXPECT_EQ(ledger(), (Found{{"sent", 3}}));
}

TEST_F(CampaignsTest, CountsWhoHaveBecomeOneOnce) {
  // Of some pairs the one who stays has the first turn, of others the one who goes.
  constexpr int pairs = 8;
  for (int i = 0; i < pairs; ++i) {
    person(fmt::format("r{}", i), {{"email", fmt::format("r{}@x.example", i)}, {"reader", true}});
    events::Event visit;
    visit.message_id = fmt::format("visit{}", i);
    visit.type = events::EventType::identify;
    visit.name = "Contact Identified";
    visit.anonymous_id = fmt::format("phone{}", i);
    visit.at = visit.received_at = clock_.now();
    visit.traits = {{"email", fmt::format("phone{}@x.example", i)}, {"reader", true}};
    ASSERT_TRUE(runtime_->submit({std::move(visit)}, [](const Result<void>&) {}));
  }
  settle_all(false);
  campaign("");
  ASSERT_TRUE(start_campaign(*runtime_, "c", Duration::seconds(60), "ann"));
  settle_all();
  EXPECT_EQ(record().audience, 2u * pairs);
  for (int i = 0; i < pairs; ++i) {
    events::Event alias;
    alias.message_id = fmt::format("alias{}", i);
    alias.type = events::EventType::alias;
    alias.name = "Contact Aliased";
    alias.user_id = fmt::format("r{}", i);
    alias.previous_id = fmt::format("phone{}", i);
    alias.at = alias.received_at = clock_.now();
    ASSERT_TRUE(runtime_->submit({std::move(alias)}, [](const Result<void>&) {}));
  }
  settle_all();
  clock_.advance(Duration::seconds(61));
  settle_all();
  EXPECT_EQ(record().state, campaigns::State::finished);
  EXPECT_EQ(record().gone, static_cast<std::uint64_t>(pairs));
  EXPECT_EQ(ledger(), (Found{{"sent", pairs}}));
}

TEST_F(CampaignsTest, ComesToItsEndWhenWhoWaitedIsErased) {
  person("tokyo", {{"email", "t@x.example"}, {"reader", true}, {"timezone", "Asia/Tokyo"}});
  person("paris", {{"email", "p@x.example"}, {"reader", true}, {"timezone", "Europe/Paris"}});
  campaign("send: {local: \"2026-03-10T09:00\"}\n");
  start_now();
  clock_.set(*parse_timestamp("2026-03-10T00:00:00Z"));
  settle_all();
  EXPECT_EQ(ledger(), (Found{{"queued", 1}, {"sent", 1}}));
  ASSERT_TRUE(runtime_->erase(find("paris")->id, "ann"));
  settle_all();
  EXPECT_EQ(record().state, campaigns::State::finished);
  EXPECT_EQ(ledger(), (Found{{"sent", 1}}));
  // A message of no journey is counted by none.
  for (const store::Counter& each : value_of(value_of(store_->view())->counters("journey", ""))) {
    EXPECT_EQ(each.count, 0) << each.key.outcome;
  }
}

TEST_F(CampaignsTest, MakesRowsOnlyAheadOfTheSender) {
  readers(20);
  campaign("");
  start_now();
  settle_all(false);
  // A page beyond what it keeps ahead, at most.
  EXPECT_LE(ledger()["queued"], 6);
  EXPECT_EQ(record().state, campaigns::State::sending);
  settle_all();
  EXPECT_EQ(ledger(), (Found{{"sent", 20}}));
}

TEST_F(CampaignsTest, GoesOnAfterARestartWhereItStood) {
  readers(20);
  campaign("");
  start_now();
  for (int round = 0; round < 8; ++round) {
    for (int i = 0; i < 3; ++i) {
      runtime_->step_log();
      runtime_->step_committer();
      runtime_->step_jobs();
      runtime_->step_outbox();
    }
    reopen();
    assert_whole();
  }
  settle_all();
  EXPECT_EQ(record().state, campaigns::State::finished);
  const Found found = ledger();
  EXPECT_EQ(found.count("queued"), 0u);
  int all = 0;
  for (const auto& [state, count] : found) all += count;
  EXPECT_EQ(all, 20);
}

TEST_F(CampaignsTest, StandsStillWhilePausedAndCancelsWhatWaitsWhenStopped) {
  readers(20);
  campaign("");
  start_now();
  settle_all(false);
  ASSERT_TRUE(pause_campaign(*runtime_, "c", "ann"));
  const int waiting = ledger()["queued"];
  settle_all();
  EXPECT_EQ(ledger(), (Found{{"queued paused", waiting}}));
  clock_.advance(Duration::hours(1));
  settle_all();
  ASSERT_TRUE(resume_campaign(*runtime_, "c", "ann"));
  ASSERT_FALSE(resume_campaign(*runtime_, "c", "ann"));
  for (int i = 0; i < 40; ++i) runtime_->step_committer();
  EXPECT_EQ(ledger().count("queued paused"), 0u);
  ASSERT_TRUE(stop_campaign(*runtime_, "c", "ann"));
  settle_all();
  EXPECT_EQ(record().state, campaigns::State::stopped);
  EXPECT_EQ(ledger().count("queued"), 0u);
  EXPECT_GT(ledger()["cancelled campaign_stopped"], 0);
}

TEST_F(CampaignsTest, SpacesMessagesByItsThrottle) {
  readers(9);
  campaign("send: {per_hour: 2}\n");
  start_now();
  settle_all();
  EXPECT_EQ(ledger()["sent"], 1);
  int sent = 1;
  for (int half_hours = 1; half_hours <= 8; ++half_hours) {
    clock_.advance(Duration::minutes(30));
    settle_all();
    EXPECT_EQ(ledger()["sent"], ++sent);
  }
  EXPECT_EQ(record().state, campaigns::State::finished);
}

TEST_F(CampaignsTest, SendsByEachContactsClock) {
  person("tokyo", {{"email", "t@x.example"}, {"reader", true}, {"timezone", "Asia/Tokyo"}});
  person("paris", {{"email", "p@x.example"}, {"reader", true}, {"timezone", "Europe/Paris"}});
  campaign("send: {local: \"2026-03-10T09:00\"}\n");
  start_now();
  settle_all();
  EXPECT_EQ(record().state, campaigns::State::scheduled);
  const auto at = [&](const char* time) {
    clock_.set(*parse_timestamp(time));
    settle_all();
    return ledger()["sent"];
  };
  EXPECT_EQ(at("2026-03-09T23:59:00Z"), 0);
  EXPECT_EQ(at("2026-03-10T00:00:00Z"), 1);
  EXPECT_EQ(at("2026-03-10T07:59:00Z"), 1);
  EXPECT_EQ(at("2026-03-10T08:00:00Z"), 2);
  EXPECT_EQ(record().state, campaigns::State::finished);
}

TEST_F(CampaignsTest, GivesTheOthersTheWinnerOfItsTest) {
  readers(60);
  campaign(
      "test: {arms: [{name: a, subject: A}, {name: b, subject: B}], sample: 50, measure: "
      "converted, event: Bought, after: 4h}\n");
  start_now();
  settle_all();
  const int sample = ledger()["sent"];
  EXPECT_GT(sample, 10);
  EXPECT_LT(sample, 50);
  const auto messages =
      value_of(value_of(store_->view())->list_messages({.limit = 1'000, .campaign = "c"})).messages;
  clock_.advance(Duration::hours(1));
  for (const Message& message : messages) {
    if (message.step != "b") continue;
    events::Event event;
    event.message_id = "bought" + std::to_string(++sent_);
    event.name = "Bought";
    event.contact = message.contact.hash;
    event.at = event.received_at = clock_.now();
    event.trust = events::Trust::system;
    event.properties.set("revenue", 9.99);
    ASSERT_TRUE(runtime_->submit({std::move(event)}, [](const Result<void>&) {}));
  }
  settle_all();
  EXPECT_EQ(ledger()["sent"], sample);
  clock_.advance(Duration::hours(3));
  settle_all();
  EXPECT_EQ(record().winner, "b");
  EXPECT_EQ(ledger()["sent"], 60);
  auto outcomes = value_of(campaign_outcomes(*value_of(store_->view()), "c"));
  EXPECT_GT(outcomes["b"]["converted"], 0);
  EXPECT_EQ(outcomes["b"]["revenue"], outcomes["b"]["converted"] * 999);
  EXPECT_EQ(outcomes["a"]["converted"], 0);
  for (const Message& message :
       value_of(value_of(store_->view())->list_messages({.limit = 1'000, .campaign = "c"}))
           .messages) {
    EXPECT_TRUE(message.subject == (message.step == "a" ? "A" : "B"));
  }
}

TEST_F(CampaignsTest, PausesByItselfAndGoesOnWhenToldTo) {
  readers(12);
  campaign("pause_at: {failed: 10, at_least: 4}\n");
  start_now();
  settle_all(false);
  const auto fail_all = [&] {
    const auto view = value_of(store_->view());
    for (const Message& message :
         value_of(view->list_messages({.state = DeliveryState::queued, .campaign = "c"}))
             .messages) {
      events::Event event;
      event.message_id = "f" + std::to_string(message.id.value);
      event.name = "Message Failed";
      event.contact = message.contact.hash;
      event.at = event.received_at = clock_.now();
      event.trust = events::Trust::system;
      event.properties = {{"message", std::to_string(message.id.value)},
                          {"campaign", "c"},
                          {"key", message.key},
                          {"reason", "refused"}};
      ASSERT_TRUE(runtime_->submit({std::move(event)}, [](const Result<void>&) {}));
    }
  };
  fail_all();
  settle_all(false);
  EXPECT_EQ(record().state, campaigns::State::paused);
  EXPECT_EQ(record().reason, "failure_rate");
  ASSERT_TRUE(resume_campaign(*runtime_, "c", "ann"));
  settle_all();
  EXPECT_EQ(record().state, campaigns::State::finished);
  EXPECT_GT(ledger()["sent"], 0);
}

TEST_F(CampaignsTest, StaysAsItWasStarted) {
  readers(1);
  campaign("");
  start_now();
  const DefinitionPlan plan = value_of(
      runtime_->plan({{"d.yaml", "kind: campaign\nkey: c\naudience: everyone\ntemplate: t\n"}}));
  ASSERT_EQ(plan.problems.size(), 1u);
  EXPECT_EQ(plan.problems.front().code, "campaign_under_way");
}

TEST_F(CampaignsTest, GoesAgainToThoseWithoutAnAnswer) {
  readers(4);
  campaign("");
  start_now();
  settle_all();
  const auto messages =
      value_of(value_of(store_->view())->list_messages({.campaign = "c"})).messages;
  events::Event event;
  event.message_id = "open";
  event.name = "Email Opened";
  event.contact = messages.front().contact.hash;
  event.at = event.received_at = clock_.now();
  event.trust = events::Trust::system;
  event.properties = {{"message", std::to_string(messages.front().id.value)}};
  ASSERT_TRUE(runtime_->submit({std::move(event)}, [](const Result<void>&) {}));
  settle_all();
  publish(
      "kind: campaign\nkey: again\naudience: {resend: {campaign: c, to: not_opened}}\ntemplate: "
      "t\n");
  ASSERT_TRUE(start_campaign(*runtime_, "again", Duration{}, "ann"));
  settle_all();
  const auto again =
      value_of(value_of(store_->view())->list_messages({.campaign = "again"})).messages;
  EXPECT_EQ(again.size(), 3u);
  for (const Message& message : again) {
    EXPECT_EQ(message.state, DeliveryState::sent);
    EXPECT_NE(message.contact, messages.front().contact);
  }
}

}  // namespace
}  // namespace sojourn::runtime
