// What `view_online_url` shows is kept with the hand-off, and goes when its time is over.
#include <gtest/gtest.h>

#include "domain/messages/copy.h"
#include "runtime/testing/backfill_lab.h"
#include "store/message_copies.h"

namespace sojourn::runtime {
namespace {

using messages::MessageId;

class MailCopiesTest : public BackfillLab {
 protected:
  MailCopiesTest() {
    publish(
        "kind: template\nkey: hello\nsubject: Hi\nhtml: |\n  <html><body><p>{{ contact.plan }} "
        "{{ unsubscribe_url }} {{ workspace.postal_address }}</p>\n"
        "  <a href=\"{{ view_online_url }}\">Online</a></body></html>\n");
    publish(
        "{kind: template, key: plain, subject: Hi, html: '<p>Hi {{ unsubscribe_url }} "
        "{{ workspace.postal_address }}</p>'}");
    for (const char* key : {"hello", "plain"}) {
      publish(std::string("kind: journey\nkey: ") + key + "\ntrigger: {event: " + key +
              "}\nreentry: always\nsteps:\n  - {id: mail, send: {template: " + key + "}}\n");
    }
    settle();
  }

  void identify(const std::string& plan) {
    events::Event event;
    event.message_id = "i" + plan;
    event.type = events::EventType::identify;
    event.user_id = "ann";
    event.traits = {{"email", "ann@example.com"}, {"plan", plan}};
    event.at = event.received_at = clock_.now();
    ASSERT_TRUE(runtime_->submit({std::move(event)}, [](const Result<void>&) {}));
    run_all();
  }
  void run_all() {
    // Hand-offs end on the channel's thread.
    for (bool moved = true; moved || !runtime_->quiet();) {
      moved = runtime_->step_log() | runtime_->step_backfill() | runtime_->step_committer() |
              runtime_->step_outbox();
    }
  }
  std::optional<messages::MailCopy> copy_of(MessageId id) {
    const auto view = value_of(store_->view());
    const auto kept = value_of(store::copies_in(*view).message_copy(id));
    if (!kept) return std::nullopt;
    return value_of(messages::decode_copy(kept->bytes));
  }
};

TEST_F(MailCopiesTest, WhatWasSentIsKeptAsItWas) {
  identify("Basic");
  send("ann", "hello");
  run_all();
  identify("Gold");
  const auto copy = copy_of({1});
  ASSERT_TRUE(copy);
  EXPECT_EQ(copy->subject, "Hi");
  EXPECT_NE(copy->html.find("Basic"), std::string::npos);
  EXPECT_NE(copy->html.find("/v/"), std::string::npos);
  EXPECT_EQ(copy->html.find("/o/"), std::string::npos) << "a page is no mail that is opened";
  EXPECT_NE(copy->text.find("/v/"), std::string::npos);
}

TEST_F(MailCopiesTest, AMailThatLeadsToNoneIsNotKept) {
  identify("Basic");
  send("ann", "plain");
  run_all();
  EXPECT_EQ(value_of(value_of(store_->view())->message({1}))->state, messages::DeliveryState::sent);
  EXPECT_FALSE(copy_of({1}));
}

TEST_F(MailCopiesTest, ACopyGoesWhenItsTimeIsOverAlsoAfterARestart) {
  identify("Basic");
  send("ann", "hello");
  run_all();
  const Timestamp end = messages::copy_end(clock_.now());
  ASSERT_EQ(runtime_->next_due(), end);
  open();
  EXPECT_EQ(runtime_->next_due(), end);
  clock_.advance(end - clock_.now() - Duration{1});
  run_all();
  EXPECT_TRUE(copy_of({1}));
  clock_.advance(Duration{1});
  run_all();
  EXPECT_FALSE(copy_of({1}));
  EXPECT_EQ(runtime_->next_due(), Timestamp::never()) << "nothing is waited for";
}

TEST_F(MailCopiesTest, AnErasedContactsCopyGoesAtOnce) {
  identify("Basic");
  send("ann", "hello");
  run_all();
  ASSERT_TRUE(copy_of({1}));
  EXPECT_TRUE(value_of(runtime_->erase(find("ann")->id, "test")));
  EXPECT_FALSE(copy_of({1}));
}

}  // namespace
}  // namespace sojourn::runtime
