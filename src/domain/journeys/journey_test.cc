#include "domain/journeys/journey.h"

#include <gtest/gtest.h>

#include "domain/definitions/yaml.h"

namespace sojourn::journeys {
namespace {

struct Read {
  definitions::YamlDocument document;
  Result<Journey> journey;
};

Read read(std::string_view yaml) {
  Result<definitions::YamlDocument> document = definitions::parse_yaml(yaml);
  EXPECT_TRUE(document) << yaml;
  Result<Journey> journey = read_journey(document->value);
  return {std::move(*document), std::move(journey)};
}

std::vector<std::string> ways_of(const Journey& journey, std::string_view step) {
  std::vector<std::string> to;
  for (const Way& way : ways_on(*journey.find(step))) to.push_back(way.to);
  return to;
}

TEST(JourneyText, APathThatEndsJoinsTheStepAfter) {
  const Read result = read(R"(
key: j
trigger: {event: Signed Up}
steps:
  - id: hello
    send: {template: hello}
  - id: choice
    branch:
      arms:
        - when: {segment: a}
          steps:
            - {id: for-a, wait: 1d}
        - when: {segment: b}
      otherwise:
        - id: answer
          wait_for:
            clicked: hello
            at_most: 4d
            then: [{id: thanks, send: {template: thanks}}]
  - id: last
    exit: done
)");
  ASSERT_TRUE(result.journey) << result.journey.error().message;
  const Journey& journey = *result.journey;
  using Ids = std::vector<std::string>;
  EXPECT_EQ(journey.entry, "hello");
  EXPECT_EQ(ways_of(journey, "hello"), Ids{"choice"});
  EXPECT_EQ(ways_of(journey, "choice"), (Ids{"for-a", "last", "answer"}));
  EXPECT_EQ(ways_of(journey, "for-a"), Ids{"last"});
  EXPECT_EQ(ways_of(journey, "answer"), (Ids{"thanks", "last"}));
  EXPECT_EQ(ways_of(journey, "thanks"), Ids{"last"});
  EXPECT_EQ(ways_of(journey, "last"), Ids{});
  EXPECT_EQ(journey.find("none"), nullptr);
}

TEST(JourneyText, ReadsEveryTriggerAndReentry) {
  const struct {
    std::string_view trigger;
    std::string_view words;
  } cases[] = {
      {"{event: E, at_least: 2, within: 7d}", "did E at least 2 times in last 7 days"},
      {"{segment_entered: hot}", "enters segment hot"},
      {"{segment_left: hot}", "leaves segment hot"},
      {"{score_crossed: {score: lead, threshold: hot}}", "score lead becomes hot"},
      {"{score_fell: {score: lead, threshold: hot}}", "score lead is no longer hot"},
      {"{form: signup}", "did \"Form Submitted\" where form is signup"},
      {"{webhook: crm}", "did \"Webhook Received\" where webhook is crm"},
      {"{deal_stage: won}", "did \"Deal Stage Changed\" where stage is won"},
      {"{attribute_changed: plan}", "plan changes"},
      {"{attribute_changed: {attribute: plan, from: free, to: pro}}",
       "plan changes from free to pro"},
      {"{date: 7 days before attribute renewal_date at 09:00}",
       "7 days before attribute renewal_date at 09:00"},
      {"{schedule: every monday at 09:00}", "every monday at 09:00"},
      {"{entry: true}", "entered by hand, by the API or from another journey"},
      {"[{segment_entered: hot}, {entry: true}]",
       "enters segment hot, or entered by hand, by the API or from another journey"},
  };
  for (const auto& each : cases) {
    const Read result = read("key: j\ntrigger: " + std::string(each.trigger) +
                             "\nreentry: {after: 30d}\nsteps: [{id: a, exit: x}]\n");
    ASSERT_TRUE(result.journey) << result.journey.error().message;
    EXPECT_EQ(describe(result.journey->triggers), each.words);
    EXPECT_EQ(result.journey->reentry, Reentry::after);
    EXPECT_EQ(result.journey->reentry_after, Duration::days(30));
  }
}

TEST(JourneyText, RefusesWithPathAndLine) {
  const std::string head = "key: j\ntrigger: {event: E}\n";
  const struct {
    std::string yaml;
    std::string_view code;
    std::string_view field;
    int line;
  } cases[] = {
      {"key: j\nsteps: [{id: a, exit: x}]\n", "missing_member", "trigger", 1},
      {"key: j\ntrigger: {evnt: E}\nsteps: []\n", "unknown_trigger", "trigger", 2},
      {"key: j\ntrigger:\n  event: E\n  exactly: 2\nsteps: []\n", "out_of_range", "trigger", 2},
      {head + "steps: []\n", "missing_member", "steps", 3},
      {head + "steps:\n  - id: a\n", "unknown_step", "steps[0]", 4},
      {head + "steps:\n  - id: a\n    exit: x\n  - id: a\n    exit: x\n", "duplicate_key",
       "steps[1].id", 6},
      {head + "steps:\n  - id: a\n    wait: soon\n", "bad_wait", "steps[0].wait", 5},
      {head + "steps:\n  - id: a\n    wait: 1d\n    exit: x\n", "two_actions", "steps[0].exit", 6},
      {head + "steps:\n  - wait: 1d\n", "missing_member", "steps[0].id", 4},
      {head + "steps:\n  - id: a\n    wait: 1d\n    colour: red\n", "unknown_member",
       "steps[0].colour", 6},
      {head + "steps:\n  - id: a\n    wait_for:\n      at_most: 2d\n", "missing_member",
       "steps[0].wait_for", 5},
      {head + "steps:\n  - id: a\n    wait_for:\n      any: []\n", "out_of_range",
       "steps[0].wait_for.any", 6},
      {head + "steps:\n  - id: a\n    split:\n      arms:\n        - {name: b, percent: 60}\n"
              "        - {name: c, percent: 41}\n",
       "out_of_range", "steps[0].split.arms", 6},
      {head + "steps:\n  - id: a\n    split: {arms: [{name: b, percent: 0}]}\n", "out_of_range",
       "steps[0].split.arms[0].percent", 5},
      {head + "steps:\n  - id: a\n    split: {arms: [{name: b, percent: 9}], winner: c}\n",
       "unknown_value", "steps[0].split.winner", 5},
      {head + "steps:\n  - id: a\n    split:\n      arms: [{name: b, percent: 9}]\n"
              "      experiment: {measure: goal}\n",
       "too_few_arms", "steps[0].split.experiment", 7},
      {head + "steps:\n  - id: a\n    split:\n"
              "      arms: [{name: b, percent: 9}, {name: c, percent: 9}]\n"
              "      winner: b\n      experiment: {measure: goal}\n",
       "winner_of_experiment", "steps[0].split.winner", 7},
      {head + "steps:\n  - id: a\n    split:\n"
              "      arms: [{name: b, percent: 9}, {name: c, percent: 9}]\n"
              "      experiment:\n        measure: goal\n        decide:\n"
              "          {after: 1d, at_least: 5, if_unclear: {arm: d}}\n",
       "unknown_value", "steps[0].split.experiment.decide.if_unclear.arm", 10},
      {head + "steps:\n  - id: a\n    update: {}\n", "wrong_type", "steps[0].update", 5},
      {head + "steps:\n  - id: a\n    add_to_list: Very Important\n", "not_a_key",
       "steps[0].add_to_list", 5},
      {head + "steps:\n  - id: a\n    track: {event: Email Opened}\n", "reserved_name",
       "steps[0].track.event", 5},
      {head + "steps:\n  - id: a\n    webhook: {url: \"ftp://example.com\"}\n", "bad_url",
       "steps[0].webhook.url", 5},
      {head + "steps:\n  - id: a\n    webhook: {url: \"https://e.com\", timeout: 61s}\n",
       "out_of_range", "steps[0].webhook.timeout", 5},
      {head + "steps:\n  - id: a\n    webhook: {url: \"https://e.com\", headers: {a b: c}}\n",
       "bad_header", "steps[0].webhook.headers", 5},
      {head + "steps:\n  - id: a\n    go_to: {step: a, at_most: 0}\n", "out_of_range",
       "steps[0].go_to.at_most", 5},
      {head + "holdout: 101\nsteps: [{id: a, exit: x}]\n", "out_of_range", "holdout", 3},
      {head + "priority: 0\nsteps: [{id: a, exit: x}]\n", "out_of_range", "priority", 3},
      {head + "when_quiet: never\nsteps: [{id: a, exit: x}]\n", "unknown_choice", "when_quiet", 3},
      {head + "timezone: Mars/Olympus\nsteps: [{id: a, exit: x}]\n", "unknown_time_zone",
       "timezone", 3},
      {"key: j\ntrigger: []\nsteps: [{id: a, exit: x}]\n", "out_of_range", "trigger", 2},
      {"key: j\ntrigger: {date: tomorrow}\nsteps: [{id: a, exit: x}]\n", "bad_wait", "trigger.date",
       2},
      {head + "steps:\n  - id: a\n    branch:\n      arms: []\n", "out_of_range",
       "steps[0].branch.arms", 6},
      {head + "steps:\n  - id: a\n    branch:\n      arms:\n        - when: {segmnt: a}\n",
       "unknown_condition", "steps[0].branch.arms[0].when", 7},
      {head + "steps:\n  - id: a\n    send: {template: t, class: spam}\n", "unknown_choice",
       "steps[0].send.class", 5},
      {head + "reentry: sometimes\nsteps: [{id: a, exit: x}]\n", "unknown_choice", "reentry", 3},
      {head + "goal: {event: E, until: 3d}\nsteps: [{id: a, exit: x}]\n", "unknown_member",
       "goal.until", 3},
      {head + "steps: {id: a}\n", "wrong_type", "steps", 3},
      {head + "steps: [a]\n", "wrong_type", "steps[0]", 3},
  };
  for (const auto& each : cases) {
    const Read result = read(each.yaml);
    ASSERT_FALSE(result.journey) << each.yaml;
    const Error& error = result.journey.error();
    EXPECT_EQ(error.code, each.code) << each.yaml;
    EXPECT_EQ(error.field, each.field) << each.yaml << error.message;
    EXPECT_EQ(result.document.line_of(error.field), each.line) << each.yaml;
  }
}

TEST(JourneyText, StepLimitHoldsOnBothSides) {
  const auto with_steps = [](std::size_t count) {
    Value::List steps;
    for (std::size_t i = 0; i < count; ++i) {
      steps.push_back(Object{{"id", "s" + std::to_string(i)}, {"exit", "x"}});
    }
    return read_journey(
        Object{{"key", "j"}, {"trigger", Object{{"entry", true}}}, {"steps", std::move(steps)}});
  };
  EXPECT_TRUE(with_steps(steps_max));
  EXPECT_EQ(with_steps(steps_max + 1).error().code, "too_many");
}

}  // namespace
}  // namespace sojourn::journeys
