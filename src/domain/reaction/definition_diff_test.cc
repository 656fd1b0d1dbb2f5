#include "domain/reaction/definition_diff.h"

#include <gtest/gtest.h>

namespace sojourn::reaction {
namespace {

std::vector<std::string> described(std::string_view kind, std::string_view before,
                                   std::string_view after) {
  const auto found = diff_definitions(kind, before, after);
  EXPECT_TRUE(found) << (found ? "" : found.error().message);
  std::vector<std::string> words;
  if (!found) return words;
  for (const Difference& difference : *found) words.push_back(describe(difference));
  return words;
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

struct Case {
  std::string_view name;
  std::string_view kind;
  std::string_view before;
  std::string_view after;
  std::vector<std::string> expected;
};

TEST(DefinitionDiff, SaysMeaningsInTheWordsOfDefinitions) {
  const Case cases[] = {
      {"the same",
       "segment",
       "{kind: segment, key: s, where: 'country is DE'}",
       "{kind: segment, key: s, where: 'country is DE'}",
       {}},
      {"layout",
       "segment",
       "{kind: segment, key: s, where: 'country is DE'}",
       "kind: segment\nkey: s\nwhere: country is DE # Germany\n",
       {"comments or layout only"}},
      {"another form of the same condition",
       "segment",
       "{kind: segment, key: s, where: 'country is DE'}",
       "{kind: segment, key: s, where: {attribute: country, is: DE}}",
       {"comments or layout only"}},
      {"a condition",
       "segment",
       "{kind: segment, key: s, where: 'country is DE'}",
       "{kind: segment, key: s, where: 'country in (DE, AT)', name: German}",
       {"where: country is DE -> country in (DE, AT)", "name added: German"}},
      {"rules of a score",
       "score",
       "{kind: score, key: s, rules: [{key: a, event: A, points: 1}, {key: b, event: B, points: "
       "2}]}",
       "{kind: score, key: s, half_life: 7d, rules: [{key: b, event: B, points: 3}]}",
       {"half_life added: 7d", "rule a removed: {\"key\":\"a\",\"event\":\"A\",\"points\":1}",
        "rule b.points: 2 -> 3"}},
      {"another form of a rule's condition",
       "score",
       "{kind: score, key: s, rules: [{key: a, when: 'country is DE', points: 1}]}",
       "{kind: score, key: s, rules: [{key: a, when: {attribute: country, is: DE}, points: 2}]}",
       {"rule a.points: 1 -> 2"}},
      {"lines of a template",
       "template",
       "kind: template\nkey: t\nsubject: Hi\nhtml: |\n  <p>a</p>\n  <p>b</p>\ntext: short\n",
       "kind: template\nkey: t\nsubject: Hello\nhtml: |\n  <p>a</p>\n  <p>c</p>\n  <p>d</p>\ntext: "
       "long\n",
       {"subject: Hi -> Hello", "html: 2 lines -> 3 lines, 2 of them other",
        "text: short -> long"}},
      {"policies",
       "workspace",
       "{kind: workspace, key: w, quiet_hours: {from: '21:00', to: '08:00'}}",
       "{kind: workspace, key: w, quiet_hours: {from: '22:00', to: '08:00'}}",
       {"quiet_hours.from: 21:00 -> 22:00"}},
  };
  for (const Case& each : cases) {
    EXPECT_EQ(described(each.kind, each.before, each.after), each.expected) << each.name;
  }
}

constexpr std::string_view journey_text = R"(
kind: journey
key: welcome
trigger: {event: Order Completed}
goal: {event: Subscribed, within: 7d}
exit_on: [{event: Left}]
steps:
  - {id: hello, send: {template: hello, topic: news}}
  - {id: nudge, wait: 2 days}
  - id: answer
    wait_for:
      any:
        - {clicked: hello}
        - {name: paid, event: Paid}
      at_most: 3 days
  - id: where
    branch:
      arms:
        - {when: country is DE, steps: [{id: german, wait: 1 day}]}
        - {name: rich, when: plan is pro}
  - id: try
    split: {arms: [{name: a, percent: 30}, {name: b, percent: 20}]}
  - {id: mail, send: {template: mail}}
)";

struct Edit {
  std::string_view from;
  std::string_view to;
  std::vector<std::string> expected;
};

TEST(DefinitionDiff, OfAJourneyNamesItsSteps) {
  const std::string before(journey_text);
  const Edit edits[] = {
      {"wait: 2 days", "wait: 3 days", {"step nudge: wait 2 days -> wait 3 days"}},
      {"wait: 2 days", "wait: 2d", {"comments or layout only"}},
      {"topic: news", "topic: tips", {"step hello.topic: news -> tips"}},
      {"{id: nudge, wait: 2 days}",
       "{id: nudge, notify: {user: owner, text: hi}}",
       {"step nudge: wait 2 days -> tell owner"}},
      {"  - {id: nudge, wait: 2 days}\n", "", {"step nudge removed: wait 2 days"}},
      {"  - {id: mail",
       "  - {id: more, wait: 1d}\n  - {id: mail",
       {"step try goes on to: a: mail, b: mail, otherwise: mail -> a: more, b: more, otherwise: "
        "more",
        "step more added: wait 1 day, then mail"}},
      {"{id: nudge, wait",
       "{id: nudge, name: Rest, wait",
       {"step nudge.name: wait 2 days -> Rest"}},
      {"at_most: 3 days", "at_most: 4 days", {"step answer.at_most: 3 days -> 4 days"}},
      {"name: paid, event: Paid",
       "name: paid, event: Paid Up",
       {"step answer, arm \"paid\": Paid -> \"Paid Up\""}},
      {"when: country is DE",
       "when: country is AT",
       {"step where, arm: country is DE -> country is AT"}},
      {"        - {name: rich, when: plan is pro}\n",
       "",
       {"step where, arm removed: rich: plan is pro"}},
      {"steps: [{id: german, wait: 1 day}]",
       "steps: [{id: first, wait: 1 hour}, {id: german, wait: 1 day}]",
       {"step where goes on to: country is DE: german -> country is DE: first",
        "step first added: wait 1 hour, then german"}},
      {"{name: a, percent: 30}", "{name: a, percent: 40}", {"step try, arm \"a\": 30 % -> 40 %"}},
      {"percent: 20}]", "percent: 20}], winner: b", {"step try.winner added: b"}},
      {"percent: 20}]",
       "percent: 20}], experiment: {measure: goal, decide: {after: 2w, at_least: 200}}",
       {R"(step try.experiment added: {"measure":"goal","decide":{"after":"2w","at_least":200,)"
        R"("confidence":95.0}})"}},
      {"event: Order Completed",
       "event: Page Viewed",
       {"trigger: did \"Order Completed\" -> did \"Page Viewed\""}},
      {"trigger: {event: Order Completed}",
       "trigger: [{event: Order Completed}]",
       {"comments or layout only"}},
      {"within: 7d", "within: 8d", {"goal: Subscribed within 1w -> Subscribed within 8d"}},
      {"[{event: Left}]", "[{event: Gone}]", {"exit_on: Left -> Gone"}},
      {"goal:",
       "exit_when: country is DE\nholdout: 10\ngoal:",
       {"exit_when added: country is DE", "holdout added: 10"}},
  };
  for (const Edit& edit : edits) {
    EXPECT_EQ(described("journey", before, replaced(before, edit.from, edit.to)), edit.expected)
        << edit.from << " -> " << edit.to;
  }
}

TEST(DefinitionDiff, OfAnExperimentNamesWhatChanges) {
  const std::string before =
      replaced(std::string(journey_text), "percent: 20}]",
               "percent: 20}], experiment: {measure: goal, decide: {after: 2w, at_least: 200}}");
  const Edit edits[] = {
      {"after: 2w", "after: 14d", {"comments or layout only"}},
      {"after: 2w", "after: 3w", {"step try.experiment.decide.after: 2w -> 3w"}},
      {"measure: goal", "measure: clicked", {"step try.experiment.measure: goal -> clicked"}},
      {"at_least: 200}",
       "at_least: 200, if_unclear: leading}",
       {"step try.experiment.decide.if_unclear added: leading"}},
  };
  for (const Edit& edit : edits) {
    EXPECT_EQ(described("journey", before, replaced(before, edit.from, edit.to)), edit.expected)
        << edit.from << " -> " << edit.to;
  }
}

TEST(DefinitionDiff, TellsTheStepThatADifferenceIsOf) {
  const std::string before(journey_text);
  const auto found = diff_definitions(
      "journey", before,
      replaced(replaced(before, "wait: 2 days", "wait: 3 days"), "within: 7d", "within: 8d"));
  ASSERT_TRUE(found);
  ASSERT_EQ(found->size(), 2u);
  EXPECT_EQ((*found)[0].step, "");
  EXPECT_EQ((*found)[1].step, "nudge");
}

TEST(DefinitionDiff, AStepThatMovedSaysWhereItGoesOn) {
  constexpr std::string_view text = R"(
kind: journey
key: welcome
trigger: {event: Order Completed}
steps:
  - {id: hello, send: {template: hello}}
  - {id: nudge, wait: 2 days}
  - {id: mail, send: {template: mail}}
)";
  const std::string before(text);
  const std::string without = replaced(before, "  - {id: nudge, wait: 2 days}\n", "");
  const std::string after =
      replaced(without, "  - {id: hello", "  - {id: nudge, wait: 2 days}\n  - {id: hello");
  const std::vector<std::string> expected = {"step hello goes on to: nudge -> mail",
                                             "step nudge goes on to: mail -> hello"};
  EXPECT_EQ(described("journey", before, after), expected);
}

TEST(DefinitionDiff, TheOrderOfArmsIsPartOfTheMeaning) {
  constexpr std::string_view text =
      "{kind: journey, key: j, trigger: {event: A}, steps: [{id: b, branch: {arms: [{name: x, "
      "when: "
      "country is DE}, {name: y, when: plan is pro}]}}]}";
  const std::string swapped =
      replaced(replaced(std::string(text), "{name: x, when: country is DE}, ", ""), "plan is pro}",
               "plan is pro}, {name: x, when: country is DE}");
  EXPECT_EQ(described("journey", text, swapped),
            std::vector<std::string>{"step b, order of arms: x, y -> y, x"});
}

TEST(DefinitionDiff, ATextThatIsNoLongerReadableIsComparedAsItIsWritten) {
  constexpr std::string_view old =
      "{kind: journey, key: j, trigger: {event: A}, old_member: 1, steps: [{id: w, wait: 1d}]}";
  constexpr std::string_view present =
      "{kind: journey, key: j, trigger: {event: A}, steps: [{id: w, wait: 1d}]}";
  EXPECT_EQ(described("journey", old, present), std::vector<std::string>{"old_member removed: 1"});
  EXPECT_FALSE(diff_definitions("journey", present, old));
  EXPECT_EQ(described("segment", "{", "{kind: segment, key: s, where: country is DE}"),
            std::vector<std::string>{"was not readable"});
}

TEST(DefinitionDiff, LongValuesAreCutBetweenCharacters) {
  const std::string text = "{kind: segment, key: s, where: country is DE, name: Äx}";
  std::string name;
  for (int i = 0; i < 150; ++i) name += "Ä";
  const auto found = diff_definitions("segment", text, replaced(text, "Äx", "x" + name));
  ASSERT_TRUE(found);
  ASSERT_EQ(found->size(), 1u);
  std::string expected = "x";
  for (int i = 0; i < 99; ++i) expected += "Ä";
  EXPECT_EQ(found->front().after, expected + "…");
}

}  // namespace
}  // namespace sojourn::reaction
