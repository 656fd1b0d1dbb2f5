// Publications over a store with a log: facts, segments and scores of everybody are what they would
// be had the definitions been there from the beginning.
#include "runtime/backfill.h"

#include "runtime/testing/backfill_lab.h"

namespace sojourn::runtime {
namespace {

class BackfillTest : public BackfillLab {};

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
  work_out_pages();
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
  work_out_pages();
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
  for (int stop_after = 0; stop_after < 18; ++stop_after) {
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
  work_out_pages();
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
  work_out_pages();
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
  for (int stop_after = 0; stop_after < 14; ++stop_after) {
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
  work_out_pages();
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
TEST_F(BackfillTest, AnErasedContactWhoComesBackHasRunsOfOtherIds) {
  publish("{kind: journey, key: j, trigger: {event: Begin}, steps: [{id: w, wait: 2d}]}");
  const auto run_of = [&] {
    send("ann", "Begin");
    settle();
    return find("ann")->runs.front().id;
  };
  const std::uint64_t before = run_of();
  const contacts::ContactId id = find("ann")->id;
  ASSERT_TRUE(runtime_->erase(id, "test"));
  const std::uint64_t after = run_of();
  EXPECT_EQ(find("ann")->id, id) << "ids are derived from the identifier";
  EXPECT_NE(after, before);
}

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
