#include "runtime/definitions.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <functional>

#include "base/ensure.h"
#include "runtime/definition_changes.h"
#include "store/sql/open.h"

namespace sojourn::runtime {
namespace {

constexpr Timestamp now{1'800'000'000'000};
using Rest = DefinitionRequest::Rest;

const DefinitionFile segment{"segments/buyers.yaml",
                             "kind: segment\nkey: buyers\nwhere: country is DE\n"};
const DefinitionFile journey{
    "journeys/welcome.yaml",
    "kind: journey\nkey: welcome\ntrigger: {segment_entered: buyers}\nsteps:\n"
    "  - {id: nudge, wait: 2d}\n"};

class DefinitionsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern =
        (std::filesystem::temp_directory_path() / "sojourn-definitions-XXXXXX").string();
    ENSURE(mkdtemp(pattern.data()) != nullptr);
    folder_ = pattern;
    auto opened = store::sql::open_sqlite_store(
        {.folder = folder_, .durability = store::Durability::planted_no_fsync});
    ENSURE(opened.has_value());
    store_ = std::move(*opened);
    publish({segment, journey});
  }
  void TearDown() override {
    store_.reset();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  PreparedDefinitions prepare(const DefinitionRequest& request) {
    auto view = store_->view();
    ENSURE(view.has_value());
    auto prepared = prepare_definitions(**view, request, "ann", now);
    ENSURE(prepared.has_value());
    return std::move(*prepared);
  }

  void publish(const DefinitionRequest& request) {
    const PreparedDefinitions prepared = prepare(request);
    ASSERT_TRUE(prepared.plan.problems.empty()) << prepared.plan.problems.front().message;
    write([&](store::StateTransaction& transaction) -> Result<void> {
      for (const store::DefinitionRecord& record : prepared.changed) {
        TRY_VOID(transaction.put_definition(record));
      }
      return {};
    });
  }

  void write(const std::function<Result<void>(store::StateTransaction&)>& change) {
    auto transaction = store_->begin();
    ASSERT_TRUE(transaction);
    ASSERT_TRUE(change(**transaction));
    ASSERT_TRUE((*transaction)->commit());
  }

  void count(std::string step, std::string outcome, std::int64_t by) {
    store::CounterKey key;
    key.kind = "journey";
    key.key = "welcome";
    key.version = 1;
    key.step = std::move(step);
    key.outcome = std::move(outcome);
    write(
        [&](store::StateTransaction& transaction) { return transaction.add_to_counter(key, by); });
  }

  static const DefinitionChange& change_of(const DefinitionPlan& plan, std::string_view key) {
    const auto found = std::find_if(plan.changes.begin(), plan.changes.end(),
                                    [&](const auto& change) { return change.key == key; });
    ENSURE(found != plan.changes.end());
    return *found;
  }

  static std::vector<std::string> codes(const DefinitionPlan& plan) {
    std::vector<std::string> found;
    for (const DefinitionProblem& problem : plan.problems) found.push_back(problem.code);
    return found;
  }

  std::string folder_;
  std::unique_ptr<store::Store> store_;
};

DefinitionFile with(DefinitionFile file, std::string_view from, std::string_view to) {
  file.text.replace(file.text.find(from), from.size(), to);
  return file;
}

TEST_F(DefinitionsTest, AChangedStepIsNamedWithThoseWhoWaitThere) {
  count("", "entered", 7);
  count("nudge", "reached", 7);
  count("nudge", "passed", 2);
  count("nudge", "left", 1);
  const DefinitionPlan plan = prepare({segment, with(journey, "2d", "3d")}).plan;
  const DefinitionChange& change = change_of(plan, "welcome");
  EXPECT_EQ(change.change, Change::changed);
  ASSERT_EQ(change.differences.size(), 1u);
  EXPECT_EQ(reaction::describe(change.differences.front()),
            "step nudge: wait 2 days -> wait 3 days");
  ASSERT_TRUE(change.inside);
  ASSERT_EQ(change.inside->steps.size(), 1u);
  EXPECT_EQ(change.inside->steps.front().step, "nudge");
  EXPECT_EQ(change.inside->steps.front().waiting, 4u);
  EXPECT_EQ(change.contacts_inside, 7u);
  EXPECT_EQ(change.rev, 2);
  EXPECT_EQ(change_of(plan, "buyers").change, Change::unchanged);
}

TEST_F(DefinitionsTest, WhatNoFileHoldsStaysAndIsListedWhereThatIsAsked) {
  EXPECT_EQ(prepare({segment}).plan.changes.size(), 1u);
  DefinitionRequest request({segment});
  request.rest = Rest::list;
  const PreparedDefinitions prepared = prepare(request);
  EXPECT_EQ(change_of(prepared.plan, "welcome").change, Change::only_on_server);
  EXPECT_TRUE(prepared.changed.empty());
  EXPECT_NE(prepared.rules->journey(std::string_view("welcome")), nullptr);
}

TEST_F(DefinitionsTest, WhatIsArchivedIsOutOfForceAndComesBackWithAFile) {
  DefinitionRequest request({segment});
  request.rest = Rest::archive;
  const PreparedDefinitions prepared = prepare(request);
  EXPECT_EQ(change_of(prepared.plan, "welcome").change, Change::removed);
  ASSERT_NE(prepared.rules, nullptr);
  EXPECT_EQ(prepared.rules->journey(std::string_view("welcome")), nullptr);
  publish(request);
  EXPECT_EQ(prepare(request).plan.changes.size(), 1u) << "archived twice";

  const PreparedDefinitions back = prepare({segment, journey});
  EXPECT_EQ(change_of(back.plan, "welcome").change, Change::changed);
  ASSERT_EQ(back.changed.size(), 1u);
  EXPECT_EQ(back.changed.front().version, 3);
  EXPECT_FALSE(back.changed.front().archived);
}

TEST_F(DefinitionsTest, OneDefinitionIsArchivedAndTheRestStays) {
  DefinitionRequest request(std::vector<DefinitionFile>{});
  request.archived = {{"journey", "welcome"}, {"journey", "nobody"}};
  request.revisions = {{"journey/welcome", "1"}};
  const PreparedDefinitions prepared = prepare(request);
  ASSERT_NE(prepared.rules, nullptr);
  ASSERT_EQ(prepared.plan.changes.size(), 1u);
  EXPECT_EQ(change_of(prepared.plan, "welcome").change, Change::removed);
  EXPECT_EQ(prepared.rules->journey(std::string_view("welcome")), nullptr);
  EXPECT_NE(prepared.rules->segment(std::string_view("buyers")), nullptr);
  EXPECT_TRUE(refuse_changed_meanwhile(prepared.plan));
  request.revisions = {{"journey/welcome", "7"}};
  EXPECT_FALSE(refuse_changed_meanwhile(prepare(request).plan));
}

TEST_F(DefinitionsTest, WhatOthersNeedCannotBeArchived) {
  DefinitionRequest request({journey});
  request.rest = Rest::archive;
  EXPECT_EQ(codes(prepare(request).plan), std::vector<std::string>{"unknown_segment"});
}

TEST_F(DefinitionsTest, AJourneyWithContactsInsideCannotBeArchived) {
  count("", "entered", 3);
  count("", "completed", 2);
  DefinitionRequest request({segment});
  request.rest = Rest::archive;
  const PreparedDefinitions prepared = prepare(request);
  EXPECT_EQ(codes(prepared.plan), std::vector<std::string>{"contacts_inside"});
  EXPECT_EQ(prepared.rules, nullptr);
  request.inside["welcome"].choice = journeys::Inside::Choice::move;
  EXPECT_EQ(codes(prepare(request).plan), std::vector<std::string>{"contacts_inside"});
  request.inside.clear();
  count("", "exited", 1);
  EXPECT_TRUE(codes(prepare(request).plan).empty());
}

TEST_F(DefinitionsTest, AJourneyIsArchivedWhereThoseInsideAreToLeave) {
  count("", "entered", 3);
  count("nudge", "reached", 3);
  count("", "completed", 1);
  count("nudge", "passed", 1);
  DefinitionRequest request({segment});
  request.rest = Rest::archive;
  request.inside["welcome"].choice = journeys::Inside::Choice::leave;
  const PreparedDefinitions prepared = prepare(request);
  EXPECT_TRUE(prepared.plan.problems.empty());
  const DefinitionChange& change = change_of(prepared.plan, "welcome");
  EXPECT_EQ(change.change, Change::removed);
  EXPECT_EQ(change.contacts_inside, 2u);
  ASSERT_TRUE(change.inside);
  EXPECT_EQ(change.inside->end, 2u);
  ASSERT_EQ(change.inside->steps.size(), 1u);
  EXPECT_EQ(change.inside->steps.front().fate.kind, journeys::Fate::Kind::ends);
}

TEST_F(DefinitionsTest, AJourneyIsArchivedWhereThoseInsideFinish) {
  count("", "entered", 3);
  count("nudge", "reached", 3);
  count("", "completed", 1);
  count("nudge", "passed", 1);
  DefinitionRequest request({segment});
  request.rest = Rest::archive;
  request.inside["welcome"].choice = journeys::Inside::Choice::finish;
  const PreparedDefinitions prepared = prepare(request);
  ASSERT_NE(prepared.rules, nullptr);
  const DefinitionChange& change = change_of(prepared.plan, "welcome");
  EXPECT_EQ(change.change, Change::removed);
  ASSERT_TRUE(change.inside);
  EXPECT_EQ(change.inside->stay, 2u);
  EXPECT_EQ(change.inside->end, 0u);
  const reaction::JourneyRule* rule = prepared.rules->journey(std::string_view("welcome"));
  ASSERT_NE(rule, nullptr);
  EXPECT_TRUE(rule->finishing);
  ASSERT_EQ(prepared.rules->superseded_journeys().size(), 1u);
  EXPECT_EQ(prepared.rules->superseded_journeys().front().journey.version, 1);

  const DefinitionFile other{"other.yaml",
                             "kind: journey\nkey: other\ntrigger: {event: Other}\n"
                             "steps: [{id: on, enter: welcome}]\n"};
  request.files.push_back(other);
  EXPECT_EQ(codes(prepare(request).plan), std::vector<std::string>{"unknown_journey"})
      << "nobody can enter it any more";
}

TEST_F(DefinitionsTest, AChangeOfWhatTheCallerHasNotSeenIsRefused) {
  DefinitionRequest request({segment, with(journey, "2d", "3d")});
  request.revisions = {{"journey/welcome", "1"}, {"segment/buyers", "9"}};
  // The segment has another revision, and does not change: nothing is lost.
  EXPECT_TRUE(refuse_changed_meanwhile(prepare(request).plan));
  publish({with(journey, "2d", "4d")});
  const DefinitionPlan plan = prepare(request).plan;
  EXPECT_TRUE(change_of(plan, "welcome").changed_meanwhile);
  const Result<void> refused = refuse_changed_meanwhile(plan);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "changed_meanwhile");
  EXPECT_EQ(refused.error().value, "journey/welcome");
}

TEST_F(DefinitionsTest, OfAWholeFolderWhatItDoesNotNameHasNotBeenSeen) {
  DefinitionRequest request({segment});
  request.rest = Rest::archive;
  EXPECT_FALSE(change_of(prepare(request).plan, "welcome").changed_meanwhile);
  request.revisions = {{"segment/buyers", "1"}};
  EXPECT_TRUE(change_of(prepare(request).plan, "welcome").changed_meanwhile);
  EXPECT_FALSE(refuse_changed_meanwhile(prepare(request).plan));
  request.revisions["journey/welcome"] = "1";
  EXPECT_TRUE(refuse_changed_meanwhile(prepare(request).plan));
  // Files alone are no whole.
  DefinitionRequest files({with(journey, "2d", "3d")});
  files.revisions = {{"segment/buyers", "1"}};
  EXPECT_TRUE(refuse_changed_meanwhile(prepare(files).plan));
}

TEST_F(DefinitionsTest, AnotherWorkspaceTakesThePlaceOfTheOneThatIsArchived) {
  publish({{"w.yaml", "{kind: workspace, key: old}"}});
  const DefinitionFile fresh{"w.yaml", "{kind: workspace, key: new}"};
  EXPECT_EQ(codes(prepare({segment, journey, fresh}).plan),
            std::vector<std::string>{"second_workspace"});
  DefinitionRequest request({segment, journey, fresh});
  request.rest = Rest::archive;
  EXPECT_TRUE(codes(prepare(request).plan).empty());
}

}  // namespace
}  // namespace sojourn::runtime
