#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "domain/reaction/rules.h"

namespace sojourn::reaction {
namespace {

/// `line code`, sorted.
std::vector<std::string> problems_of(const std::vector<std::string>& texts) {
  std::vector<DefinitionSource> sources;
  for (const std::string& text : texts) {
    const auto number = static_cast<std::uint32_t>(sources.size() + 1);
    sources.push_back({.path = "f", .text = text, .number = number});
  }
  std::vector<std::string> found;
  for (const Problem& problem : Rules::compile(sources).problems) {
    found.push_back(fmt::format("{:02} {}", problem.line, problem.code));
  }
  std::sort(found.begin(), found.end());
  return found;
}

constexpr std::string_view many_mistakes = R"(kind: journey
key: j
trigger:
  - {evnt: A}
  - {event: B}
holdout: 150
timezone: Mars/Olympus
colour: red
size: big
steps:
  - {id: a, notfy: x}
  - {id: b, wait: until 25:00}
  - {id: c, send: {template: nowhere}}
  - id: d
    wait_for:
      event: X
      at_most: 1d
      then:
        - {id: e, webhook: {url: "https://x.example", timeout: 2h}}
  - {id: f, go_to: a}
)";

TEST(Compile, EveryMistakeOfAJourneyIsReportedAtItsLine) {
  const std::vector<std::string> expected = {
      "04 unknown_trigger", "06 out_of_range",     "07 unknown_time_zone",
      "08 unknown_member",  "09 unknown_member",   "11 unknown_step",
      "12 bad_wait",        "13 unknown_template", "19 out_of_range"};
  EXPECT_EQ(problems_of({std::string(many_mistakes)}), expected);
}

TEST(Compile, WhatRefersToADefinitionThatCannotBeReadIsNotToBlame) {
  const std::vector<std::string> expected = {"01 bad_condition"};
  EXPECT_EQ(
      problems_of({"{kind: segment, key: s, where: plan isnt}",
                   "{kind: segment, key: t, where: in segment s}",
                   "{kind: journey, key: j, trigger: {segment_entered: s}, only_if: in segment "
                   "s, steps: [{id: x, exit: done}]}"}),
      expected);
}

TEST(Compile, AProblemNamesWhatIsThereAndWhatMayBe) {
  const auto message_of = [](std::string_view members) {
    const Rules::Compiled compiled =
        Rules::compile({{.path = "f",
                         .text = fmt::format("{{kind: journey, key: j, {}}}", members),
                         .number = 1}});
    return compiled.problems.empty() ? std::string() : compiled.problems.front().message;
  };
  constexpr std::string_view rest = "trigger: {event: A}, steps: [{id: x, exit: done}]";
  EXPECT_EQ(message_of(fmt::format("holdout: 150, {}", rest)),
            "holdout must be from 0 to 100 percent, not 150");
  EXPECT_EQ(message_of(fmt::format("timezone: Mars, {}", rest)),
            "timezone must be an IANA time zone, not \"Mars\"");
  EXPECT_EQ(message_of("trigger: {event: A}, steps: [{id: x, notfy: a}]")
                .substr(0, std::string_view("steps[0] has no step but \"notfy\": it must").size()),
            "steps[0] has no step but \"notfy\": it must");
}

}  // namespace
}  // namespace sojourn::reaction
