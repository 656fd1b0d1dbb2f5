#pragma once

/// What every channel must keep of the contract in channel.h, as tests that its own tests include.
///
///   INSTANTIATE_TEST_SUITE_P(Inbox, ChannelConformance, Values(ChannelUnderTest{...}));

#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <thread>
#include <vector>

#include "channels/channel.h"

namespace sojourn::channels {

/// Collects what a channel says, and answers requests for leave as it was told to.
class RecordedEvents final : public Events {
 public:
  enum class Leave { grant, refuse, keep_waiting };

  explicit RecordedEvents(Leave leave) : leave_(leave) {}
  /// Must be called before the channel starts anything.
  void answer_through(Channel& channel) { channel_ = &channel; }

  void ask_leave(messages::MessageId id) override {
    {
      const std::lock_guard lock(mutex_);
      ++asked_[id.value];
      changed_.notify_all();
    }
    if (leave_ != Leave::keep_waiting) channel_->answer_leave(id, leave_ == Leave::grant);
  }

  void finished(messages::MessageId id, Outcome outcome) override {
    const std::lock_guard lock(mutex_);
    outcomes_[id.value].push_back(std::move(outcome));
    ++finished_;
    changed_.notify_all();
  }

  /// False after ten seconds.
  [[nodiscard]] bool await_finished(int count) {
    return await([&] { return finished_ >= count; });
  }
  [[nodiscard]] bool await_asked(int count) {
    return await([&] { return asked_.size() >= static_cast<std::size_t>(count); });
  }

  [[nodiscard]] std::map<std::uint64_t, std::vector<Outcome>> outcomes() const {
    const std::lock_guard lock(mutex_);
    return outcomes_;
  }
  /// Of message `id`, which must have finished once.
  [[nodiscard]] Outcome outcome(std::uint64_t id) const {
    const std::lock_guard lock(mutex_);
    const auto found = outcomes_.find(id);
    EXPECT_TRUE(found != outcomes_.end() && found->second.size() == 1) << "message " << id;
    return found == outcomes_.end() ? Outcome() : found->second.front();
  }
  [[nodiscard]] std::map<std::uint64_t, int> asked() const {
    const std::lock_guard lock(mutex_);
    return asked_;
  }

 private:
  template <typename Condition>
  bool await(Condition condition) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(10), condition);
  }

  const Leave leave_;
  Channel* channel_ = nullptr;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  int finished_ = 0;
  std::map<std::uint64_t, int> asked_;
  std::map<std::uint64_t, std::vector<Outcome>> outcomes_;
};

[[nodiscard]] inline Handoff sample_handoff(std::uint64_t id) {
  Handoff handoff;
  handoff.id = {id};
  handoff.email.from = {.name = "Sojourn", .address = "news@brand.example"};
  handoff.email.to = {.name = "Ana", .address = "ana" + std::to_string(id) + "@example.com"};
  handoff.email.subject = "Hello " + std::to_string(id);
  handoff.email.text = "Hello Ana";
  handoff.email.html = "<p>Hello Ana</p>";
  handoff.email.message_id = std::to_string(id) + "@brand.example";
  return handoff;
}

/// A channel in a world of its own.
class ChannelWorld {
 public:
  virtual ~ChannelWorld() = default;
  [[nodiscard]] virtual Channel& channel() = 0;
  /// How many of those that may be started can wait for leave at once; absent: all.
  [[nodiscard]] virtual std::optional<std::size_t> steps_max() { return std::nullopt; }
  /// How many mails have reached the other side. Called after stop().
  [[nodiscard]] virtual int delivered() = 0;
};

using MakeChannelWorld = std::function<std::unique_ptr<ChannelWorld>()>;

class ChannelConformance : public ::testing::TestWithParam<MakeChannelWorld> {
 protected:
  using Leave = RecordedEvents::Leave;

  void connect(RecordedEvents& events) {
    channel().connect(events);
    events.answer_through(channel());
  }
  Channel& channel() { return world_->channel(); }

  std::unique_ptr<ChannelWorld> world_ = GetParam()();
};

TEST_P(ChannelConformance, EveryStartIsFinishedOnceAndDeliveredAfterOneLeave) {
  RecordedEvents events(Leave::grant);
  connect(events);
  constexpr int mails = 60;
  for (int id = 1; id <= mails;) {
    if (channel().capacity() > 0) {
      channel().start(sample_handoff(static_cast<std::uint64_t>(id++)));
    } else {
      std::this_thread::yield();
    }
  }
  ASSERT_TRUE(events.await_finished(mails));
  channel().stop({});
  for (const auto& [id, outcomes] : events.outcomes()) {
    ASSERT_EQ(outcomes.size(), 1u) << "message " << id;
    EXPECT_EQ(outcomes[0].kind, Outcome::Kind::accepted) << outcomes[0].reply;
    EXPECT_EQ(events.asked()[id], 1);
  }
  EXPECT_EQ(world_->delivered(), mails);
}

TEST_P(ChannelConformance, ARefusedLeaveLeavesNoTrace) {
  RecordedEvents events(Leave::refuse);
  connect(events);
  for (std::uint64_t id = 1; id <= 3; ++id) {
    ASSERT_GT(channel().capacity(), 0);
    channel().start(sample_handoff(id));
    ASSERT_TRUE(events.await_finished(static_cast<int>(id)));
    EXPECT_EQ(events.outcome(id).kind, Outcome::Kind::not_started);
  }
  channel().stop({});
  EXPECT_EQ(world_->delivered(), 0);
}

TEST_P(ChannelConformance, StopDuringLeaveEndsNotStartedAndReturns) {
  RecordedEvents events(Leave::keep_waiting);
  connect(events);
  channel().start(sample_handoff(1));
  channel().start(sample_handoff(2));
  ASSERT_TRUE(events.await_asked(2));
  channel().stop(Duration::seconds(10));
  EXPECT_EQ(events.outcome(1).kind, Outcome::Kind::not_started);
  EXPECT_EQ(events.outcome(2).kind, Outcome::Kind::not_started);
  EXPECT_EQ(channel().capacity(), 0);
  EXPECT_EQ(world_->delivered(), 0);
}

TEST_P(ChannelConformance, CapacityFallsWithEachStartAndReturnsWithEachEnd) {
  RecordedEvents events(Leave::keep_waiting);
  connect(events);
  const int whole = channel().capacity();
  ASSERT_GT(whole, 1);
  for (int started = 1; started <= whole; ++started) {
    channel().start(sample_handoff(static_cast<std::uint64_t>(started)));
    EXPECT_EQ(channel().capacity(), whole - started);
  }
  const auto at_once =
      static_cast<int>(world_->steps_max().value_or(static_cast<std::size_t>(whole)));
  std::set<std::uint64_t> answered;
  for (int ended = 1; ended <= whole; ++ended) {
    ASSERT_TRUE(events.await_asked(std::min(whole, at_once + ended - 1)));
    for (const auto& [id, times] : events.asked()) {
      if (!answered.insert(id).second) continue;
      channel().answer_leave({id}, true);
      break;
    }
    ASSERT_TRUE(events.await_finished(ended));
  }
  EXPECT_EQ(channel().capacity(), whole);
  channel().stop({});
  EXPECT_EQ(world_->delivered(), whole);
}

TEST_P(ChannelConformance, AnswersThatNobodyAwaitsChangeNothing) {
  RecordedEvents events(Leave::grant);
  connect(events);
  channel().answer_leave({77}, true);
  channel().start(sample_handoff(1));
  ASSERT_TRUE(events.await_finished(1));
  channel().answer_leave({1}, true);
  channel().answer_leave({1}, false);
  channel().stop({});
  EXPECT_EQ(events.outcomes().size(), 1u);
  EXPECT_EQ(events.outcome(1).kind, Outcome::Kind::accepted);
  EXPECT_EQ(world_->delivered(), 1);
}

TEST_P(ChannelConformance, AMailThatCannotBeWrittenFailsWithoutAskingLeave) {
  RecordedEvents events(Leave::grant);
  connect(events);
  Handoff handoff = sample_handoff(1);
  handoff.email.subject = "Hi\r\nBcc: everybody@example.com";
  channel().start(std::move(handoff));
  ASSERT_TRUE(events.await_finished(1));
  channel().stop({});
  EXPECT_EQ(events.outcome(1).kind, Outcome::Kind::failed);
  EXPECT_EQ(events.outcome(1).reason, "our_error");
  EXPECT_TRUE(events.asked().empty());
  EXPECT_EQ(world_->delivered(), 0);
}

}  // namespace sojourn::channels
