#include "runtime/mail_feedback.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>

#include "runtime/testing/backfill_lab.h"

namespace sojourn::runtime {
namespace {

using Kind = MailFeedback::Kind;

class MailFeedbackTest : public BackfillLab {
 protected:
  MailFeedbackTest() {
    publish(
        "{kind: template, key: hello, subject: Hi, html: '<p>Hi {{ unsubscribe_url }} "
        "{{ workspace.postal_address }}</p>'}");
    publish(
        "kind: journey\nkey: greet\ntrigger: {event: Begin}\nreentry: always\nsteps:\n"
        "  - {id: mail, send: {template: hello}}\n");
    settle();
  }
  void run_all() {
    // Hand-offs end on the channel's thread.
    do {
      while (runtime_->step_log() | runtime_->step_backfill() | runtime_->step_committer() |
             runtime_->step_outbox()) {
        continue;
      }
      std::this_thread::yield();
    } while (!runtime_->quiet());
  }
  void begin(const std::string& user) {
    events::Event event;
    event.message_id = "begin-" + std::to_string(++begun_);
    event.name = "Begin";
    event.user_id = user;
    event.traits = {{"email", user + "@example.com"}};
    event.at = event.received_at = clock_.now();
    ASSERT_TRUE(runtime_->submit({std::move(event)}, [](const Result<void>&) {}));
    run_all();
  }
  /// The newest first.
  std::vector<messages::Message> messages() {
    return value_of(value_of(store_->view())->list_messages({})).messages;
  }
  /// What `done` was told.
  bool say(MailFeedback feedback) {
    bool told = false;
    const auto done = [&](const Result<void>& result) { told = result.has_value(); };
    EXPECT_TRUE(submit_feedback(*runtime_, {std::move(feedback)}, done));
    run_all();
    return told;
  }
  std::int64_t counted(const std::string& outcome) {
    std::int64_t sum = 0;
    for (const auto& each : value_of(value_of(store_->view())->counters("journey", "greet"))) {
      if (each.key.outcome == outcome && each.key.step == "mail" && each.key.day == 0) {
        sum += each.count;
      }
    }
    return sum;
  }

  int begun_ = 0;
};

TEST_F(MailFeedbackTest, AHardBounceSuppressesAndIsCountedOnce) {
  begin("ann");
  const messages::Message sent = messages().at(0);
  ASSERT_EQ(sent.state, messages::DeliveryState::sent);
  const MailFeedback bounce{.message = sent.id,
                            .kind = Kind::hard_bounce,
                            .reason = "unknown_user",
                            .status = "5.1.1",
                            .words = "550 no such user",
                            .id = "mail-1"};
  EXPECT_TRUE(say(bounce));
  EXPECT_TRUE(say(bounce)) << "a repeat is taken, and changes nothing";
  MailFeedback another = bounce;
  another.id = "mail-2";
  EXPECT_TRUE(say(another));
  const messages::Message after = messages().at(0);
  EXPECT_EQ(after.state, messages::DeliveryState::sent) << "it had been taken over";
  EXPECT_EQ(after.reason, "bounced");
  EXPECT_EQ(after.reply, "550 no such user");
  EXPECT_EQ(counted("bounced"), 1);
  begin("ann");
  EXPECT_EQ(messages().at(0).state, messages::DeliveryState::skipped);
  EXPECT_EQ(messages().at(0).reason, "suppressed");
}

TEST_F(MailFeedbackTest, ASoftBounceKeepsTheAddress) {
  begin("ann");
  EXPECT_TRUE(say({.message = messages().at(0).id,
                   .kind = Kind::soft_bounce,
                   .reason = "mailbox_full",
                   .id = "mail-1"}));
  EXPECT_EQ(messages().at(0).reason, "bounced");
  begin("ann");
  EXPECT_EQ(messages().at(0).state, messages::DeliveryState::sent);
}

TEST_F(MailFeedbackTest, AComplaintAndAMailThatUnsubscribesEndMarketing) {
  begin("ann");
  EXPECT_TRUE(say({.message = messages().at(0).id, .kind = Kind::complaint, .id = "mail-1"}));
  EXPECT_EQ(messages().at(0).reason, "complained");
  EXPECT_EQ(counted("complained"), 1);
  begin("ann");
  EXPECT_EQ(messages().at(0).reason, "suppressed");
  begin("bob");
  EXPECT_TRUE(say({.message = messages().at(0).id, .kind = Kind::unsubscribe, .id = "mail-2"}));
  begin("bob");
  EXPECT_EQ(messages().at(0).reason, "unsubscribed");
}

TEST_F(MailFeedbackTest, OfAMessageThatIsGoneNothingIsKept) {
  const events::Position before = value_of(store_->log_reader().head());
  EXPECT_TRUE(say({.message = {12345}, .kind = Kind::hard_bounce, .id = "mail-1"}));
  EXPECT_EQ(value_of(store_->log_reader().head()), before);
}

}  // namespace
}  // namespace sojourn::runtime
