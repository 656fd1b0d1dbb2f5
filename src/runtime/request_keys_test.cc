#include "runtime/request_keys.h"

#include <gtest/gtest.h>

#include "domain/events/standard_names.h"
#include "domain/messages/content.h"
#include "runtime/testing/backfill_lab.h"

namespace sojourn::runtime {
namespace {

using messages::DeliveryState;
using messages::Message;

class RequestKeys : public BackfillLab {
 protected:
  RequestKeys() {
    publish("{kind: template, key: receipt, subject: Hi, html: <p>Hi</p>}");
    send("ana", "Start");
    settle();
  }
  /// As POST /api/v1/messages does.
  void ask(const std::string& key, const std::string& event_id) {
    events::Event event;
    event.message_id = event_id;
    event.name = events::names::message_requested;
    event.contact = find("ana")->id.hash;
    event.at = event.received_at = clock_.now();
    event.trust = events::Trust::system;
    event.properties = {{"key", "api/" + key},
                        {"template", "receipt"},
                        {"content", messages::encode({.request = event_id})}};
    ASSERT_TRUE(runtime_->submit({std::move(event)}, [](const Result<void>&) {}));
    settle();
  }
  std::optional<Message> by_key(const std::string& key) {
    return value_of(value_of(store_->view())->message_by_key(key));
  }
  std::optional<std::string> content(messages::MessageId id) {
    return value_of(value_of(store_->view())->message_content(id));
  }
};

TEST_F(RequestKeys, NamesOneMessageForSevenDays) {
  ask("order", "first");
  const Message first = by_key("api/order").value();
  EXPECT_EQ(first.state, DeliveryState::skipped) << "she has no address";
  clock_.advance(request_key_kept - Duration{1});
  EXPECT_FALSE(has_free_key(first, clock_.now()));
  ask("order", "too early");
  EXPECT_EQ(by_key("api/order")->id, first.id);
  clock_.advance(Duration{1});
  EXPECT_TRUE(has_free_key(first, clock_.now()));
  ask("order", "second");
  const Message second = by_key("api/order").value();
  EXPECT_NE(second.id, first.id);
  EXPECT_NE(content(second.id), "");
  const auto view = value_of(store_->view());
  EXPECT_EQ(value_of(view->message(first.id))->key, "freed/" + std::to_string(first.id.value))
      << "what was sent stays in the outbox";
  EXPECT_EQ(content(first.id), "");
}

TEST_F(RequestKeys, StayWithAMessageThatStillWaits) {
  for (const auto state : {DeliveryState::queued, DeliveryState::claimed, DeliveryState::committing,
                           DeliveryState::retry}) {
    Message waits;
    waits.state = state;
    waits.queued_at = start;
    EXPECT_FALSE(has_free_key(waits, start + Duration::days(30))) << messages::to_string(state);
  }
}

TEST_F(RequestKeys, ThatNobodyAsksForAgainAreFreedByTheContactsLaterCalls) {
  for (const char* const key : {"a", "b", "c"}) ask(key, key);
  clock_.advance(request_kept - Duration::hours(1));
  const Message kept = by_key("api/c").value();
  ask("d", "d");
  EXPECT_TRUE(by_key("api/a")) << "the log may know the call yet";
  EXPECT_NE(content(kept.id), "");
  clock_.advance(Duration::hours(1) + Duration::seconds(1));
  ask("e", "e");
  for (const char* const key : {"api/a", "api/b", "api/c"}) EXPECT_FALSE(by_key(key)) << key;
  EXPECT_EQ(content(kept.id), "");
  EXPECT_TRUE(by_key("api/d"));
}

}  // namespace
}  // namespace sojourn::runtime
