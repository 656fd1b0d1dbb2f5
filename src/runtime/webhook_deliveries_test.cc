#include "runtime/webhook_deliveries.h"

#include <gmock/gmock.h>

#include "base/json.h"
#include "runtime/testing/backfill_lab.h"
#include "runtime/webhook_kinds.h"
#include "runtime/webhook_secrets.h"

namespace sojourn::runtime {
namespace {

using effects::WebPost;
using effects::WebPostAnswer;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr Hash128 endpoint_id{{7}};

class WebhookDeliveriesTest : public BackfillLab {
 protected:
  using Done = std::function<void(WebPostAnswer)>;

  void subscribe(std::vector<std::string> kinds, Hash128 id = endpoint_id) {
    ASSERT_TRUE(runtime_->write([&](store::StateTransaction& transaction) -> Result<void> {
      TRY(head, store::webhook_head(transaction));
      return store::webhooks_of(transaction)
          .put_webhook_endpoint({.id = id,
                                 .url = "https://a.example/hook",
                                 .description = {},
                                 .kinds = std::move(kinds),
                                 .secret = seal_webhook_secret(master, id, "secret"),
                                 .cursor = head});
    }));
  }
  void begin(WebhookDeliveries::Options options = {}) {
    deliveries_ = std::make_unique<WebhookDeliveries>(
        *runtime_,
        [this](WebPost post, Done done) {
          posts_.push_back(std::move(post));
          open_.push_back(std::move(done));
        },
        options);
  }
  /// As after a crash: what was under way is not known any more.
  void begin_again() {
    deliveries_.reset();
    posts_.clear();
    open_.clear();
    open();
    begin();
  }
  void work() {
    settle();
    while (value_of(deliveries_->step())) continue;
  }
  /// Answers everything that is open, and what follows at once.
  void answer(int status, std::string error = {}, Duration retry_after = {}) {
    std::vector<Done> open;
    open.swap(open_);
    for (const Done& done : open) {
      done({.status = status, .error = error, .retry_after = retry_after, .took = {3}});
    }
    work();
  }
  store::WebhookEndpoint endpoint() {
    return value_of(store::webhooks_of(*value_of(store_->view())).webhook_endpoints()).front();
  }
  std::vector<store::WebhookDelivery> deliveries() {
    return value_of(store::webhooks_of(*value_of(store_->view()))
                        .webhook_deliveries({.endpoint = endpoint_id, .limit = 200}));
  }
  std::vector<std::string> told() {
    std::vector<std::string> types;
    for (const WebPost& post : posts_) {
      const Value body = value_of(parse_json(post.body));
      types.push_back(*body.as_object()->find("type")->as_string());
    }
    return types;
  }

  std::vector<WebPost> posts_;
  std::vector<Done> open_;
  std::unique_ptr<WebhookDeliveries> deliveries_;
};

TEST_F(WebhookDeliveriesTest, AnEndpointIsToldWhatItSubscribesToFromThenOn) {
  segment("buyers", "did: {event: Bought, at_least: 1}");
  send("before", "Bought");
  settle();
  subscribe({"segment.entered", "contact.created"});
  begin();
  work();
  EXPECT_THAT(posts_, IsEmpty());
  send("ann", "Bought");
  send("ann", "Something Else");
  work();
  EXPECT_THAT(told(), ElementsAre("contact.created", "segment.entered"));
  EXPECT_EQ(posts_[1].url, "https://a.example/hook");
  EXPECT_THAT(posts_[1].keys, ElementsAre("secret"));
  EXPECT_THAT(posts_[1].body, HasSubstr(R"("userId":"ann")"));
  EXPECT_THAT(posts_[1].body, HasSubstr(R"("segment":"buyers")"));
  answer(204);
  for (const auto& delivery : deliveries()) {
    EXPECT_EQ(delivery.state, store::WebhookState::delivered);
    EXPECT_EQ(delivery.attempts, 1);
  }
  EXPECT_EQ(deliveries_->next_due(), Timestamp::never());
}

TEST_F(WebhookDeliveriesTest, TriesAgainByItsScheduleUnderTheSameIdAndGivesUp) {
  subscribe({"contact.created"});
  begin();
  send("ann", "Bought");
  work();
  ASSERT_THAT(posts_, SizeIs(1));
  const Timestamp first = clock_.now();
  answer(500);
  EXPECT_EQ(endpoint().failing_since, first);
  for (int attempt = 1; attempt < webhook_attempts_max; ++attempt) {
    const Duration delay = webhook_retry_delay(attempt);
    EXPECT_EQ(deliveries_->next_due(), clock_.now() + delay);
    clock_.advance(delay - Duration{1});
    work();
    EXPECT_THAT(posts_, SizeIs(attempt));
    clock_.advance(Duration{1});
    work();
    ASSERT_THAT(posts_, SizeIs(attempt + 1));
    EXPECT_EQ(posts_.back().id, posts_.front().id);
    answer(0, "unreachable");
  }
  EXPECT_EQ(deliveries().front().state, store::WebhookState::failed);
  EXPECT_EQ(deliveries().front().error, "unreachable");
  EXPECT_LT(clock_.now() - first, webhook_failing_max);
  EXPECT_EQ(endpoint().off_reason, "");
  const auto attempts = value_of(store::webhooks_of(*value_of(store_->view())).webhook_attempts(1));
  ASSERT_THAT(attempts, SizeIs(webhook_attempts_max));
  EXPECT_EQ(attempts[0].status, 500);
  EXPECT_EQ(attempts[1].error, "unreachable");
}

TEST_F(WebhookDeliveriesTest, WhatTookNothingForDaysIsSwitchedOffAndToldNothing) {
  subscribe({"contact.created"});
  begin();
  send("ann", "Bought");
  work();
  answer(503);
  clock_.advance(webhook_failing_max);
  work();
  answer(503);
  EXPECT_EQ(endpoint().off_reason, webhook_off::failing);
  const auto audit = value_of(value_of(store_->view())->audit(std::nullopt, 1));
  EXPECT_EQ(audit.front().action, "webhook.switched_off");
  const std::size_t before = posts_.size();
  send("bob", "Bought");
  clock_.advance(Duration::days(2));
  work();
  EXPECT_THAT(posts_, SizeIs(before));
}

TEST_F(WebhookDeliveriesTest, OneAnswerBeginsTheDaysAnew) {
  subscribe({"contact.created"});
  begin();
  send("ann", "Bought");
  work();
  answer(503);
  clock_.advance(Duration::days(4));
  work();
  answer(200);
  EXPECT_EQ(endpoint().failing_since, std::nullopt);
  clock_.advance(Duration::days(2));
  send("bob", "Bought");
  work();
  answer(503);
  EXPECT_EQ(endpoint().off_reason, "");
}

TEST_F(WebhookDeliveriesTest, A410SwitchesItOffAtOnce) {
  subscribe({"contact.created"});
  begin();
  send("ann", "Bought");
  work();
  answer(410);
  EXPECT_EQ(endpoint().off_reason, webhook_off::gone);
  EXPECT_EQ(deliveries().front().state, store::WebhookState::failed);
}

TEST_F(WebhookDeliveriesTest, AReceiverMayAskForMoreTimeButNotForEver) {
  subscribe({"contact.created"});
  begin();
  send("ann", "Bought");
  work();
  answer(429, {}, Duration::hours(3));
  EXPECT_EQ(deliveries_->next_due(), clock_.now() + Duration::hours(3));
  clock_.advance(Duration::hours(3));
  work();
  answer(429, {}, Duration::days(30));
  EXPECT_EQ(deliveries_->next_due(), clock_.now() + Duration::hours(24));
}

TEST_F(WebhookDeliveriesTest, ACrashLosesNothingAndRepeatsWhatWasUnderWay) {
  subscribe({"contact.created"});
  begin();
  send("ann", "Bought");
  work();
  answer(200);
  send("bob", "Bought");
  work();
  ASSERT_THAT(posts_, SizeIs(2));
  const std::string id = posts_[1].id;
  send("cem", "Bought");
  settle();  // before anybody has looked
  begin_again();
  work();
  ASSERT_THAT(posts_, SizeIs(2));
  EXPECT_EQ(posts_[0].id, id);
  EXPECT_THAT(posts_[1].body, HasSubstr("cem"));
}

TEST_F(WebhookDeliveriesTest, FewCallsAreUnderWayAndTheLogsAreTheQueue) {
  subscribe({"contact.created"});
  begin({.in_flight_max = 2, .waiting_max = 3});
  for (int i = 0; i < 5; ++i) send("a" + std::to_string(i), "Bought");
  work();
  EXPECT_THAT(posts_, SizeIs(2));
  EXPECT_THAT(deliveries(), SizeIs(5));
  // More than enough waits: what happens now stays in the logs.
  for (int i = 0; i < 5; ++i) send("b" + std::to_string(i), "Bought");
  work();
  EXPECT_THAT(deliveries(), SizeIs(5));
  for (int round = 0; round < 10; ++round) answer(200);
  EXPECT_THAT(posts_, SizeIs(10));
  EXPECT_THAT(deliveries(), SizeIs(10));
  EXPECT_THAT(open_, IsEmpty());
}

TEST_F(WebhookDeliveriesTest, WhatHasEndedIsKeptUpToALimit) {
  subscribe({"contact.created"});
  begin({.kept_max = 3});
  for (int i = 0; i < 6; ++i) {
    send("a" + std::to_string(i), "Bought");
    work();
    answer(200);
  }
  EXPECT_THAT(deliveries(), SizeIs(2));
}

TEST_F(WebhookDeliveriesTest, AnErasedContactIsNotSpokenOfAnyMore) {
  subscribe({"contact.created"});
  begin();
  send("ann", "Bought");
  work();
  ASSERT_TRUE(value_of(runtime_->erase(find("ann")->id, "test")));
  answer(500);
  EXPECT_THAT(deliveries(), IsEmpty());
  EXPECT_EQ(deliveries_->next_due(), Timestamp::never());
}

TEST_F(WebhookDeliveriesTest, BothSecretsSignWhileOneIsReplaced) {
  subscribe({"contact.created"});
  ASSERT_TRUE(runtime_->write([&](store::StateTransaction& transaction) {
    store::WebhookEndpoint changed =
        value_of(store::webhooks_of(transaction).webhook_endpoints()).front();
    changed.old_secret = changed.secret;
    changed.old_secret_until = clock_.now() + Duration::hours(24);
    changed.secret = seal_webhook_secret(master, endpoint_id, "another");
    return store::webhooks_of(transaction).put_webhook_endpoint(changed);
  }));
  begin();
  send("ann", "Bought");
  work();
  EXPECT_THAT(posts_.back().keys, ElementsAre("another", "secret"));
  clock_.advance(Duration::hours(24));
  send("bob", "Bought");
  work();
  EXPECT_THAT(posts_.back().keys, ElementsAre("another"));
}

TEST(WebhookKinds, EachHasANameOfItsOwn) {
  std::set<std::string_view> names;
  for (const WebhookKind& kind : webhook_kinds()) {
    EXPECT_TRUE(names.insert(kind.name).second) << kind.name;
    EXPECT_TRUE(is_webhook_kind(kind.name));
  }
  EXPECT_FALSE(is_webhook_kind(webhook_test_kind));
}

}  // namespace
}  // namespace sojourn::runtime
