#include "domain/reaction/journey_loops.h"

#include <gtest/gtest.h>

namespace sojourn::reaction {
namespace {

/// Of a journey `key` that everybody may enter again and again.
std::string journey(std::string_view key, std::string_view members) {
  return std::string("{kind: journey, reentry: always, key: ")
      .append(key)
      .append(", ")
      .append(members)
      .append("}");
}

struct Case {
  std::string_view name;
  std::vector<std::string> journeys;
  /// `journey/step` of each loop.
  std::vector<std::string> loops;
};

std::vector<std::string> loops_of(const std::vector<std::string>& journeys) {
  std::vector<DefinitionSource> sources = {
      {.path = "t", .text = "{kind: template, key: t, subject: s, html: <p>x</p>}", .number = 900},
      {.path = "l", .text = "{kind: list, key: vip}", .number = 901},
      {.path = "s", .text = "{kind: segment, key: on-vip, where: {list: vip}}", .number = 902}};
  for (const std::string& text : journeys) {
    const auto number = static_cast<std::uint32_t>(sources.size() + 1);
    sources.push_back({.path = "f", .text = text, .number = number});
  }
  const Rules::Compiled compiled = Rules::compile(sources);
  std::vector<std::string> found;
  for (const JourneyLoop& loop : find_loops(*compiled.rules)) {
    found.push_back(compiled.rules->journeys()[loop.journey].journey.key + "/" + loop.step);
  }
  std::size_t reported = 0;
  for (const Problem& problem : compiled.problems) {
    EXPECT_EQ(problem.code, "loop_without_wait") << problem.message;
    ++reported;
  }
  EXPECT_EQ(reported, found.size());
  return found;
}

TEST(JourneyLoops, AreFoundWhereTheyAreCertain) {
  const std::vector<Case> cases = {
      {"itself",
       {journey("a", "trigger: {event: E}, steps: [{id: s, track: {event: E}}]")},
       {"a/s"}},
      {"after other steps",
       {journey("a",
                "trigger: {event: E}, steps: [{id: m, send: {template: t}}, "
                "{id: s, track: {event: E}}, {id: x, exit: done}]")},
       {"a/s"}},
      {"each other",
       {journey("a", "trigger: {event: E}, steps: [{id: s, track: {event: F}}]"),
        journey("b", "trigger: {event: F}, steps: [{id: s, track: {event: E}}]")},
       {"a/s"}},
      {"through an entry",
       {journey("a", "trigger: {event: E}, steps: [{id: s, track: {event: F}}]"),
        journey("b", "trigger: {event: F}, steps: [{id: s, enter: a}]")},
       {"a/s"}},
      {"a mail for each mail",
       {journey("a", "trigger: {event: Email Sent}, steps: [{id: s, send: {template: t}}]")},
       {"a/s"}},
      {"in every arm",
       {journey("a",
                "trigger: {event: E}, steps: [{id: f, branch: {arms: [{name: y, when: {attribute: "
                "p, is: 1}, steps: [{id: n, notify: {user: u@x.example, text: t}}]}], otherwise: "
                "[]}}, {id: s, track: {event: E}}]")},
       {"a/s"}},
      {"a filter that the step passes",
       {journey("a",
                "trigger: {event: E, where: [{property: n, at_least: 2}]}, "
                "steps: [{id: s, track: {event: E, properties: {n: 3}}}]")},
       {"a/s"}},
      {"an attribute to and fro",
       {journey("a",
                "trigger: {attribute_changed: {attribute: p, to: on}}, steps: [{id: s, update: "
                "{p: off}}]"),
        journey("b",
                "trigger: {attribute_changed: {attribute: p, to: off}}, steps: [{id: s, update: "
                "{p: on}}]")},
       {"a/s"}},
      {"a list to and fro",
       {journey("a", "trigger: {segment_entered: on-vip}, steps: [{id: s, remove_from_list: vip}]"),
        journey("b", "trigger: {segment_left: on-vip}, steps: [{id: s, add_to_list: vip}]")},
       {"a/s"}},
      {"a key that the step gives",
       {journey("a",
                "key_by: n, trigger: {event: E}, "
                "steps: [{id: s, track: {event: E, properties: {n: 3}}}]")},
       {"a/s"}},
      {"two circles",
       {journey("a", "trigger: {event: E}, steps: [{id: s, track: {event: E}}]"),
        journey("b", "trigger: {event: F}, steps: [{id: s, track: {event: F}}]")},
       {"a/s", "b/s"}},
  };
  for (const Case& each : cases) EXPECT_EQ(loops_of(each.journeys), each.loops) << each.name;
}

TEST(JourneyLoops, AreNotFoundWhereTheyAreNot) {
  const std::vector<Case> cases = {
      {"another event",
       {journey("a", "trigger: {event: E}, steps: [{id: s, track: {event: F}}]")},
       {}},
      {"a wait before",
       {journey("a",
                "trigger: {event: E}, steps: [{id: w, wait: 1d}, {id: s, track: {event: E}}]")},
       {}},
      {"inside when it comes",
       {journey("a",
                "trigger: {event: E}, steps: [{id: s, track: {event: E}}, {id: w, wait: 1d}]")},
       {}},
      {"not again",
       {"{kind: journey, key: a, trigger: {event: E}, steps: [{id: s, track: {event: E}}]}"},
       {}},
      {"not so soon",
       {"{kind: journey, key: a, reentry: {after: 1d}, trigger: {event: E}, steps: [{id: s, track: "
        "{event: E}}]}"},
       {}},
      {"whom it lets in",
       {journey("a", "only_if: p is 1, trigger: {event: E}, steps: [{id: s, track: {event: E}}]")},
       {}},
      {"one arm only",
       {journey("a",
                "trigger: {event: E}, steps: [{id: f, branch: {arms: [{name: y, when: {attribute: "
                "p, is: 1}, steps: [{id: s, track: {event: E}}]}], otherwise: []}}]")},
       {}},
      {"a filter that the step does not pass",
       {journey("a",
                "trigger: {event: E, where: [{property: n, at_least: 2}]}, "
                "steps: [{id: s, track: {event: E, properties: {n: 1}}}]")},
       {}},
      {"a filter of what is not known",
       {journey("a",
                "trigger: {event: E, where: [{property: n, at_least: 2}]}, steps: [{id: s, "
                "track: {event: E, properties: {n: \"{{ event.n }}\"}}}]")},
       {}},
      {"no key",
       {journey("a", "key_by: n, trigger: {event: E}, steps: [{id: s, track: {event: E}}]")},
       {}},
      {"an attribute that stays",
       {journey("a", "trigger: {attribute_changed: p}, steps: [{id: s, update: {p: on}}]")},
       {}},
      {"a list that one stays on",
       {journey("a", "trigger: {segment_entered: on-vip}, steps: [{id: s, add_to_list: vip}]")},
       {}},
  };
  for (const Case& each : cases) EXPECT_EQ(loops_of(each.journeys), each.loops) << each.name;
}

}  // namespace
}  // namespace sojourn::reaction
