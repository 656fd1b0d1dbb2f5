// Who must not be written to, in the running workspace.
#include <gtest/gtest.h>

#include "domain/effects/decision.h"
#include "runtime/event_log.h"
#include "runtime/testing/backfill_lab.h"

namespace sojourn::runtime {
namespace {

using Kind = SuppressionChange::Kind;

class SuppressionsTest : public BackfillLab {
 protected:
  SuppressionsTest() {
    publish(
        "{kind: template, key: hello, subject: Hi, html: '<p>Hi {{ unsubscribe_url }} "
        "{{ workspace.postal_address }}</p>'}");
    publish(
        "kind: journey\nkey: welcome\ntrigger: {event: Start}\nreentry: always\n"
        "steps:\n  - {id: mail, send: {template: hello, class: transactional}}\n");
    segment("dead", "consent: {channel: email, is: suppressed}");
  }
  void begin(const std::string& user, const std::string& email) {
    events::Event event;
    event.message_id = "begin-" + std::to_string(++begun_);
    event.name = "Start";
    event.user_id = user;
    event.traits = {{"email", email}};
    event.at = event.received_at = clock_.now();
    ASSERT_TRUE(runtime_->submit({std::move(event)}, [](const Result<void>&) {}));
    work();
  }
  void work() {
    while (runtime_->step_log() | runtime_->step_backfill() | runtime_->step_committer() |
           runtime_->step_outbox()) {
      continue;
    }
  }
  void change(Kind kind, const std::string& address, const std::string& topic = "") {
    ASSERT_TRUE(runtime_->change_suppressions(
        {{.kind = kind, .address = address, .topic = topic, .source = "manual", .note = "asked"}},
        "ann"));
    work();
  }
  /// States of the user's messages, newest first.
  std::vector<std::string> messages_of(const std::string& user) {
    std::vector<std::string> states;
    const auto view = value_of(store_->view());
    for (const auto& message :
         value_of(view->list_messages({.contact = find(user)->id})).messages) {
      states.push_back(std::string(messages::to_string(message.state)) +
                       (message.reason.empty() ? "" : ":" + message.reason));
    }
    return states;
  }
  Hash128 hash_of(const std::string& address) {
    return keyed_hash(address_key(master), {"email", address});
  }
  int begun_ = 0;
};

using States = std::vector<std::string>;

TEST_F(SuppressionsTest, AnAddressOfNobodyIsSuppressedBeforeItsContactComes) {
  change(Kind::suppress, "ana@example.com");
  begin("ana", "ana@Example.com");
  EXPECT_EQ(messages_of("ana"), States{"skipped:suppressed"});
  EXPECT_TRUE(is_member("ana", "dead"));
}

TEST_F(SuppressionsTest, AContactIsToldAndItsSegmentsFollow) {
  begin("ben", "ben@example.com");
  EXPECT_FALSE(is_member("ben", "dead"));
  change(Kind::suppress, "ben@example.com");
  EXPECT_TRUE(is_member("ben", "dead"));
  begin("ben", "ben@example.com");
  EXPECT_EQ(messages_of("ben").front(), "skipped:suppressed");
  change(Kind::lift, "ben@example.com");
  EXPECT_FALSE(is_member("ben", "dead"));
  begin("ben", "ben@example.com");
  EXPECT_NE(messages_of("ben").front(), "skipped:suppressed");
}

TEST_F(SuppressionsTest, TheSameWordCanBeSaidAgainAtTheSameInstant) {
  begin("ben", "ben@example.com");
  for (const Kind kind : {Kind::suppress, Kind::lift, Kind::suppress}) {
    change(kind, "ben@example.com");
  }
  EXPECT_TRUE(is_member("ben", "dead"));
}

TEST_F(SuppressionsTest, ItOutlivesTheContactAndARestart) {
  begin("cleo", "cleo@example.com");
  change(Kind::suppress, "cleo@example.com");
  ASSERT_TRUE(value_of(runtime_->erase(find("cleo")->id, "ann")));
  open();
  const auto listed =
      value_of(value_of(store_->view())->suppressions({.address = hash_of("cleo@example.com")}));
  ASSERT_EQ(listed.size(), 1u);
  EXPECT_EQ(listed[0].scope, "all");
  EXPECT_EQ(listed[0].actor, "ann");
  begin("cleo", "cleo@example.com");
  EXPECT_EQ(messages_of("cleo"), States{"skipped:suppressed"});
}

TEST_F(SuppressionsTest, EachChangeIsAuditedWithoutTheAddress) {
  change(Kind::suppress, "dora@example.com", "news");
  change(Kind::lift, "dora@example.com", "news");
  const auto audit = value_of(value_of(store_->view())->audit(std::nullopt, 2));
  ASSERT_EQ(audit.size(), 2u);
  EXPECT_EQ(audit[0].action, "suppression.lift");
  EXPECT_EQ(audit[1].action, "suppression.add");
  EXPECT_EQ(audit[1].actor, "ann");
  EXPECT_EQ(audit[1].detail, "news");
  EXPECT_EQ(audit[1].subject.find("dora"), std::string::npos);
}

events::Event asks_to_confirm(const std::string& visitor) {
  events::Event event;
  event.message_id = "ask-" + visitor;
  event.name = "Confirmation Requested";
  event.anonymous_id = visitor;
  event.at = event.received_at = start;
  event.properties = Object{{"form", "f"},
                            {"key", "confirm/" + visitor},
                            {"channel", "email"},
                            {"address", visitor + "@example.com"},
                            {"template", "confirm-subscription"}};
  return event;
}

TEST_F(SuppressionsTest, OnlySojournItselfAsksForAConfirmation) {
  for (const auto& [visitor, trust] :
       {std::pair{"eve", events::Trust::server_key}, std::pair{"fay", events::Trust::system}}) {
    events::Event event = asks_to_confirm(visitor);
    event.trust = trust;
    ASSERT_TRUE(runtime_->submit({std::move(event)}, [](const Result<void>&) {}));
    work();
  }
  const auto view = value_of(store_->view());
  EXPECT_FALSE(value_of(view->message_by_key("confirm/eve")));
  const auto mail = value_of(view->message_by_key("confirm/fay"));
  ASSERT_TRUE(mail);
  EXPECT_EQ(mail->message_class, messages::MessageClass::transactional);
  EXPECT_EQ(mail->address, "fay@example.com");
}

TEST_F(SuppressionsTest, PrivacyControlIsWrittenOnceAContactAndKeptByAMerge) {
  const auto browse = [&](const std::string& id) {
    events::Event event;
    event.message_id = "page-" + std::to_string(++begun_);
    event.name = "Page Viewed";
    event.type = events::EventType::page;
    event.anonymous_id = id;
    event.trust = events::Trust::browser_key;
    event.context = Object{{"gpc", true}};
    event.at = event.received_at = clock_.now();
    ASSERT_TRUE(runtime_->submit({std::move(event)}, [](const Result<void>&) {}));
    work();
  };
  const auto lines = [&] {
    std::size_t count = 0;
    for (const auto& line : value_of(value_of(store_->view())->consent_lines())) {
      if (line.channel == "ads") ++count;
    }
    return count;
  };
  begin("gus", "gus@example.com");
  browse("visitor");
  browse("visitor");
  EXPECT_EQ(lines(), 1u);
  send("gus", "Signed In", 0, "visitor");
  work();
  EXPECT_EQ(lines(), 2u) << "the survivor has it too";
}

}  // namespace
}  // namespace sojourn::runtime
