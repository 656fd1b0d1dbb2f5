#include <gmock/gmock.h>

#include "conformance/store_conformance.h"
#include "store/webhooks.h"

namespace sojourn::store {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

WebhookEndpoint sample_endpoint(std::uint64_t number) {
  return {.id = sample_hash(number),
          .url = "https://a.example/" + std::to_string(number),
          .description = "ours",
          .kinds = {"message.sent", "segment.entered"},
          .secret = std::string("\0sealed\xff", 8),
          .old_secret = "old",
          .old_secret_until = {9},
          .off_reason = "",
          .failing_since = Timestamp{4},
          .cursor = {.log = {1}, .decision = 2, .audit = 3},
          .created_by = "ann@example.com",
          .created_at = {5}};
}

WebhookDelivery sample_delivery(std::uint64_t number, const Hash128& endpoint) {
  return {.number = number,
          .endpoint = endpoint,
          .id = "event-" + std::to_string(number),
          .kind = "message.sent",
          .contact = {sample_hash(100 + number)},
          .body = "{}",
          .due = {static_cast<std::int64_t>(100 - number)},
          .error = {},
          .created_at = {1}};
}

TEST_P(StoreConformance, WebhookEndpointsComeBackAndGoOn) {
  WebhookEndpoint first = sample_endpoint(1);
  const WebhookEndpoint second = sample_endpoint(2);
  commit([&](StateTransaction& state) {
    must(webhooks_of(state).put_webhook_endpoint(second));
    must(webhooks_of(state).put_webhook_endpoint(first));
  });
  reopen();
  auto all = value_of(webhooks_of(*view()).webhook_endpoints());
  ASSERT_THAT(all, SizeIs(2));
  std::ranges::sort(all, {}, &WebhookEndpoint::url);
  EXPECT_EQ(all[0], first);
  EXPECT_EQ(all[1], second);
  // Progress leaves alone what people say of it.
  WebhookEndpoint progress = first;
  progress.url = "https://b.example/";
  progress.cursor = {.log = {11}, .decision = 12, .audit = 13};
  progress.failing_since.reset();
  progress.off_reason = "failing";
  commit([&](StateTransaction& state) {
    must(webhooks_of(state).put_webhook_progress(progress));
    must(webhooks_of(state).remove_webhook_endpoint(second.id));
    must(webhooks_of(state).remove_webhook_endpoint(second.id));
  });
  progress.url = first.url;
  EXPECT_THAT(value_of(webhooks_of(*view()).webhook_endpoints()), ElementsAre(progress));
}

TEST_P(StoreConformance, WebhookDeliveriesAreQueuedByDueTimeAndListedNewestFirst) {
  const Hash128 one = sample_hash(1);
  const Hash128 other = sample_hash(2);
  WebhookDelivery first = sample_delivery(1, one);
  const WebhookDelivery second = sample_delivery(2, one);
  const WebhookDelivery third = sample_delivery(3, other);
  commit([&](StateTransaction& state) {
    WebhookWrites& webhooks = webhooks_of(state);
    EXPECT_EQ(value_of(webhooks.next_webhook_number()), 1u);
    for (const WebhookDelivery& each : {first, second, third}) {
      must(webhooks.put_webhook_delivery(each));
    }
    EXPECT_EQ(value_of(webhooks.next_webhook_number()), 4u);
  });
  reopen();
  // A view is held while what it lent is used.
  {
    const auto reads = view();
    EXPECT_THAT(value_of(webhooks_of(*reads).queued_webhooks(one, 10)), ElementsAre(second, first));
    EXPECT_THAT(value_of(webhooks_of(*reads).webhook_deliveries({.endpoint = one})),
                ElementsAre(second, first));
    EXPECT_THAT(value_of(webhooks_of(*reads).webhook_deliveries({.endpoint = one, .before = 2})),
                ElementsAre(first));
    EXPECT_EQ(value_of(webhooks_of(*reads).webhook_delivery(3)), third);
    EXPECT_EQ(value_of(webhooks_of(*reads).webhook_delivery(4)), std::nullopt);
  }
  first.state = WebhookState::delivered;
  first.attempts = 2;
  first.status = 204;
  first.ended_at = Timestamp{8};
  const WebhookAttempt failed{
      .delivery = 1, .attempt = 1, .at = {6}, .error = "timed_out", .took = {20'000}};
  const WebhookAttempt taken{.delivery = 1, .attempt = 2, .at = {8}, .status = 204, .took = {3}};
  commit([&](StateTransaction& state) {
    must(webhooks_of(state).put_webhook_delivery(first));
    must(webhooks_of(state).put_webhook_attempt(taken));
    must(webhooks_of(state).put_webhook_attempt(failed));
  });
  {
    const auto reads = view();
    EXPECT_THAT(value_of(webhooks_of(*reads).queued_webhooks(one, 10)), ElementsAre(second));
    EXPECT_THAT(value_of(webhooks_of(*reads).webhook_deliveries(
                    {.endpoint = one, .state = WebhookState::delivered})),
                ElementsAre(first));
    EXPECT_THAT(value_of(webhooks_of(*reads).webhook_attempts(1)), ElementsAre(failed, taken));
  }
  // What has ended goes, what waits stays.
  commit([&](StateTransaction& state) { must(webhooks_of(state).remove_ended_webhooks(3)); });
  const auto reads = view();
  EXPECT_THAT(value_of(webhooks_of(*reads).webhook_deliveries({.endpoint = one})),
              ElementsAre(second));
  EXPECT_THAT(value_of(webhooks_of(*reads).webhook_attempts(1)), IsEmpty());
}

TEST_P(StoreConformance, WhatWasToldGoesWithItsEndpointAndWithItsContact) {
  const WebhookEndpoint endpoint = sample_endpoint(1);
  const WebhookDelivery first = sample_delivery(1, endpoint.id);
  const WebhookDelivery second = sample_delivery(2, endpoint.id);
  const WebhookDelivery third = sample_delivery(3, sample_hash(9));
  commit([&](StateTransaction& state) {
    WebhookWrites& webhooks = webhooks_of(state);
    must(webhooks.put_webhook_endpoint(endpoint));
    for (const WebhookDelivery& each : {first, second, third}) {
      must(webhooks.put_webhook_delivery(each));
      must(webhooks.put_webhook_attempt(
          {.delivery = each.number, .attempt = 1, .at = {1}, .took = {}}));
    }
    must(state.erase_contact(first.contact));
  });
  EXPECT_EQ(value_of(webhooks_of(*view()).webhook_delivery(1)), std::nullopt);
  EXPECT_THAT(value_of(webhooks_of(*view()).webhook_attempts(1)), IsEmpty());
  commit([&](StateTransaction& state) {
    must(webhooks_of(state).remove_webhook_endpoint(endpoint.id));
  });
  EXPECT_EQ(value_of(webhooks_of(*view()).webhook_delivery(2)), std::nullopt);
  EXPECT_THAT(value_of(webhooks_of(*view()).webhook_attempts(2)), IsEmpty());
  EXPECT_EQ(value_of(webhooks_of(*view()).webhook_delivery(3)), third);
}

TEST_P(StoreConformance, DecisionsAndAuditLinesAreReadOnwards) {
  const contacts::ContactId ann = sample_id(1);
  const contacts::ContactId bob = sample_id(2);
  commit([&](StateTransaction& state) {
    must(state.put_contact(sample_contact(1)));
    must(state.put_contact(sample_contact(2)));
    for (std::uint64_t sequence = 1; sequence <= 5; ++sequence) {
      must(state.append_decision({.contact = sequence % 2 == 0 ? ann : bob,
                                  .at = {1},
                                  .sequence = sequence,
                                  .kind = 2,
                                  .payload = "payload"}));
      must(state.append_audit("ann", "a", "s" + std::to_string(sequence), "", {1}));
    }
  });
  reopen();
  const auto reads = view();
  const auto decisions = value_of(webhooks_of(*reads).decisions_after(2, 2));
  ASSERT_THAT(decisions, SizeIs(2));
  EXPECT_EQ(decisions[0].sequence, 3u);
  EXPECT_EQ(decisions[0].contact, bob);
  EXPECT_EQ(decisions[1].sequence, 4u);
  EXPECT_EQ(decisions[1].contact, ann);
  const auto lines = value_of(webhooks_of(*reads).audit_after(3, 10));
  ASSERT_THAT(lines, SizeIs(2));
  EXPECT_EQ(lines[0].subject, "s4");
  const WebhookCursor head = value_of(webhook_head(*reads));
  EXPECT_EQ(head.decision, 5u);
  EXPECT_EQ(head.audit, 5u);
}

}  // namespace
}  // namespace sojourn::store
