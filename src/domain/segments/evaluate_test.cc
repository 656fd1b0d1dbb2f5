#include "domain/segments/evaluate.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <map>
#include <set>

#include "base/json.h"

namespace sojourn::segments {
namespace {

/// A contact as a table.
struct TableView final : ConditionView {
  Object attributes;
  std::map<facts::FactId, facts::FactState> facts;
  std::set<std::string, std::less<>> segments;
  ScoreReading reading;
  std::set<std::string, std::less<>> thresholds;

  const Value* attribute(std::string_view path) const override {
    return find_path(attributes, path);
  }
  const facts::FactState* fact(const facts::FactId& id) const override {
    const auto found = facts.find(id);
    return found == facts.end() ? nullptr : &found->second;
  }
  bool in_segment(std::string_view key) const override { return segments.contains(key); }
  ScoreReading score(std::string_view, double) const override { return reading; }
  bool crossed(std::string_view, std::string_view threshold) const override {
    return thresholds.contains(threshold);
  }
};

Condition condition(std::string_view text) {
  Result<Condition> read = read_condition(*parse_json(text), "where");
  EXPECT_TRUE(read) << text << ": " << (read ? "" : read.error().message);
  return read ? std::move(*read) : Condition{};
}

TEST(Evaluate, NestsAllAnyAndNot) {
  TableView view;
  view.segments = {"a"};
  const struct {
    std::string_view text;
    bool expected;
  } cases[] = {
      {R"({"all":[]})", true},
      {R"({"any":[]})", false},
      {R"({"all":[{"segment":"a"},{"segment":"b"}]})", false},
      {R"({"any":[{"segment":"b"},{"segment":"a"}]})", true},
      {R"({"not":{"segment":"b"}})", true},
      {R"({"all":[{"segment":"a"},{"not":{"any":[{"segment":"b"},{"segment":"c"}]}}]})", true},
  };
  for (const auto& each : cases) {
    EXPECT_EQ(evaluate(condition(each.text), view, Timestamp{}).value, each.expected) << each.text;
  }
}

TEST(Evaluate, AMemberOfAWindowLeavesExactlyWhenItsOldestEventDoes) {
  const Condition twice = condition(R"({"did":{"event":"E","at_least":2,"within":"10s"}})");
  const Did& did = std::get<Did>(twice.node);
  TableView view;
  facts::FactState& state = view.facts[did.fact];
  state.add(Timestamp{1000}, 2);
  state.add(Timestamp{4000}, 2);

  EXPECT_EQ(evaluate(twice, view, Timestamp{4000}), (Verdict{true, Timestamp{11'000}}));
  EXPECT_EQ(evaluate(twice, view, Timestamp{10'999}), (Verdict{true, Timestamp{11'000}}));
  EXPECT_EQ(evaluate(twice, view, Timestamp{11'000}), (Verdict{false, Timestamp{14'000}}));
  EXPECT_EQ(evaluate(twice, view, Timestamp{14'000}), (Verdict{false, Timestamp::never()}));
}

TEST(Evaluate, AScoreIsAskedAgainWhenFadingChangesTheAnswer) {
  const Condition fifty = condition(R"({"score":"lead","at_least":50})");
  TableView view;
  view.reading = {60, Timestamp{7}};
  EXPECT_EQ(evaluate(fifty, view, Timestamp{}), (Verdict{true, Timestamp{7}}));
  view.reading = {49.9, Timestamp::never()};
  EXPECT_EQ(evaluate(fifty, view, Timestamp{}), (Verdict{false, Timestamp::never()}));
}

// Between now and the recheck the answer never changes; at the recheck of a chain of them every
// change is found. So an engine that asks at rechecks only is exact at every instant.
TEST(Evaluate, NoAnswerChangesBeforeItsRecheck) {
  EXPECT_TRUE(rc::check([] {
    const auto count = *rc::gen::inRange(0, 4);
    const auto kind = *rc::gen::element<std::string>("at_least", "at_most", "exactly");
    const int least = kind == "at_least" ? 1 : 0;
    Value asked =
        Object{{"did", Object{{"event", "E"}, {kind, std::max(count, least)}, {"within", "20ms"}}}};
    if (*rc::gen::arbitrary<bool>()) asked = Object{{"not", std::move(asked)}};
    const Condition question = *read_condition(asked, "");
    Reads reads;
    collect_reads(question, reads);
    TableView view;
    facts::FactState& state = view.facts[facts::fact_id(reads.facts.front().match)];
    const auto times = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 100));
    for (const int time : times) state.add(Timestamp{time}, reads.facts.front().keep);
    Verdict verdict = evaluate(question, view, Timestamp{0});
    for (int now = 1; now < 130; ++now) {
      const Verdict fresh = evaluate(question, view, Timestamp{now});
      // Times that lie ahead of now count already: they were received.
      if (Timestamp{now} < verdict.recheck) RC_ASSERT(fresh.value == verdict.value);
      if (Timestamp{now} >= verdict.recheck) verdict = fresh;
      RC_ASSERT(verdict.value == fresh.value);
    }
  }));
}

}  // namespace
}  // namespace sojourn::segments
