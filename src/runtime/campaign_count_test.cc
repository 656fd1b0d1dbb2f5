#include "runtime/campaign_count.h"

#include <fmt/format.h>

#include <thread>

#include "runtime/campaign_audience.h"
#include "runtime/campaign_control.h"
#include "runtime/testing/backfill_lab.h"

namespace sojourn::runtime {
namespace {

using Found = std::map<std::string, std::uint64_t, std::less<>>;

class CampaignCount : public BackfillLab {
 protected:
  CampaignCount() {
    runtime_->jobs().add_kind(std::string(campaign_audience_kind),
                              std::make_unique<CampaignAudienceWork>(*runtime_));
    publish("kind: segment\nkey: readers\nwhere: {attribute: reader, is: true}\n");
    publish("kind: segment\nkey: staff\nwhere: {attribute: staff, is: true}\n");
    publish(
        "{kind: template, key: t, subject: Hi, html: '<p>Hi {{ unsubscribe_url }} {{ "
        "workspace.postal_address }}</p>'}");
    publish("kind: workspace\nkey: w\nname: W\ntimezone: UTC\nexplicit_opt_in: true\n");
  }

  void take(events::Event event) {
    event.message_id = "event" + std::to_string(++events_);
    event.at = event.received_at = clock_.now();
    ASSERT_TRUE(runtime_->submit({std::move(event)}, [](const Result<void>&) {}));
    settle();
  }
  void person(const std::string& user, const std::string& email, const std::string& says = "") {
    events::Event event;
    event.type = events::EventType::identify;
    event.name = "Contact Identified";
    event.user_id = user;
    event.traits = {{"reader", true}};
    if (!email.empty()) event.traits.set("email", email);
    if (user == "boss") event.traits.set("staff", true);
    take(std::move(event));
    if (says.empty()) return;
    events::Event consent;
    consent.name = says;
    consent.contact = find(user)->id.hash;
    consent.trust = events::Trust::system;
    consent.properties = {{"channel", "email"}, {"address", email}, {"topic", ""}};
    take(std::move(consent));
  }
  void audience(const std::string& key, const std::string& who, const std::string& more = "") {
    publish("kind: campaign\nkey: " + key + "\naudience: " + who + "\ntemplate: t\n" + more);
  }
  CampaignReach reach(const std::string& key, const ReachLimits& limits = patient) {
    const auto rules = runtime_->rules();
    const auto view = value_of(store_->view());
    Ledger ledger(master);
    EXPECT_TRUE(ledger.load(*view));
    return value_of(
        count_reach(*view, runtime_->audience(), *rules, *rules->campaign(key), ledger, limits));
  }
  /// What became of it once it was sent: contacts by reason, those who got it under "".
  Found sent(const std::string& key) {
    EXPECT_TRUE(start_campaign(*runtime_, key, Duration{}, "ann"));
    for (int idle = 0; idle < 3;) {
      const bool did = runtime_->step_log() | runtime_->step_committer() | runtime_->step_jobs() |
                       runtime_->step_outbox();
      idle = did || runtime_->gauges().outbox_in_flight > 0 ? 0 : idle + 1;
      if (!did) std::this_thread::yield();
    }
    Found found;
    for (const messages::Message& message :
         value_of(value_of(store_->view())->list_messages({.limit = 1'000, .campaign = key}))
             .messages) {
      ++found[message.state == messages::DeliveryState::sent ? "" : message.reason];
    }
    return found;
  }
  void everybody() {
    for (int i = 0; i < 3; ++i) {
      person(fmt::format("r{}", i), fmt::format("r{}@x.example", i), "Subscribed");
    }
    person("twin", "R0@X.example");
    person("third", "r0@x.EXAMPLE");
    person("mute", "");
    person("silent", "silent@x.example");
    person("gone", "gone@x.example", "Unsubscribed");
    person("boss", "boss@x.example", "Subscribed");
    person("dead", "dead@x.example", "Subscribed");
    ASSERT_TRUE(runtime_->change_suppressions({{.kind = SuppressionChange::Kind::suppress,
                                                .address = "DEAD@x.example",
                                                .topic = "",
                                                .source = "manual",
                                                .note = ""}},
                                              "ann"));
    settle();
  }
  int events_ = 0;
  static constexpr ReachLimits patient{.index_wait = std::chrono::milliseconds(60'000),
                                       .time = std::chrono::milliseconds(60'000)};
};

TEST_F(CampaignCount, SaysWhatTheLedgerWillSay) {
  everybody();
  for (const auto& [key, more] :
       std::map<std::string, std::string>{{"news", ""}, {"receipt", "class: transactional\n"}}) {
    audience(key, "{segments: [readers], except: {segments: [staff]}}", more);
    const CampaignReach counted = reach(key);
    EXPECT_TRUE(counted.exact) << key;
    EXPECT_EQ(counted.excluded, 1u) << key;
    const Found found = sent(key);
    std::uint64_t all = 0;
    for (const auto& [reason, contacts] : found) {
      all += contacts;
      if (!reason.empty()) {
        EXPECT_EQ(counted.left_out.find(reason)->second, contacts) << key << ": " << reason;
      }
    }
    EXPECT_EQ(counted.contacts, all) << key;
    EXPECT_EQ(counted.left_out.size(), found.size() - 1) << key;
  }
  EXPECT_EQ(reach("news").left_out, (Found{{"duplicate_address", 2},
                                           {"no_address", 1},
                                           {"no_consent", 1},
                                           {"suppressed", 1},
                                           {"unsubscribed", 1}}));
}

TEST_F(CampaignCount, AsksEachMessageOfAnEarlierCampaign) {
  everybody();
  audience("news", "everyone");
  audience("again", "{resend: {campaign: news, to: not_opened}}");
  {
    const auto rules = runtime_->rules();
    const auto view = value_of(store_->view());
    const auto none =
        count_reach(*view, runtime_->audience(), *rules, *rules->campaign("again"), Ledger(master));
    ASSERT_FALSE(none);
    EXPECT_EQ(none.error().code, "campaign_not_sent");
  }
  EXPECT_EQ(sent("news")[""], 4u);
  const CampaignReach counted = reach("again");
  EXPECT_EQ(counted.contacts, 4u);
  EXPECT_TRUE(counted.exact);
  EXPECT_EQ(counted.left_out, Found{});
}

TEST_F(CampaignCount, SaysThatItIsNotExactWithoutTheAddresses) {
  everybody();
  audience("news", "everyone");
  const auto rules = runtime_->rules();
  const auto view = value_of(store_->view());
  // Its index is not there in time, most likely.
  Audience::Options options;
  options.load_grace = {};
  Audience audience(
      *store_, clock_, master, [&] { return rules; }, options);
  const CampaignReach counted =
      value_of(count_reach(*view, audience, *rules, *rules->campaign("news"), Ledger(master),
                           {.index_wait = {}, .time = std::chrono::milliseconds(60'000)}));
  EXPECT_EQ(counted.contacts, 10u);
  EXPECT_EQ(counted.left_out.empty(), !counted.exact);
}

}  // namespace
}  // namespace sojourn::runtime
