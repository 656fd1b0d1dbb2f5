// Publications over a store with a log: facts, segments and scores of everybody are what they would
// be had the definitions been there from the beginning.
#include "runtime/backfill.h"

#include <gtest/gtest.h>

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <stdexcept>

#include "channels/inbox/inbox_channel.h"
#include "domain/reaction/contact_state.h"
#include "runtime/workspace_runtime.h"
#include "store/sql/open.h"

namespace sojourn::runtime {
namespace {

constexpr Timestamp start{1'772'442'000'000};
constexpr HashKey master{{1, 2, 3}};

template <typename T>
T value_of(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().code + ": " + result.error().message);
  return std::move(*result);
}

class TemporaryFolder {
 public:
  TemporaryFolder() {
    path_ = (std::filesystem::temp_directory_path() / "sojourn-backfill-XXXXXX").string();
    if (mkdtemp(path_.data()) == nullptr) throw std::runtime_error("no temporary folder");
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

class BackfillTest : public ::testing::Test {
 protected:
  BackfillTest() {
    options_.sender.public_url = "https://example.com";
    options_.committer.contacts_per_pass = 2;
    open();
  }

  void open() {
    runtime_.reset();
    channel_.reset();
    store_.reset();
    store_ = value_of(store::sql::open_sqlite_store(
        {.folder = folder_.path() + "/data", .durability = store::Durability::planted_no_fsync}));
    channel_ = value_of(
        channels::inbox::InboxChannel::create({.folder = folder_.path() + "/mails"}, clock_));
    runtime_ = value_of(WorkspaceRuntime::open(
        {.store = *store_, .clock = clock_, .channel = *channel_, .master_key = master}, options_));
  }

  void publish(const std::string& text) {
    const DefinitionPlan plan = value_of(runtime_->apply({{"d.yaml", text}}, "test"));
    for (const DefinitionProblem& problem : plan.problems) ADD_FAILURE() << problem.message;
  }
  void segment(const std::string& key, const std::string& where) {
    publish("kind: segment\nkey: " + key + "\nwhere: {" + where + "}\n");
  }

  void send(const std::string& user, const std::string& name, int n = 0,
            const std::string& visitor = "") {
    events::Event event;
    event.message_id = "m" + std::to_string(++sent_);
    event.name = name;
    event.user_id = user;
    event.anonymous_id = visitor;
    event.at = event.received_at = clock_.now();
    event.properties.set("n", n);
    ASSERT_TRUE(runtime_->submit({std::move(event)}, [](const Result<void>&) {}));
    while (runtime_->step_log()) continue;
    clock_.advance(Duration{1000});
  }
  /// Applies what was sent; passes and scans stand still.
  void apply_events() {
    const events::Position head = value_of(store_->log_reader().head());
    for (int i = 0; i < 100 && applied() < head; ++i) runtime_->step_committer();
  }
  events::Position applied() { return value_of(value_of(store_->view())->applied()); }

  void settle() {
    while (runtime_->step_log() | runtime_->step_backfill() | runtime_->step_committer()) continue;
    ASSERT_TRUE(runtime_->quiet());
  }

  std::optional<reaction::ContactState> find(const std::string& user) {
    const contacts::Identifier identifier{"userId", user};
    const auto view = value_of(store_->view());
    const auto ids = value_of(view->identifiers(std::span(&identifier, 1)));
    if (!ids.front()) return std::nullopt;
    const auto record = value_of(view->contact(*ids.front()));
    return value_of(reaction::decode_contact(record->state));
  }
  bool is_member(const std::string& user, const std::string& key) {
    const auto state = find(user);
    const reaction::SegmentRule* rule = runtime_->rules()->segment(std::string_view(key));
    for (const segments::Membership& each : state->memberships) {
      if (each.segment == rule->number) return each.member;
    }
    return false;
  }
  std::uint64_t members(const std::string& key) {
    const reaction::SegmentRule* rule = runtime_->rules()->segment(std::string_view(key));
    return value_of(value_of(store_->view())->member_count(rule->number));
  }

  TemporaryFolder folder_;
  ManualClock clock_{start};
  WorkspaceRuntime::Options options_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<channels::inbox::InboxChannel> channel_;
  std::unique_ptr<WorkspaceRuntime> runtime_;
  int sent_ = 0;
};

TEST_F(BackfillTest, ANewSegmentHasThoseWhoDidItBefore) {
  for (int i = 0; i < 9; ++i) {
    for (int n = 0; n <= i; ++n) send("user" + std::to_string(i), "Order Completed", n);
  }
  settle();
  segment("often", "did: {event: Order Completed, at_least: 4}");
  segment("large", "did: {event: Order Completed, where: [{property: n, at_least: 7}]}");
  segment("total", "did: {event: Order Completed, sum: n, at_least: 10, within: 3d}");
  segment("never", "not: {did: {event: Order Completed, at_least: 2}}");
  settle();
  EXPECT_EQ(members("often"), 6u);
  EXPECT_EQ(members("large"), 2u);
  EXPECT_EQ(members("total"), 5u);
  EXPECT_EQ(members("never"), 1u);
  EXPECT_TRUE(is_member("user8", "total"));
  EXPECT_FALSE(is_member("user3", "total"));
}

TEST_F(BackfillTest, CountsEveryEventOnceWhenMoreHappensMeanwhile) {
  for (int i = 0; i < 8; ++i) send("user" + std::to_string(i), "Visited", 5);
  settle();
  segment("thrice", "did: {event: Visited, where: [{property: n, is: 5}], exactly: 3}");
  for (int i = 0; i < 8; i += 2) send("user" + std::to_string(i), "Visited", 5);
  apply_events();
  while (runtime_->step_backfill()) continue;
  // Some contacts are visited before the next event, some after it.
  runtime_->step_committer();
  for (int i = 0; i < 8; i += 2) send("user" + std::to_string(i), "Visited", 5);
  settle();
  EXPECT_EQ(members("thrice"), 4u);
  for (int i = 0; i < 8; ++i)
    EXPECT_EQ(is_member("user" + std::to_string(i), "thrice"), i % 2 == 0);
}

TEST_F(BackfillTest, StartsNoJourneyForWhatHappenedBefore) {
  for (int i = 0; i < 3; ++i) send("ana", "Visited");
  send("ben", "Visited");
  settle();
  segment("often", "did: {event: Visited, at_least: 2}");
  publish(
      "kind: journey\nkey: hello\ntrigger: {segment_entered: often}\n"
      "steps: [{id: w, wait: 1d}]\n");
  send("ben", "Visited");
  settle();
  EXPECT_TRUE(is_member("ana", "often"));
  EXPECT_TRUE(find("ana")->runs.empty());
  EXPECT_TRUE(is_member("ben", "often"));
}

TEST_F(BackfillTest, WhoDoesSomethingWhilePassesRunStartsByIt) {
  for (const char* user : {"ana", "ben", "cleo", "dan", "eve"}) send(user, "Visited");
  settle();
  publish(
      "kind: journey\nkey: hello\ntrigger: {event: Visited, at_least: 2, within: 3d}\n"
      "steps: [{id: w, wait: 1d}]\n");
  for (const char* user : {"ana", "ben", "cleo", "dan", "eve"}) send(user, "Visited");
  settle();
  for (const char* user : {"ana", "ben", "cleo", "dan", "eve"}) {
    EXPECT_EQ(find(user)->runs.size(), 1u) << user;
  }
}

TEST_F(BackfillTest, MergesKeepWhatBothDid) {
  for (int i = 0; i < 6; ++i) {
    const std::string number = std::to_string(i);
    send("user" + number, "Visited", 1);
    send("", "Visited", 1, "phone" + number);
    send("", "Visited", 1, "phone" + number);
  }
  settle();
  segment("thrice", "did: {event: Visited, where: [{property: n, is: 1}], exactly: 3}");
  // Merges before the log is read, in the middle of the pass, and after it.
  send("user0", "Signed In", 0, "phone0");
  send("user1", "Signed In", 0, "phone1");
  apply_events();
  while (runtime_->step_backfill()) continue;
  runtime_->step_committer();
  send("user2", "Signed In", 0, "phone2");
  runtime_->step_committer();
  send("user3", "Signed In", 0, "phone3");
  settle();
  send("user4", "Signed In", 0, "phone4");
  send("user5", "Signed In", 0, "phone5");
  settle();
  for (int i = 0; i < 6; ++i) EXPECT_TRUE(is_member("user" + std::to_string(i), "thrice")) << i;
}

TEST_F(BackfillTest, GoesOnAfterAStopAtAnyMoment) {
  for (int stop_after = 0; stop_after < 12; ++stop_after) {
    const std::string event = "E" + std::to_string(stop_after);
    for (int i = 0; i < 7; ++i) {
      send("user" + std::to_string(i), event, i);
      send("user" + std::to_string(i), event, i);
    }
    settle();
    segment("s" + std::to_string(stop_after),
            "did: {event: " + event + ", where: [{property: n, at_least: 2}], exactly: 3}");
    for (int step = 0; step < stop_after; ++step) {
      if (!runtime_->step_backfill()) runtime_->step_committer();
      if (step % 3 == 1) send("user" + std::to_string(step % 7), event, step % 7);
    }
    open();
    settle();
    for (int i = 0; i < 7; ++i) {
      const auto state = find("user" + std::to_string(i));
      const auto count = std::count_if(state->timeline.begin(), state->timeline.end(),
                                       [&](const auto& entry) { return entry.name == event; });
      if (count < 3) send("user" + std::to_string(i), event, i);
    }
    settle();
    EXPECT_EQ(members("s" + std::to_string(stop_after)), 5u) << stop_after;
  }
}

TEST_F(BackfillTest, AFactThatComesBackHasItsWholeHistory) {
  send("ana", "Visited", 1);
  settle();
  segment("s", "did: {event: Visited, where: [{property: n, is: 1}], exactly: 2}");
  segment("s", "attribute: plan, is: pro");
  send("ana", "Visited", 1);
  apply_events();
  segment("s", "did: {event: Visited, where: [{property: n, is: 1}], exactly: 2}");
  settle();
  EXPECT_TRUE(is_member("ana", "s"));
}

TEST_F(BackfillTest, AnErasedContactGetsNothingBack) {
  send("ana", "Visited", 1);
  send("ben", "Visited", 1);
  settle();
  segment("s", "did: {event: Visited, where: [{property: n, is: 1}]}");
  ASSERT_TRUE(runtime_->erase(find("ana")->id, "test"));
  settle();
  EXPECT_EQ(members("s"), 1u);
  EXPECT_FALSE(find("ana").has_value());
}

}  // namespace
}  // namespace sojourn::runtime
