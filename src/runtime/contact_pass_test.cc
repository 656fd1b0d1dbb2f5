// What happens to contacts between the moment at which a pass reads them and that at which it
// writes.
#include "runtime/contact_pass.h"

#include "domain/reaction/history.h"
#include "runtime/ledger.h"
#include "runtime/testing/backfill_lab.h"

namespace sojourn::runtime {
namespace {

constexpr std::string_view thrice =
    "did: {event: Visited, where: [{property: n, is: 5}], exactly: 3}";

class ContactPassTest : public BackfillLab {
 protected:
  static std::string user(int number) { return "user" + std::to_string(number); }
  void visit_each(int users, int times) {
    for (int i = 0; i < users; ++i) {
      for (int n = 0; n < times; ++n) send(user(i), "Visited", 5);
    }
    settle();
  }
  contacts::ContactId id_of(const std::string& name, const std::string& kind = "userId") {
    const contacts::Identifier identifier{kind, name};
    return *value_of(value_of(store_->view())->identifiers(std::span(&identifier, 1))).front();
  }
  std::uint64_t contact_count() { return value_of(value_of(store_->view())->contact_count()); }
  long events_of(const std::string& name, const std::string& event) {
    const auto state = find(name);
    return std::count_if(state->timeline.begin(), state->timeline.end(),
                         [&](const auto& entry) { return entry.name == event; });
  }
  int decisions_of(const std::string& name, effects::DecisionKind kind) {
    int count = 0;
    const auto view = value_of(store_->view());
    for (const auto& each : value_of(view->decisions(id_of(name), std::nullopt, 100))) {
      count += each.kind == static_cast<std::uint8_t>(kind) ? 1 : 0;
    }
    return count;
  }
};

TEST_F(ContactPassTest, WhoDoesSomethingAfterTheyWereReadKeepsIt) {
  visit_each(8, 2);
  segment("thrice", std::string(thrice));
  work_out_pages();
  // The page of the first two is written in the transaction of these events, the others later.
  for (int i = 0; i < 8; i += 2) send(user(i), "Visited", 5);
  apply_events();
  settle();
  for (int i = 0; i < 8; ++i) {
    EXPECT_EQ(events_of(user(i), "Visited"), i % 2 == 0 ? 3 : 2) << i;
    EXPECT_EQ(is_member(user(i), "thrice"), i % 2 == 0) << i;
  }
  EXPECT_EQ(members("thrice"), 4u);
}

TEST_F(ContactPassTest, WhoIsWrittenInTheTransactionOfAnEventHasBoth) {
  options_.committer.pass.contacts_per_page = 100;
  open();
  visit_each(6, 3);
  segment("thrice", std::string(thrice));
  work_out_pages();
  for (int i = 0; i < 6; i += 2) send(user(i), "Visited", 5);
  settle();
  for (int i = 0; i < 6; ++i) {
    EXPECT_EQ(events_of(user(i), "Visited"), i % 2 == 0 ? 4 : 3) << i;
    EXPECT_EQ(is_member(user(i), "thrice"), i % 2 != 0) << i;
  }
}

TEST_F(ContactPassTest, WhoComesInAmongThoseWhoWereReadIsWhole) {
  visit_each(8, 3);
  segment("thrice", std::string(thrice));
  work_out_pages();
  for (int i = 8; i < 24; ++i) {
    for (int n = 0; n < 3; ++n) send(user(i), "Visited", 5);
  }
  settle();
  EXPECT_EQ(members("thrice"), 24u);
  for (int i = 0; i < 24; ++i) {
    EXPECT_TRUE(is_member(user(i), "thrice")) << i;
    EXPECT_EQ(decisions_of(user(i), effects::DecisionKind::segment_entered), 1) << i;
  }
}

TEST_F(ContactPassTest, WhoIsMergedAfterTheyWereReadStaysMerged) {
  for (int i = 0; i < 6; ++i) {
    send(user(i), "Visited", 5);
    send("", "Visited", 5, "phone" + std::to_string(i));
    send("", "Visited", 5, "phone" + std::to_string(i));
  }
  settle();
  segment("thrice", std::string(thrice));
  segment("any", "did: {event: Visited, where: [{property: n, at_least: 1}]}");
  options_.committer.pass.contacts_per_page = 3;
  open();
  work_out_pages();
  for (int i = 0; i < 6; ++i) send(user(i), "Signed In", 0, "phone" + std::to_string(i));
  settle();
  EXPECT_EQ(contact_count(), 6u);
  EXPECT_EQ(members("thrice"), 6u);
  EXPECT_EQ(members("any"), 6u);
  for (int i = 0; i < 6; ++i) {
    EXPECT_TRUE(is_member(user(i), "thrice")) << i;
    EXPECT_EQ(events_of(user(i), "Visited"), 3) << i;
  }
}

TEST_F(ContactPassTest, WhoIsErasedAfterTheyWereReadDoesNotComeBack) {
  visit_each(6, 3);
  segment("thrice", std::string(thrice));
  work_out_pages();
  std::vector<contacts::ContactId> erased;
  for (int i = 0; i < 6; i += 2) erased.push_back(id_of(user(i)));
  for (const contacts::ContactId& id : erased) ASSERT_TRUE(runtime_->erase(id, "test"));
  settle();
  const auto view = value_of(store_->view());
  for (const contacts::ContactId& id : erased) {
    EXPECT_FALSE(value_of(view->contact(id)).has_value());
    EXPECT_TRUE(value_of(view->decisions(id, std::nullopt, 10)).empty());
  }
  EXPECT_EQ(members("thrice"), 3u);
}

TEST_F(ContactPassTest, WhatWasReadForACancelledPassIsNotWritten) {
  visit_each(6, 3);
  segment("thrice", std::string(thrice));
  work_out_pages();
  ASSERT_TRUE(runtime_->cancel_backfill("test"));
  // It may hold one page that was written before.
  const std::uint64_t before = members("thrice");
  settle();
  EXPECT_EQ(members("thrice"), before);
  for (int i = 0; i < 6; ++i) send(user(i), "Visited", 5);
  settle();
  ASSERT_TRUE(runtime_->start_backfill("test"));
  settle();
  EXPECT_EQ(members("thrice"), 0u);
  for (int i = 0; i < 6; ++i) EXPECT_EQ(events_of(user(i), "Visited"), 4) << i;
}

TEST_F(ContactPassTest, WhatWasWorkedOutUnderFormerRulesIsNotWritten) {
  visit_each(8, 3);
  segment("often", std::string(thrice));
  work_out_pages();
  segment("often", "did: {event: Visited, where: [{property: n, is: 5}], at_least: 9}");
  settle();
  EXPECT_EQ(members("often"), 0u);
  for (int i = 0; i < 8; ++i) {
    EXPECT_EQ(decisions_of(user(i), effects::DecisionKind::segment_entered), 0) << i;
  }
}

TEST_F(ContactPassTest, WhoLeavesByTimeIsWoken) {
  visit_each(8, 3);
  segment("lately", "did: {event: Visited, where: [{property: n, is: 5}], within: 3d}");
  settle();
  EXPECT_EQ(members("lately"), 8u);
  clock_.advance(Duration::days(4));
  settle();
  EXPECT_EQ(members("lately"), 0u);
}

TEST_F(ContactPassTest, WhatFallsDueWhileAPageWaitsHappensOnce) {
  options_.committer.wakes_per_batch = 1;
  open();
  publish(
      "kind: journey\nkey: hello\ntrigger: {event: Visited}\n"
      "steps: [{id: w, wait: 1d}, {id: t, track: {event: Reminded}}]\n");
  visit_each(6, 1);
  segment("ever", "did: {event: Visited, where: [{property: n, is: 5}]}");
  while (runtime_->step_backfill()) continue;
  // Runs are due when contacts are read: the committer itself evaluates those whom no wake comes
  // for first.
  clock_.advance(Duration::days(2));
  work_out_pages();
  settle();
  EXPECT_EQ(members("ever"), 6u);
  for (int i = 0; i < 6; ++i) EXPECT_EQ(events_of(user(i), "Reminded"), 1) << i;
}

TEST_F(ContactPassTest, BeginsAnewWhenTooManyWereTouched) {
  options_.committer.pass.touched_max = 3;
  open();
  visit_each(12, 2);
  segment("thrice", std::string(thrice));
  work_out_pages();
  for (int i = 0; i < 12; i += 2) send(user(i), "Visited", 5);
  settle();
  EXPECT_EQ(members("thrice"), 6u);
  for (int i = 0; i < 12; ++i) {
    EXPECT_EQ(events_of(user(i), "Visited"), i % 2 == 0 ? 3 : 2) << i;
  }
}

TEST_F(ContactPassTest, WorksOutAsManyPagesAsMayWaitAndNoMore) {
  visit_each(9, 1);
  const Ledger ledger(master);
  int told = 0;
  ContactPass pass({.store = *store_, .clock = clock_, .ledger = ledger},
                   {.contacts_per_page = 2, .pages_ahead = 3, .touched_max = 2},
                   [&told] { ++told; });
  const auto rules = runtime_->rules();
  const auto history =
      std::make_shared<const reaction::History>(rules, std::vector<reaction::YoungFact>());
  const PassPlan plan{.rules = rules, .history = history, .target = 1, .newest = 1, .after = {}};
  EXPECT_FALSE(pass.step());
  pass.begin(plan);
  while (pass.step()) continue;
  EXPECT_EQ(told, 3);
  contacts::ContactId last;
  int pages = 0;
  for (auto page = pass.take(); page; page = pass.take()) {
    ++pages;
    EXPECT_EQ(pass.step(), pages <= 2) << pages;
    EXPECT_EQ(page->last.has_value(), pages < 5) << pages;
    if (!page->last) continue;
    EXPECT_LT(last, *page->last);
    last = *page->last;
  }
  EXPECT_EQ(pages, 5) << "four of two contacts, one of the last";

  pass.begin(plan);
  ASSERT_TRUE(pass.step());
  for (int i = 0; i < 2; ++i) pass.note_touched(id_of(user(i)));
  EXPECT_TRUE(pass.has_page());
  EXPECT_TRUE(pass.is_touched(id_of(user(1))));
  pass.note_touched(id_of(user(2)));
  EXPECT_FALSE(pass.has_page()) << "the limit is two";
  EXPECT_FALSE(pass.is_begun());
}

}  // namespace
}  // namespace sojourn::runtime
