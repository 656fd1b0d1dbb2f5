#include "runtime/outbox.h"

#include <gmock/gmock.h>

#include <fmt/format.h>

#include <vector>

#include "runtime/testing/backfill_lab.h"

namespace sojourn::runtime {
namespace {

using channels::Outcome;
using messages::DeliveryState;
using messages::MessageId;
using ::testing::ElementsAre;

constexpr int startable = 6;
constexpr std::size_t steps_max = 2;

/// Does what the test says, on its thread.
class ScriptedChannel final : public channels::Channel {
 public:
  [[nodiscard]] std::string_view name() const override { return "email"; }
  void connect(channels::Events& events) override { events_ = &events; }
  [[nodiscard]] int capacity() const override { return startable - open_; }
  void start(channels::Handoff handoff) override {
    ++open_;
    started.push_back(handoff.id);
  }
  void answer_leave(MessageId id, bool granted) override {
    (granted ? granted_leave : refused_leave).push_back(id);
  }
  void stop(Duration) override {}

  void ask(MessageId id) { events_->ask_leave(id); }
  void end(MessageId id, Outcome::Kind kind) {
    --open_;
    Outcome outcome;
    outcome.kind = kind;
    events_->finished(id, std::move(outcome));
  }

  std::vector<MessageId> started;
  std::vector<MessageId> granted_leave;
  std::vector<MessageId> refused_leave;

 private:
  channels::Events* events_ = nullptr;
  int open_ = 0;
};

class OutboxTest : public BackfillLab {
 protected:
  OutboxTest() {
    close();
    options_.outbox.steps_max = steps_max;
    runtime_ = value_of(WorkspaceRuntime::open(
        {.store = *store_, .clock = clock_, .channel = channel, .master_key = master}, options_));
    publish(
        "{kind: template, key: t, subject: Hi, html: '<p>Hi {{ unsubscribe_url }} "
        "{{ workspace.postal_address }}</p>'}");
    publish(
        "{kind: journey, key: j, trigger: {event: Asked}, steps: [{id: s, send: {template: t}}]}");
    for (int i = 0; i < 5; ++i) person(fmt::format("u{}", i));
  }
  // The channel goes before what lies in the base.
  ~OutboxTest() override { runtime_.reset(); }

  void person(const std::string& user) {
    events::Event event;
    event.message_id = "who " + user;
    event.type = events::EventType::identify;
    event.name = "Contact Identified";
    event.user_id = user;
    event.at = event.received_at = clock_.now();
    event.traits = {{"email", user + "@x.example"}};
    ASSERT_TRUE(runtime_->submit({std::move(event)}, [](const Result<void>&) {}));
    send(user, "Asked");
  }
  /// All are made ready, and ask.
  void ask_all() {
    settle_without_mail();
    while (runtime_->step_outbox()) continue;
    for (const MessageId id : channel.started) channel.ask(id);
    while (runtime_->step_committer()) continue;
  }
  void settle_without_mail() {
    while (runtime_->step_log() | runtime_->step_backfill() | runtime_->step_committer()) continue;
  }
  std::uint64_t count(DeliveryState state) {
    return value_of(value_of(store_->view())->message_count(state));
  }

  ScriptedChannel channel;
};

TEST_F(OutboxTest, MakesMailsReadyAheadOfThoseThatHaveAskedForLeave) {
  ask_all();
  ASSERT_EQ(channel.started.size(), 5u);
  EXPECT_THAT(channel.granted_leave, ElementsAre(channel.started[0], channel.started[1]));
  EXPECT_EQ(count(DeliveryState::committing), steps_max);
}

TEST_F(OutboxTest, GivesATurnAwayWhenTheOutcomeIsDurableAndNoSooner) {
  ask_all();
  channel.end(channel.started[1], Outcome::Kind::accepted);
  while (runtime_->step_committer()) continue;
  EXPECT_EQ(channel.granted_leave.size(), steps_max);
  while (runtime_->step_log()) continue;
  while (runtime_->step_committer()) continue;
  EXPECT_THAT(channel.granted_leave,
              ElementsAre(channel.started[0], channel.started[1], channel.started[2]));
  EXPECT_EQ(count(DeliveryState::committing), steps_max);
  EXPECT_EQ(count(DeliveryState::sent), 1u);
}

TEST_F(OutboxTest, WhoEndsBeforeItsTurnTakesNone) {
  ask_all();
  channel.end(channel.started[2], Outcome::Kind::deferred);
  channel.end(channel.started[0], Outcome::Kind::accepted);
  settle_without_mail();
  EXPECT_THAT(channel.granted_leave,
              ElementsAre(channel.started[0], channel.started[1], channel.started[3]));
  EXPECT_EQ(count(DeliveryState::retry), 1u);
}

TEST_F(OutboxTest, WhoIsRefusedLeaveGivesItsTurnToTheNextAtOnce) {
  settle_without_mail();
  while (runtime_->step_outbox()) continue;
  ASSERT_TRUE(runtime_->stop_sending("a test", "ann"));
  ask_all();
  EXPECT_THAT(channel.refused_leave, ElementsAre(channel.started[0], channel.started[1]));
  channel.end(channel.started[1], Outcome::Kind::not_started);
  while (runtime_->step_committer()) continue;
  EXPECT_EQ(channel.refused_leave.back(), channel.started[2]);
  EXPECT_EQ(count(DeliveryState::committing), 0u);
}

}  // namespace
}  // namespace sojourn::runtime
