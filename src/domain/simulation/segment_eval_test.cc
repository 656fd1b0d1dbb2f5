#include "domain/simulation/segment_eval.h"

#include <gtest/gtest.h>

#include <fmt/format.h>

namespace sojourn::simulation {
namespace {

const Timestamp start = *parse_timestamp("2026-03-02T09:00:00Z");

DefinitionFile file_of(std::string_view text) {
  DefinitionFile file = read_definition_file("file", text, "UTC");
  for (const reaction::Problem& problem : file.problems) ADD_FAILURE() << problem.message;
  return file;
}

events::Event call(events::EventType type, const std::string& user, Duration after,
                   const std::string& name) {
  static int count = 0;
  events::Event event;
  event.message_id = fmt::format("m{}", ++count);
  event.type = type;
  event.name = name;
  event.user_id = user;
  event.at = event.received_at = start + after;
  return event;
}

std::vector<std::string> everybody(std::vector<events::Event> events) {
  const DefinitionFile file = file_of("everybody");
  const auto members =
      members_at(file.rules, "segment", std::move(events), start + Duration::days(1));
  return members ? *members : std::vector<std::string>{members.error().message};
}

TEST(SegmentEval, NamesMayStandWhereKeysDo) {
  const DefinitionFile file = file_of(R"(
- {key: Customers, where: plan is pro}
- {key: Hot leads, where: did Visited and not in segment "Customers"}
)");
  EXPECT_EQ(main_segments(file), std::vector{file.find("Hot leads")});
  EXPECT_NE(file.find("Customers"), "");
  EXPECT_EQ(file.find("Others"), "");
}

TEST(SegmentEval, ObjectsMayStandOneALine) {
  const DefinitionFile file = file_of(
      "{\"key\": \"a\", \"where\": \"plan is pro\"}\n"
      "{\"key\": \"b\", \"where\": \"in segment a\"}\n\n");
  EXPECT_EQ(main_segments(file), std::vector<std::string>{"b"});
}

TEST(SegmentEval, WhatNobodyAsksForIsInTheOrderOfTheFile) {
  const DefinitionFile file = file_of("[{key: c, where: everybody}, {key: a, where: nobody}]");
  EXPECT_EQ(main_segments(file), (std::vector<std::string>{"c", "a"}));
}

TEST(SegmentEval, ADefinitionThatIsNoYamlIsNoCondition) {
  for (const std::string_view text :
       {"key: a\nwhere: \"plan\" is pro\n", "{\"key\": \"a\"", "- key: a\n where: everybody\n"}) {
    const DefinitionFile file = read_definition_file("file", text, "UTC");
    ASSERT_EQ(file.problems.size(), 1u) << text;
    EXPECT_EQ(file.problems[0].code, "malformed_yaml") << text;
  }
}

TEST(SegmentEval, OfTwoWhoBecameOneTheEarlierIsPrintedElseTheSmaller) {
  using events::EventType;
  const auto pair = [&](Duration first, Duration second, const std::string& winner,
                        const std::string& loser) {
    std::vector<events::Event> events = {
        call(EventType::identify, "a", first, "Identified"),
        call(EventType::identify, "b", second, "Identified"),
        call(EventType::alias, winner, Duration::hours(9), "Aliased")};
    events.back().previous_id = loser;
    events.back().trust = events::Trust::server_key;
    return everybody(std::move(events));
  };
  const Duration early = Duration::hours(1);
  const Duration late = Duration::hours(2);
  using Users = std::vector<std::string>;
  for (const auto& [winner, loser] : {std::pair("a", "b"), std::pair("b", "a")}) {
    EXPECT_EQ(pair(early, early, winner, loser), Users{"a"});
    EXPECT_EQ(pair(early, late, winner, loser), Users{"a"});
    EXPECT_EQ(pair(late, early, winner, loser), Users{"b"});
  }
}

}  // namespace
}  // namespace sojourn::simulation
