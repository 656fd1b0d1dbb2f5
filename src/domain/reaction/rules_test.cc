#include "domain/reaction/rules.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

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

constexpr std::string_view news_mail =
    "{kind: template, key: m, subject: S, html: <p>H</p>, topic: news}";
constexpr std::string_view news_topic = "{kind: topic, key: news}";

std::string journey_that_sends(std::string_view send) {
  return fmt::format(
      "{{kind: journey, key: j, trigger: {{event: A}}, steps: [{{id: s, send: {}}}]}}", send);
}

TEST(Compile, ATopicThatIsNotDefinedIsAProblemWhereOthersAre) {
  using Problems = std::vector<std::string>;
  const std::string named = journey_that_sends("{template: m, topic: offers}");
  EXPECT_EQ(problems_of({std::string(news_mail), named}), Problems{}) << "none is defined";
  EXPECT_EQ(problems_of({std::string(news_mail), std::string(news_topic), named}),
            Problems{"01 unknown_topic"});
  EXPECT_EQ(problems_of({std::string(news_mail), "{kind: topic, key: offers}"}),
            Problems{"01 unknown_topic"});
}

TEST(Compile, AMessageWithoutATopicHasThatOfItsTemplate) {
  const auto topic_of = [](std::string_view send) {
    const auto compiled = Rules::compile({{.path = "m", .text = std::string(news_mail)},
                                          {.path = "j", .text = journey_that_sends(send)}});
    const journeys::Step& step = compiled.rules->journeys().front().journey.steps.front();
    return std::get<journeys::Send>(step.action).topic;
  };
  EXPECT_EQ(topic_of("{template: m}"), "news");
  EXPECT_EQ(topic_of("{template: m, topic: tips}"), "tips");
}

TEST(Compile, ATransactionalTemplateIsNeverSentAsMarketing) {
  using Problems = std::vector<std::string>;
  const std::string mail =
      "{kind: template, key: m, subject: S, html: <p>H</p>, class: transactional}";
  EXPECT_EQ(problems_of({mail, journey_that_sends("{template: m}")}), Problems{"01 class_differs"});
  EXPECT_EQ(problems_of({mail, journey_that_sends("{template: m, class: transactional}")}),
            Problems{});
}

TEST(Compile, AFormJoinsPublicTopicsAndUsesAMailThatThereIs) {
  using Problems = std::vector<std::string>;
  const std::string topic(news_topic);
  EXPECT_EQ(problems_of({topic, "{kind: form, key: f, topics: [news]}"}), Problems{});
  EXPECT_EQ(problems_of({topic, "{kind: form, key: f, topics: [tips]}"}),
            Problems{"01 unknown_topic"});
  EXPECT_EQ(problems_of({"{kind: topic, key: vip, visibility: private}",
                         "{kind: form, key: f, topics: [vip]}"}),
            Problems{"01 private_topic"});
  EXPECT_EQ(problems_of({"{kind: form, key: f, template: nowhere}"}),
            Problems{"01 unknown_template"});
}

TEST(Compile, EveryMistakeOfASegmentIsReportedAtItsLine) {
  EXPECT_EQ(problems_of({R"(kind: segment
key: s
name: 7
where:
  all:
    - plan isnt
    - {atribute: plan, is: pro}
    - plan is pro
    - not:
        any:
          - {score: "A B", at_least: 2}
          - {random: 150}
colour: red
)"}),
            (std::vector<std::string>{"03 wrong_type", "06 bad_condition", "07 unknown_condition",
                                      "11 not_a_key", "12 out_of_range", "13 unknown_member"}));
}

TEST(Compile, EveryMistakeOfAScoreIsReportedAtItsLine) {
  EXPECT_EQ(problems_of({R"(kind: score
key: s
half_life: -1d
rules:
  - {key: a, event: A, points: many, cap: 0}
  - {key: b, points: 1}
  - {key: b, when: plan isnt, points: 1}
  - just a text
thresholds:
  - {key: hot, up: 10, down: 20}
  - {key: hot, up: high}
size: big
)"}),
            (std::vector<std::string>{"03 not_a_duration", "05 out_of_range", "05 wrong_type",
                                      "06 missing_member", "07 bad_condition", "07 duplicate_key",
                                      "08 wrong_type", "10 out_of_range", "11 duplicate_key",
                                      "11 wrong_type", "12 unknown_member"}));
}

TEST(Compile, EveryMistakeOfAGradeIsReportedAtItsLine) {
  EXPECT_EQ(problems_of({R"(kind: grade
key: g
fit: Not A Key
engagement: e
fit_bands: []
engagement_bands:
  - {name: "1", from: 50}
  - {name: "2", from: 60}
  - {from: low}
)"}),
            (std::vector<std::string>{"03 not_a_key", "05 out_of_range", "08 out_of_range",
                                      "09 missing_member", "09 wrong_type"}));
}

TEST(Compile, AProblemOfAScoreNamesItsPlaceAndWhatIsThere) {
  const Rules::Compiled compiled = Rules::compile(
      {{.path = "f",
        .text = "{kind: score, key: s, rules: [{key: a, event: A, points: 1, cap: -3}]}",
        .number = 7,
        .version = 3}});
  ASSERT_EQ(compiled.problems.size(), 1u);
  EXPECT_EQ(compiled.problems.front().message.substr(0, 27), "rules[0].cap is -3, it must");
  EXPECT_EQ(compiled.problems.front().number, 7u);
  EXPECT_EQ(compiled.problems.front().version, 3);
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
