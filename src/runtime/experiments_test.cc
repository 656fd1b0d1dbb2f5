#include "runtime/experiments.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <stdexcept>

#include "channels/inbox/inbox_channel.h"
#include "runtime/workspace_runtime.h"
#include "store/sql/open.h"

namespace sojourn::runtime {
namespace {

using experiments::Look;
using experiments::Verdict;
using experiments::Winner;
using reaction::Experiment;

TEST(ExperimentsText, IsReadAsItIsWritten) {
  Experiment looked{
      .journey = 4, .step = "try", .compared = "{\"arms\":[]}\nBought", .standing = {}};
  looked.standing = {.version = 3, .since = {1'000}};
  looked.standing.look = Look{.at = {2'000},
                              .counts = {{"a", 20, 3}, {"b", 21, 9}},
                              .verdict = {Verdict::Kind::leading, "b", 0.123456789}};
  looked.standing.winner = Winner{"a", {3'000}, "ann"};
  const std::vector<Experiment> all = {
      looked, {.journey = 5, .step = "x", .compared = "c", .standing = {}}};
  const Result<std::vector<Experiment>> read = read_experiments(write_experiments(all));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(*read, all);
  EXPECT_TRUE(read_experiments("")->empty());
  EXPECT_EQ(write_experiments({}), "");
}

TEST(ExperimentsText, IsRefusedWhereItIsDamaged) {
  const std::string_view whole =
      R"([{"journey":4,"step":"s","compared":"c","version":1,"since":5,)"
      R"("look":{"at":1,"verdict":"winner","arm":"a","chance":0.1,"counts":[]},)"
      R"("winner":{"arm":"a","at":1,"by":""}}])";
  ASSERT_TRUE(read_experiments(whole));
  for (const std::string_view part :
       {"\"journey\":4,", "\"step\":\"s\",", "\"compared\":\"c\",", "\"version\":1,",
        "\"at\":1,\"verdict\"", "\"winner\",\"arm\"", "\"counts\":[]", "\"by\":\"\""}) {
    std::string damaged(whole);
    damaged.replace(damaged.find(part), part.size(), "\"x\":0,");
    EXPECT_FALSE(read_experiments(damaged)) << part;
  }
  for (const std::string_view text : {"{", "{}", "[1]"}) EXPECT_FALSE(read_experiments(text));
}

constexpr HashKey master{{1, 2, 3}};

template <typename T>
T value_of(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().code + ": " + result.error().message);
  return std::move(*result);
}

const DefinitionFile other{"other.yaml",
                           "{kind: journey, key: other, trigger: {event: X}, steps: [{id: x, exit: "
                           "x}]}"};

DefinitionFile journey(std::string_view rest) {
  return {"j.yaml",
          fmt::format("kind: journey\nkey: j\ntrigger: {{event: Start}}\n"
                      "goal: {{event: Bought, within: 9d}}\nsteps:\n"
                      "  - id: try\n    split:\n      arms:\n"
                      "        - {{name: a, percent: 50}}\n        - {{name: b, percent: 50}}\n"
                      "      experiment: {{measure: goal, decide: {{after: 2d, at_least: 5}}}}\n"
                      "  - {{id: rest, wait: {}}}\n",
                      rest)};
}

class ExperimentsTest : public ::testing::Test {
 protected:
  ExperimentsTest() {
    std::string folder =
        (std::filesystem::temp_directory_path() / "sojourn-experiments-XXXXXX").string();
    if (mkdtemp(folder.data()) == nullptr) throw std::runtime_error("no temporary folder");
    folder_ = folder;
    store_ = value_of(store::sql::open_sqlite_store(
        {.folder = folder_ + "/data", .durability = store::Durability::planted_no_fsync}));
    channel_ =
        value_of(channels::inbox::InboxChannel::create({.folder = folder_ + "/mails"}, clock_));
    open();
    publish({journey("30d"), other});
  }
  ~ExperimentsTest() override {
    runtime_.reset();
    channel_.reset();
    store_.reset();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  /// Also a restart.
  void open() {
    runtime_.reset();
    runtime_ = value_of(WorkspaceRuntime::open(
        {.store = *store_, .clock = clock_, .channel = *channel_, .master_key = master}, {}));
    settle();
  }

  void publish(std::vector<DefinitionFile> files) {
    const DefinitionPlan plan =
        value_of(runtime_->apply(DefinitionRequest(std::move(files)), "ann"));
    for (const DefinitionProblem& problem : plan.problems) ADD_FAILURE() << problem.message;
    settle();
  }

  void settle() {
    while (runtime_->step_log() | runtime_->step_backfill() | runtime_->step_committer() |
           runtime_->step_outbox()) {
      continue;
    }
  }

  void happens(const std::string& name, const std::string& user) {
    events::Event event;
    event.message_id = "m" + std::to_string(++sent_);
    event.name = name;
    event.user_id = user;
    event.at = event.received_at = clock_.now();
    ASSERT_TRUE(runtime_->submit({std::move(event)}, [](const Result<void>&) {}));
    settle();
  }

  [[nodiscard]] const journeys::Split& split() const {
    return std::get<journeys::Split>(runtime_->rules()->journey("j")->journey.find("try")->action);
  }

  std::vector<std::string> audited() {
    const auto view = value_of(store_->view());
    std::vector<std::string> lines;
    for (const store::AuditRecord& record : value_of(view->audit(std::nullopt, 100))) {
      if (!record.action.starts_with("experiment.")) continue;
      lines.insert(lines.begin(), fmt::format("{} {} {}: {}", record.actor, record.action,
                                              record.subject, record.detail));
    }
    return lines;
  }

  /// Enough for the look, most of them successes of arm b.
  void fill() {
    for (int i = 0; i < 40; ++i) happens("Start", fmt::format("u{}", i));
    for (int i = 0; i < 40; ++i) {
      const std::string user = fmt::format("u{}", i);
      const contacts::Identifier identifier{"userId", user};
      const auto view = value_of(store_->view());
      const auto ids = value_of(view->identifiers(std::span(&identifier, 1)));
      const auto record = value_of(view->contact(*ids.front()));
      const auto state = value_of(reaction::decode_contact(record->state));
      if (state.runs.front().trials.front().arm == "b") happens("Bought", user);
    }
  }

  std::string folder_;
  ManualClock clock_{{1'772'442'000'000}};
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<channels::inbox::InboxChannel> channel_;
  std::unique_ptr<WorkspaceRuntime> runtime_;
  int sent_ = 0;
};

TEST_F(ExperimentsTest, AWinnerIsFoundOnceAtItsInstantAndSurvivesARestart) {
  const Timestamp begun = clock_.now();
  fill();
  EXPECT_EQ(runtime_->next_due(), begun + Duration::days(2));
  open();
  EXPECT_EQ(runtime_->next_due(), begun + Duration::days(2)) << "counted from the store";
  clock_.set(begun + Duration::days(2) - Duration{1});
  settle();
  EXPECT_FALSE(split().standing->look);
  EXPECT_TRUE(runtime_->quiet());
  clock_.set(begun + Duration::days(2));
  EXPECT_FALSE(runtime_->quiet());
  settle();
  EXPECT_TRUE(runtime_->quiet());
  ASSERT_TRUE(split().standing->winner);
  EXPECT_EQ(split().taken_by_all(), "b");
  const experiments::Standing found = *split().standing;
  EXPECT_EQ(found.since, begun);
  open();
  EXPECT_EQ(*split().standing, found);
  const std::vector<std::string> lines = audited();
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_TRUE(lines[0].starts_with("sojourn experiment.look journey/j: step try: winner, a 0 of "))
      << lines[0];
  EXPECT_EQ(lines[1], "sojourn experiment.decide journey/j: step try: everybody takes b");
}

TEST_F(ExperimentsTest, APublicationThatComparesTheSameKeepsTheWinner) {
  ASSERT_TRUE(runtime_->declare_winner({"j", "try", "a", "ann"}));
  EXPECT_EQ(split().taken_by_all(), "a");
  publish({journey("20d"), other});
  EXPECT_EQ(split().taken_by_all(), "a");
  ASSERT_TRUE(runtime_->pause_journey("other", "ann"));
  EXPECT_EQ(split().taken_by_all(), "a");
  const DefinitionPlan plan = value_of(runtime_->plan(DefinitionRequest({journey("20d"), other})));
  for (const auto& change : plan.changes) {
    EXPECT_EQ(change.change, Change::unchanged) << change.key;
  }
  EXPECT_EQ(audited(), std::vector<std::string>{
                           "ann experiment.declare journey/j: step try: everybody takes a"});
}

TEST_F(ExperimentsTest, AWinnerIsTakenBack) {
  ASSERT_TRUE(runtime_->declare_winner({"j", "try", "a", "ann"}));
  ASSERT_TRUE(runtime_->declare_winner({"j", "try", std::nullopt, "ben"}));
  EXPECT_EQ(split().taken_by_all(), "");
  const Result<void> again = runtime_->declare_winner({"j", "try", std::nullopt, "ben"});
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, "no_winner");
  EXPECT_EQ(audited().back(), "ben experiment.retract journey/j: step try: no winner any more");
}

}  // namespace
}  // namespace sojourn::runtime
