#include "domain/journeys/validate.h"

#include <gtest/gtest.h>

#include "domain/definitions/yaml.h"

namespace sojourn::journeys {
namespace {

Journey journey_of(std::string_view text) {
  const auto document = definitions::parse_yaml(text);
  EXPECT_TRUE(document);
  Result<Journey> journey = read_journey(document->value);
  EXPECT_TRUE(journey) << (journey ? "" : journey.error().message);
  return journey ? std::move(*journey) : Journey{};
}

std::vector<std::string> problems_of(const Journey& journey) {
  std::vector<std::string> found;
  for (const GraphProblem& problem : validate(journey)) {
    found.push_back(problem.step + " " + problem.code);
  }
  return found;
}

constexpr std::string_view branching = R"(
kind: journey
key: j
trigger: {event: A}
steps:
  - id: fork
    branch:
      arms:
        - {name: yes, when: {attribute: a, is: 1}, steps: [{id: stop, exit: done}]}
      otherwise:
        - {id: pause, wait: 2d}
  - {id: mail, send: {template: t}}
)";

TEST(Validate, AJourneyAsPeopleWriteItHasNoProblem) {
  EXPECT_EQ(problems_of(journey_of(branching)), std::vector<std::string>{});
}

TEST(Validate, AStepBehindAnExitIsNeverReached) {
  const Journey journey = journey_of(
      "{kind: journey, key: j, trigger: {event: A}, steps: [{id: a, wait: 1d}, {id: b, exit: x}, "
      "{id: c, wait: 1d}, {id: d, wait: 1d}]}");
  const std::vector<std::string> expected = {"c unreachable_step", "d unreachable_step"};
  EXPECT_EQ(problems_of(journey), expected);
}

TEST(Validate, AWayToAStepThatThereIsNotIsFound) {
  Journey journey = journey_of(branching);
  journey.steps.back().next = "nowhere";
  EXPECT_EQ(problems_of(journey), std::vector<std::string>{"mail unknown_step"});
}

TEST(Validate, ALoopNeedsAWait) {
  Journey journey = journey_of(branching);
  journey.steps.back().next = "fork";
  // The only way from the end back to it is over a wait.
  EXPECT_EQ(problems_of(journey), std::vector<std::string>{});
  std::get<Branch>(journey.steps.front().action).arms.front().next = "mail";
  const std::vector<std::string> expected = {"fork loop_without_wait", "stop unreachable_step"};
  EXPECT_EQ(problems_of(journey), expected);
}

constexpr std::string_view trying = R"(
kind: journey
key: j
trigger: {event: A}
steps:
  - {id: before, send: {template: t}}
  - id: try
    split:
      arms: [{name: a, percent: 50}, {name: b, percent: 50}]
      experiment: {measure: MEASURE}
AFTER
)";

TEST(Validate, AnExperimentMeasuresWhatCanHappen) {
  const auto problems = [](std::string_view measure, std::string_view after) {
    std::string text(trying);
    text.replace(text.find("MEASURE"), 7, measure);
    text.replace(text.find("AFTER"), 5, after);
    return problems_of(journey_of(text));
  };
  const std::vector<std::string> none;
  EXPECT_EQ(problems("goal", ""), std::vector<std::string>{"try experiment_without_goal"});
  EXPECT_EQ(problems("goal", "goal: {event: Bought}"), none);
  for (const std::string_view measure : {"clicked", "opened"}) {
    EXPECT_EQ(problems(measure, "  - {id: rest, wait: 1d}"),
              std::vector<std::string>{"try experiment_without_mail"})
        << "what was sent before is no answer";
    EXPECT_EQ(problems(measure, "  - {id: rest, wait: 1d}\n  - {id: mail, send: {template: t}}"),
              none);
  }
}

Journey going_back(std::string_view at_most) {
  return journey_of(
      "{kind: journey, key: j, trigger: {event: A}, steps: [{id: a, update: {n: 1}}, "
      "{id: b, go_to: {step: a, at_most: " +
      std::string(at_most) + "}}]}");
}

TEST(Validate, AGoToStepEndsItsLoop) {
  EXPECT_EQ(problems_of(going_back("10")), std::vector<std::string>{});
  // Two steps a round, and 500 at one instant.
  EXPECT_EQ(problems_of(going_back("250")), std::vector<std::string>{});
  EXPECT_EQ(problems_of(going_back("251")), std::vector<std::string>{"b loop_without_wait"});
}

}  // namespace
}  // namespace sojourn::journeys
