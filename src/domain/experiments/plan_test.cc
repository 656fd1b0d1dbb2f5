#include "domain/experiments/plan.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "domain/definitions/yaml.h"

namespace sojourn::experiments {
namespace {

Result<Plan> read(const std::string& yaml) {
  const auto document = definitions::parse_yaml(yaml);
  EXPECT_TRUE(document) << yaml;
  return read_plan(document->value, "split.experiment");
}

TEST(Plan, IsReadAsItIsWritten) {
  for (const char* yaml :
       {"{measure: goal}", "{measure: clicked, decide: {after: 14d, at_least: 200}}",
        "{measure: opened, decide: {after: 36h, at_least: 5, confidence: 99.9, if_unclear: "
        "leading}}",
        "{measure: goal, decide: {after: 365d, at_least: 10000000, confidence: 80, if_unclear: "
        "{arm: b}}}"}) {
    const Result<Plan> plan = read(yaml);
    ASSERT_TRUE(plan) << yaml << ": " << plan.error().message;
    const Result<Plan> again = read_plan(write(*plan), "");
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(*again, *plan) << yaml;
  }
}

TEST(Plan, IsSureAtNinetyFivePercentAndKeepsSplittingWhereNothingElseIsSaid) {
  const Result<Plan> plan = read("{measure: goal, decide: {after: 1d, at_least: 5}}");
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->decide->confidence, 95);
  EXPECT_EQ(plan->decide->if_unclear, Decide::IfUnclear::keep);
}

TEST(Plan, RefusesWhatIsOutsideOfItsLimits) {
  struct Case {
    const char* yaml;
    const char* code;
    const char* field;
  };
  for (const Case& each : {
           Case{"{decide: {after: 1d, at_least: 5}}", "missing_member", "measure"},
           Case{"{measure: sent}", "unknown_choice", "measure"},
           Case{"{measure: goal, decide: {at_least: 5}}", "missing_member", "decide.after"},
           Case{"{measure: goal, decide: {after: 1d}}", "missing_member", "decide.at_least"},
           Case{"{measure: goal, decide: {after: 366d, at_least: 5}}", "out_of_range",
                "decide.after"},
           Case{"{measure: goal, decide: {after: 1d, at_least: 4}}", "out_of_range",
                "decide.at_least"},
           Case{"{measure: goal, decide: {after: 1d, at_least: 10000001}}", "out_of_range",
                "decide.at_least"},
           Case{"{measure: goal, decide: {after: 1d, at_least: 5, confidence: 79.9}}",
                "out_of_range", "decide.confidence"},
           Case{"{measure: goal, decide: {after: 1d, at_least: 5, confidence: 100}}",
                "out_of_range", "decide.confidence"},
           Case{"{measure: goal, decide: {after: 1d, at_least: 5, if_unclear: stop}}",
                "unknown_choice", "decide.if_unclear"},
           Case{"{measure: goal, decide: {after: 1d, at_least: 5, if_unclear: {}}}",
                "missing_member", "decide.if_unclear.arm"},
           Case{"{measure: goal, until: 1d}", "unknown_member", "until"},
       }) {
    const Result<Plan> plan = read(each.yaml);
    ASSERT_FALSE(plan) << each.yaml;
    EXPECT_EQ(plan.error().code, each.code) << each.yaml;
    EXPECT_EQ(plan.error().field, fmt::format("split.experiment.{}", each.field)) << each.yaml;
  }
}

}  // namespace
}  // namespace sojourn::experiments
