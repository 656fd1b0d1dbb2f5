// Publications over a store with a log: facts, segments and scores of everybody are what they would
// be had the definitions been there from the beginning.
#include "runtime/backfill.h"

#include <gtest/gtest.h>

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <set>
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
    if (applies_at_once_) apply_events();
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
  void score(const std::string& key, const std::string& members) {
    publish("kind: score\nkey: " + key + "\n" + members);
  }
  std::optional<scoring::ScoreState> standing(const std::string& user, const std::string& key) {
    const auto state = find(user);
    const reaction::ScoreRuleSet* rule = runtime_->rules()->score(std::string_view(key));
    for (const scoring::ScoreState& each : state->scores) {
      if (each.score == rule->number) return each;
    }
    return std::nullopt;
  }
  double value(const std::string& user, const std::string& key) {
    const auto state = standing(user, key);
    if (!state) return 0;
    return scoring::value_at(runtime_->rules()->score(std::string_view(key))->score, *state,
                             clock_.now());
  }
  /// One score has the same of these users as another, which has been there all the time.
  void expect_same(const std::string& key, const std::string& other, int users) {
    for (int i = 0; i < users; ++i) {
      const std::string user = "user" + std::to_string(i);
      EXPECT_NEAR(value(user, key), value(user, other), 1e-9) << user;
      const auto found = standing(user, key);
      const auto expected = standing(user, other);
      ASSERT_EQ(found.has_value(), expected.has_value()) << user;
      if (!found) continue;
      EXPECT_EQ(std::set(found->crossed.begin(), found->crossed.end()),
                std::set(expected->crossed.begin(), expected->crossed.end()))
          << user;
      ASSERT_EQ(found->reasons.size(), expected->reasons.size()) << user;
      for (std::size_t r = 0; r < found->reasons.size(); ++r) {
        EXPECT_EQ(found->reasons[r].rule, expected->reasons[r].rule) << user;
        EXPECT_EQ(found->reasons[r].at, expected->reasons[r].at) << user;
        EXPECT_NEAR(found->reasons[r].points, expected->reasons[r].points, 1e-9) << user;
      }
    }
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
  /// An event that is applied later has faded, and the value took another way.
  bool applies_at_once_ = false;
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

/// Caps, fading, negative points, and a threshold that is left later than it is crossed.
const std::string interest =
    "half_life: 8s\n"
    "rules: [{key: visit, event: Visited, points: 10, cap: 25}, "
    "{key: large, event: Visited, where: [{property: n, at_least: 3}], points: 7}, "
    "{key: complaint, event: Complained, points: -6}]\n"
    "thresholds: [{key: warm, up: 22, down: 6}, {key: hot, up: 30}]\n";

TEST_F(BackfillTest, ANewScoreIsWhatItWouldBeHadItBeenThereFromTheBeginning) {
  applies_at_once_ = true;
  score("lived", interest);
  for (int round = 0; round < 6; ++round) {
    for (int i = 0; i < 7; ++i) {
      const std::string user = "user" + std::to_string(i);
      if (round <= i) send(user, "Visited", (round * i) % 5);
      if ((round + i) % 4 == 0) send(user, "Complained");
    }
  }
  settle();
  score("later", interest);
  publish(
      "kind: journey\nkey: hello\ntrigger: {score_crossed: {score: later, threshold: warm}}\n"
      "steps: [{id: w, wait: 1d}]\n");
  segment("warm", "score: later, threshold: warm");
  // More happens before the log is read, while contacts are visited, and afterwards.
  for (int i = 0; i < 7; i += 2) send("user" + std::to_string(i), "Visited", 4);
  apply_events();
  while (runtime_->step_backfill()) continue;
  runtime_->step_committer();
  for (int i = 0; i < 7; i += 3) send("user" + std::to_string(i), "Complained");
  settle();
  expect_same("later", "lived", 7);
  bool any_is_warm = false;
  for (int i = 0; i < 7; ++i) {
    const std::string user = "user" + std::to_string(i);
    const auto state = standing(user, "lived");
    const bool is_warm = state && std::find(state->crossed.begin(), state->crossed.end(), "warm") !=
                                      state->crossed.end();
    any_is_warm = any_is_warm || is_warm;
    EXPECT_EQ(is_member(user, "warm"), is_warm) << user;
  }
  EXPECT_TRUE(any_is_warm);
  for (int i = 0; i < 7; ++i) EXPECT_TRUE(find("user" + std::to_string(i))->runs.empty()) << i;
}

TEST_F(BackfillTest, AnEditedScoreHasThePastOfItsNewRules) {
  applies_at_once_ = true;
  score("lived", interest);
  score("edited",
        "half_life: 3s\nrules: [{key: visit, event: Visited, points: 1}]\n"
        "thresholds: [{key: warm, up: 4, down: 1}]\n");
  for (int i = 0; i < 5; ++i) {
    for (int n = 0; n <= i; ++n) send("user" + std::to_string(i), "Visited", n);
  }
  settle();
  score("edited", interest);
  for (int i = 0; i < 5; ++i) send("user" + std::to_string(i), "Visited", 1);
  settle();
  expect_same("edited", "lived", 5);
}

TEST_F(BackfillTest, PointsOfTwoWhoMergeWhileAScoreIsBuiltAreThoseOfBoth) {
  score("lived", interest);
  for (int i = 0; i < 4; ++i) {
    const std::string number = std::to_string(i);
    for (int n = 0; n < 3; ++n) {
      send("user" + number, "Visited", n);
      send("", "Visited", n + 1, "phone" + number);
    }
  }
  settle();
  score("later", interest);
  send("user0", "Signed In", 0, "phone0");
  apply_events();
  while (runtime_->step_backfill()) continue;
  runtime_->step_committer();
  send("user1", "Signed In", 0, "phone1");
  send("user2", "Signed In", 0, "phone2");
  settle();
  send("user3", "Signed In", 0, "phone3");
  settle();
  for (int i = 0; i < 4; ++i) {
    const std::string user = "user" + std::to_string(i);
    EXPECT_NEAR(value(user, "later"), value(user, "lived"), 1e-9) << user;
    EXPECT_GT(value(user, "later"), 0) << user;
  }
}

TEST_F(BackfillTest, AScoreThatIsBuiltGoesOnAfterAStopAtAnyMoment) {
  applies_at_once_ = true;
  score("lived", interest);
  for (int stop_after = 0; stop_after < 8; ++stop_after) {
    for (int i = 0; i < 6; ++i) send("user" + std::to_string(i), "Visited", i);
    settle();
    const std::string key = "s" + std::to_string(stop_after);
    score(key, interest);
    for (int step = 0; step < stop_after; ++step) {
      if (!runtime_->step_backfill()) runtime_->step_committer();
      if (step % 3 == 1) send("user" + std::to_string(step % 6), "Visited", 3);
    }
    open();
    settle();
    expect_same(key, "lived", 6);
  }
}

TEST_F(BackfillTest, WhatIsCancelledCountsFromItsPublicationOnUntilItIsStartedAgain) {
  applies_at_once_ = true;
  score("lived", interest);
  for (int i = 0; i < 6; ++i) {
    for (int n = 0; n < 2; ++n) send("user" + std::to_string(i), "Visited", n);
  }
  settle();
  EXPECT_EQ(runtime_->cancel_backfill("test").error().code, "no_backfill");
  segment("thrice", "did: {event: Visited, where: [{property: n, at_most: 9}], exactly: 3}");
  segment("since", "did: {event: Visited, where: [{property: n, at_most: 8}]}");
  score("later", interest);
  ASSERT_TRUE(runtime_->backfill().active);
  ASSERT_TRUE(runtime_->cancel_backfill("test"));
  EXPECT_FALSE(runtime_->backfill().active);
  EXPECT_TRUE(runtime_->backfill().cancelled);
  settle();
  EXPECT_EQ(members("since"), 0u);
  // Also after a restart.
  open();
  EXPECT_TRUE(runtime_->backfill().cancelled);
  send("user1", "Visited", 1);
  settle();
  EXPECT_EQ(members("since"), 1u) << "what happens counts";
  EXPECT_EQ(members("thrice"), 0u);
  EXPECT_GT(value("user1", "later"), 0);
  EXPECT_EQ(value("user2", "later"), 0);
  ASSERT_TRUE(runtime_->start_backfill("test"));
  EXPECT_EQ(runtime_->start_backfill("test").error().code, "backfill_under_way");
  settle();
  EXPECT_EQ(members("since"), 6u);
  EXPECT_EQ(members("thrice"), 1u);
  expect_same("later", "lived", 6);
  EXPECT_EQ(runtime_->start_backfill("test").error().code, "nothing_to_build");
}

TEST_F(BackfillTest, WhatIsCancelledHalfWayIsWholeAfterTheNextPublication) {
  for (int i = 0; i < 9; ++i) send("user" + std::to_string(i), "Visited", i);
  settle();
  segment("twice", "did: {event: Visited, where: [{property: n, at_least: 3}], at_least: 2}");
  while (runtime_->step_backfill()) continue;
  runtime_->step_committer();
  runtime_->step_committer();
  ASSERT_TRUE(runtime_->backfill().active);
  ASSERT_TRUE(runtime_->cancel_backfill("test"));
  for (int i = 0; i < 9; ++i) send("user" + std::to_string(i), "Visited", i);
  settle();
  EXPECT_LT(members("twice"), 6u);
  segment("pro", "attribute: plan, is: pro");
  settle();
  EXPECT_EQ(members("twice"), 6u);
  EXPECT_FALSE(runtime_->backfill().cancelled);
}

TEST_F(BackfillTest, AJourneyThatPausesDoesNotBeginWhatWasCancelled) {
  publish("kind: journey\nkey: hello\ntrigger: {event: Visited}\nsteps: [{id: w, wait: 1d}]\n");
  send("ana", "Visited", 1);
  settle();
  segment("s", "did: {event: Visited, where: [{property: n, is: 1}]}");
  ASSERT_TRUE(runtime_->cancel_backfill("test"));
  ASSERT_TRUE(runtime_->pause_journey("hello", "test"));
  settle();
  EXPECT_TRUE(runtime_->backfill().cancelled);
  EXPECT_EQ(members("s"), 0u);
  ASSERT_TRUE(runtime_->start_backfill("test"));
  settle();
  EXPECT_EQ(members("s"), 1u);
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

// As after an update that counts something by other facts than before.
TEST_F(BackfillTest, FactsThatTheStoreDoesNotKnowArePublishedAtTheStart) {
  send("ann", "Bought");
  send("ann", "Bought");
  send("bob", "Bought");
  settle();
  {
    store::DefinitionRecord record;
    record.kind = "segment";
    record.key = "buyers";
    record.number = 1;
    record.path = "buyers.yaml";
    record.source = "kind: segment\nkey: buyers\nwhere: did Bought at least 2 times\n";
    const auto transaction = value_of(store_->begin());
    ASSERT_TRUE(transaction->put_definition(record));
    ASSERT_TRUE(transaction->commit());
  }
  open();
  send("bob", "Bought");
  settle();
  EXPECT_TRUE(is_member("ann", "buyers"));
  EXPECT_TRUE(is_member("bob", "buyers"));
  // The next start finds nothing new.
  const auto before = value_of(value_of(store_->view())->facts());
  open();
  EXPECT_EQ(value_of(value_of(store_->view())->facts()), before);
  EXPECT_FALSE(runtime_->backfill().active);
}

}  // namespace
}  // namespace sojourn::runtime
