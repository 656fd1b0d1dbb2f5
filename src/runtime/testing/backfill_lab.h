#pragma once

/// A runtime over a store with a log, stepped by hand: what tests of publications and of what
/// follows from them begin with.

#include <gtest/gtest.h>

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>

#include "channels/inbox/inbox_channel.h"
#include "domain/reaction/contact_state.h"
#include "runtime/workspace_runtime.h"
#include "store/sql/open.h"

namespace sojourn::runtime {

inline constexpr Timestamp start{1'772'442'000'000};
inline constexpr HashKey master{{1, 2, 3}};

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

class BackfillLab : public ::testing::Test {
 protected:
  BackfillLab() {
    options_.sender.public_url = "https://example.com";
    options_.committer.pass.contacts_per_page = 2;
    open();
  }

  ~BackfillLab() override { close(); }

  /// Mails that are being handed over are reported to the runtime until the channel has stopped.
  void close() {
    if (channel_ != nullptr) channel_->stop(Duration::seconds(5));
    runtime_.reset();
  }
  void open() {
    close();
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

  /// Reads what a pass needs of the log and works out as many pages as may wait. Nothing is
  /// written.
  void work_out_pages() {
    while (runtime_->step_backfill()) continue;
    runtime_->step_committer();  // begins the pages
    while (runtime_->step_backfill()) continue;
  }

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

}  // namespace sojourn::runtime
