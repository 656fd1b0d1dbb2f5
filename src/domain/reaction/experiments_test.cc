#include "domain/reaction/experiments.h"

#include <gtest/gtest.h>

#include "domain/events/hit_mark.h"
#include "domain/events/standard_names.h"
#include "domain/reaction/reaction_lab.h"

namespace sojourn::reaction {
namespace {

using effects::DecisionKind;
using testing::Lab;
using testing::t0;

/// Everybody comes to arm `a`: its share is all but nothing.
std::string journey(std::string_view measure, std::string_view more = "") {
  return std::string("kind: journey\nkey: j\ntrigger: {event: Start}\n") + std::string(more) +
         R"(
goal: {event: Bought, within: 5d}
steps:
  - {id: before, send: {template: t}}
  - id: try
    split:
      arms:
        - {name: a, percent: 99.999999, steps: [{id: mail, send: {template: t}}]}
        - {name: b, percent: 0.000001}
      experiment: {measure: )" +
         std::string(measure) + ", decide: {after: 7d, at_least: 5}}\n" +
         "  - {id: rest, wait: 2d}\n";
}

DefinitionSource source(const std::string& text, int version = 1, bool superseded = false) {
  return {.path = "j", .text = text, .number = 1, .version = version, .superseded = superseded};
}

std::shared_ptr<const Rules> rules_of(std::vector<DefinitionSource> sources) {
  sources.push_back(
      {.path = "t", .text = "{kind: template, key: t, subject: s, html: <p>x</p>}", .number = 900});
  Rules::Compiled compiled = Rules::compile(sources);
  EXPECT_TRUE(compiled.problems.empty()) << compiled.problems.front().message;
  return compiled.rules;
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  text.replace(text.find(from), from.size(), to);
  return text;
}

events::Event answer(std::string_view name, const journeys::Run& run, std::string_view step) {
  events::Event event;
  event.name = name;
  event.trust = events::Trust::system;
  event.properties = {{"run", std::to_string(run.id)}, {"step", step}};
  return event;
}

void give(Lab& lab, events::Event event, Timestamp at) {
  event.at = event.received_at = at;
  lab.give(EventInput{.logged = {{77}, event}, .links = {}}, at);
}

TEST(Trial, IsCountedWhenTheRunComesAndWhenItReachesTheGoal) {
  Lab lab({journey("goal")});
  lab.happens("Start", t0);
  ASSERT_EQ(lab.contact.runs.front().trials.size(), 1u);
  EXPECT_EQ(lab.contact.runs.front().trials.front().arm, "a");
  EXPECT_EQ(lab.decided(DecisionKind::arm_succeeded), nullptr);
  lab.happens("Bought", t0 + Duration::days(1));
  ASSERT_EQ(lab.times(DecisionKind::arm_succeeded), 1);
  const effects::Decision* success = lab.decided(DecisionKind::arm_succeeded);
  EXPECT_EQ(success->step, "try");
  EXPECT_EQ(success->outcome, "a");
  EXPECT_EQ(success->text, "goal");
  lab.happens("Bought", t0 + Duration::days(2));
  EXPECT_EQ(lab.times(DecisionKind::arm_succeeded), 0);
}

TEST(Trial, CountsAGoalAfterTheEndWithinItsTimeOnce) {
  for (const std::int64_t days : {5, 6}) {
    Lab lab({journey("goal")});
    lab.happens("Start", t0);
    lab.time(t0 + Duration::days(2));
    ASSERT_EQ(lab.active_runs(), 0);
    lab.happens("Bought", t0 + Duration::days(days));
    EXPECT_EQ(lab.times(DecisionKind::arm_succeeded), days == 5 ? 1 : 0) << days;
    lab.happens("Bought", t0 + Duration::days(days));
    EXPECT_EQ(lab.times(DecisionKind::arm_succeeded), 0);
  }
}

TEST(Trial, CountsAClickInWhatWasSentAfterIt) {
  Lab lab({journey("clicked")});
  lab.happens("Start", t0);
  const journeys::Run run = lab.contact.runs.front();
  const std::string_view clicked = events::names::link_clicked;
  give(lab, answer(clicked, run, "before"), t0);
  EXPECT_EQ(lab.times(DecisionKind::arm_succeeded), 0) << "it was sent before";
  give(lab, answer(events::names::email_opened, run, "mail"), t0);
  EXPECT_EQ(lab.times(DecisionKind::arm_succeeded), 0) << "an open is no click";
  events::Event forged = answer(clicked, run, "mail");
  forged.trust = events::Trust::browser_key;
  give(lab, forged, t0);
  EXPECT_EQ(lab.times(DecisionKind::arm_succeeded), 0) << "Sojourn did not see it";
  events::Event of_program = answer(clicked, run, "mail");
  events::mark_hit(of_program, events::HitReason::too_soon);
  give(lab, of_program, t0);
  EXPECT_EQ(lab.times(DecisionKind::arm_succeeded), 0) << "a program made it";
  journeys::Run other = run;
  ++other.id;
  give(lab, answer(clicked, other, "mail"), t0);
  EXPECT_EQ(lab.times(DecisionKind::arm_succeeded), 0) << "it is of another run";
  give(lab, answer(clicked, run, "mail"), t0);
  EXPECT_EQ(lab.times(DecisionKind::arm_succeeded, "a"), 1);
  give(lab, answer(clicked, run, "mail"), t0);
  EXPECT_EQ(lab.times(DecisionKind::arm_succeeded), 0) << "once";
  EXPECT_EQ(lab.active_runs(), 1) << "it ends nothing";
}

TEST(Trial, IsNotCountedAgainWhereTheRunComesBack) {
  const std::string text =
      replaced(journey("clicked"), "  - {id: rest, wait: 2d}\n",
               "  - {id: rest, wait: 2d}\n  - {id: again, go_to: {step: try, at_most: 2}}\n");
  Lab lab({text});
  lab.happens("Start", t0);
  EXPECT_EQ(lab.contact.runs.front().trials.size(), 1u);
  lab.time(t0 + Duration::days(2));
  EXPECT_EQ(lab.times(DecisionKind::step_passed, "a"), 1);
  EXPECT_EQ(lab.decided(DecisionKind::step_passed)->text, "");
  EXPECT_EQ(lab.contact.runs.front().trials.size(), 1u);
}

TEST(Experiments, GoOnWhereWhatIsComparedStaysTheSame) {
  const std::vector<Experiment> first =
      experiments_in(*rules_of({source(journey("goal"))}), {}, t0);
  ASSERT_EQ(first.size(), 1u);
  EXPECT_EQ(first.front().standing.since, t0);
  const Timestamp later = t0 + Duration::days(1);
  const auto since_in = [&](const std::string& text) {
    const auto all = experiments_in(*rules_of({source(text, 2)}), first, later);
    EXPECT_EQ(all.size(), 1u);
    EXPECT_EQ(all.front().standing.version, all.front().standing.since == t0 ? 1 : 2);
    return all.front().standing.since;
  };
  EXPECT_EQ(since_in(replaced(journey("goal"), "wait: 2d", "wait: 3d")), t0);
  EXPECT_EQ(since_in(replaced(journey("goal"), "after: 7d", "after: 9d")), t0);
  EXPECT_EQ(since_in(replaced(journey("goal"), "name: b", "name: c")), later);
  EXPECT_EQ(since_in(replaced(journey("goal"), "0.000001", "0.0000001")), later);
  EXPECT_EQ(
      since_in(replaced(journey("goal"), "      experiment", "      seed: s\n      experiment")),
      later);
  EXPECT_EQ(since_in(journey("clicked")), later);
  EXPECT_EQ(since_in(replaced(journey("goal"), "Bought, within: 5d", "Bought, within: 6d")), later);
}

TEST(Experiments, AreGoneWithTheirSplit) {
  const std::vector<Experiment> first =
      experiments_in(*rules_of({source(journey("goal"))}), {}, t0);
  const std::string without = replaced(journey("goal"),
                                       "experiment: {measure: goal, decide: "
                                       "{after: 7d, at_least: 5}}",
                                       "seed: s");
  EXPECT_TRUE(experiments_in(*rules_of({source(without, 2)}), first, t0).empty());
}

TEST(Experiments, AWinnerHoldsInEveryVersionThatHasTheExperiment) {
  const std::string text = journey("goal");
  const std::string other = replaced(text, "name: b", "name: c");
  const auto rules = rules_of({source(replaced(text, "wait: 2d", "wait: 3d"), 3),
                               source(text, 2, true), source(other, 1, true)});
  std::vector<Experiment> all = experiments_in(*rules, {}, t0);
  all.front().standing.version = 2;
  all.front().standing.winner = experiments::Winner{"b", t0, ""};
  const auto standing = with_standings(rules, all);
  const auto taken = [](const JourneyRule& rule) {
    return std::get<journeys::Split>(rule.journey.find("try")->action).taken_by_all();
  };
  EXPECT_EQ(taken(standing->journeys().front()), "b");
  ASSERT_EQ(standing->superseded_journeys().size(), 2u);
  for (const JourneyRule& rule : standing->superseded_journeys()) {
    EXPECT_EQ(taken(rule), rule.journey.version == 2 ? "b" : "");
  }
  EXPECT_EQ(with_standings(standing, all), standing) << "nothing changes";
  EXPECT_EQ(taken(rules->journeys().front()), "") << "the rules are as they were";

  Lab lab({text});
  lab.publish(standing);
  lab.happens("Start", t0);
  EXPECT_EQ(lab.times(DecisionKind::step_passed, "b"), 1);
  EXPECT_TRUE(lab.contact.runs.front().trials.empty()) << "it was not drawn";
}

struct BoardTest : ::testing::Test {
  std::shared_ptr<const Rules> rules = rules_of({source(journey("goal"))});
  ExperimentBoard board{*rules, experiments_in(*rules, {}, t0)};

  void count(std::string arm, std::string outcome, std::int64_t by, int version = 1) {
    board.count({"journey", "j", version, "try", std::move(outcome), by, std::move(arm)});
  }
};

TEST_F(BoardTest, CountsItsArmsFromTheVersionOnThatBeganIt) {
  count("a", "came", 10);
  count("a", "succeeded", 3);
  count("b", "came", 7, 2);
  count("b", "came", 100, 0);
  count("c", "came", 100);
  board.count({"journey", "other", 1, "try", "came", 100, "a"});
  const std::vector<experiments::ArmCount> expected = {{"a", 10, 3}, {"b", 7, 0}};
  EXPECT_EQ(board.counts(1, "try"), expected);
}

TEST_F(BoardTest, LooksOnceWhenItIsDue) {
  const Timestamp due = t0 + Duration::days(7);
  count("a", "came", 5);
  count("b", "came", 4);
  EXPECT_EQ(board.next_due(), Timestamp::never());
  count("b", "came", 1);
  count("b", "succeeded", 5);
  EXPECT_EQ(board.next_due(), due);
  EXPECT_TRUE(board.look(due - Duration{1}).empty());
  const auto looked = board.look(due);
  ASSERT_EQ(looked.size(), 1u);
  EXPECT_EQ(looked.front().standing.winner->arm, "b");
  EXPECT_EQ(board.experiments().front().standing, looked.front().standing);
  EXPECT_EQ(board.next_due(), Timestamp::never());
  EXPECT_TRUE(board.look(due + Duration::days(9)).empty());
}

TEST_F(BoardTest, AWordOfSomebodyEndsIt) {
  std::vector<Experiment> all = board.experiments();
  const auto code = [&](std::string journey, std::string step, std::optional<std::string> arm) {
    const Result<void> done =
        declare(*rules, all, {std::move(journey), std::move(step), std::move(arm), "ann"}, t0);
    return done ? std::string() : done.error().code;
  };
  EXPECT_EQ(code("k", "try", "a"), "unknown_journey");
  EXPECT_EQ(code("j", "rest", "a"), "no_experiment");
  EXPECT_EQ(code("j", "try", "c"), "unknown_value");
  EXPECT_EQ(code("j", "try", std::nullopt), "no_winner");
  EXPECT_EQ(code("j", "try", "a"), "");
  EXPECT_EQ(code("j", "try", "a"), "already_winner");
  EXPECT_EQ(all.front().standing.winner->by, "ann");
  ExperimentBoard declared(*rules, all);
  declared.count({"journey", "j", 1, "try", "came", 50, "a"});
  declared.count({"journey", "j", 1, "try", "came", 50, "b"});
  EXPECT_EQ(declared.next_due(), Timestamp::never());
  EXPECT_EQ(code("j", "try", "b"), "");
  EXPECT_EQ(code("j", "try", std::nullopt), "");
  EXPECT_FALSE(all.front().standing.winner);
}

}  // namespace
}  // namespace sojourn::reaction
