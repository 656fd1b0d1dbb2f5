#include "domain/segments/evaluate.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <map>
#include <set>

#include "base/json.h"
#include "domain/segments/condition_json.h"

namespace sojourn::segments {
namespace {

/// A contact as a table.
struct TableView final : NobodyView {
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

/// Names mean themselves.
struct NoNames final : Names {
  std::optional<std::string> segment(std::string_view) const override { return std::nullopt; }
  std::optional<std::string> list(std::string_view) const override { return std::nullopt; }
};

Condition condition(const Value& value) {
  Result<Condition> read = read_condition(value, "where");
  EXPECT_TRUE(read) << to_json(value) << ": " << (read ? "" : read.error().message);
  if (!read) return {};
  bind(*read, absl::UTCTimeZone(), NoNames());
  return std::move(*read);
}
Condition condition_of(std::string_view text) {
  return condition(*parse_json(text));
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
    EXPECT_EQ(evaluate(condition_of(each.text), view, Timestamp{}).value, each.expected)
        << each.text;
  }
}

TEST(Evaluate, AMemberOfAWindowLeavesExactlyWhenItsOldestEventDoes) {
  const Condition twice = condition_of(R"({"did":{"event":"E","at_least":2,"within":"10s"}})");
  const Did& did = std::get<Did>(twice.node);
  TableView view;
  facts::FactState& state = view.facts[did.fact];
  const facts::FactDefinition fact{.match = did.match, .keep = 2};
  state.add(fact, {Timestamp{1000}});
  state.add(fact, {Timestamp{4000}});

  EXPECT_EQ(evaluate(twice, view, Timestamp{4000}), (Verdict{true, Timestamp{11'000}}));
  EXPECT_EQ(evaluate(twice, view, Timestamp{10'999}), (Verdict{true, Timestamp{11'000}}));
  EXPECT_EQ(evaluate(twice, view, Timestamp{11'000}), (Verdict{false, Timestamp::never()}));
  EXPECT_EQ(evaluate(twice, view, Timestamp{14'000}), (Verdict{false, Timestamp::never()}));
}

TEST(Evaluate, AScoreIsAskedAgainWhenFadingChangesTheAnswer) {
  const Condition fifty = condition_of(R"({"score":"lead","at_least":50})");
  TableView view;
  view.reading = {60, Timestamp{7}};
  EXPECT_EQ(evaluate(fifty, view, Timestamp{}), (Verdict{true, Timestamp{7}}));
  view.reading = {49.9, Timestamp::never()};
  EXPECT_EQ(evaluate(fifty, view, Timestamp{}), (Verdict{false, Timestamp::never()}));
}

Value stage(const char* event, bool never) {
  Object object{{"event", event}};
  if (never) object.set("never", true);
  if (*rc::gen::arbitrary<bool>()) object.set("within", "15ms");
  return object;
}

/// A question about behaviour, of any kind.
Value any_question() {
  Value asked;
  const int kind = *rc::gen::inRange(0, 4);
  if (kind == 0) {
    const auto name =
        *rc::gen::element<std::string>("at_least", "at_most", "exactly", "more_than", "less_than");
    asked = Object{
        {"did", Object{{"event", "E"}, {name, *rc::gen::inRange(1, 4)}, {"within", "20ms"}}}};
  } else if (kind == 1) {
    const auto measure =
        *rc::gen::element<std::string>("sum", "average", "minimum", "maximum", "distinct");
    const int least = *rc::gen::inRange(0, 4);
    asked = Object{{"did", Object{{"event", "E"},
                                  {measure, "p"},
                                  {"between", Value::List{least, least + 2}},
                                  {"within", "20ms"}}}};
  } else if (kind == 2) {
    const auto which = *rc::gen::element<std::string>("first", "last");
    const auto window = *rc::gen::element<std::string>("within", "longer_ago");
    asked = Object{{which, Object{{"event", "E"}, {window, "20ms"}}}};
  } else {
    Value::List stages{Object{{"event", "E"}}, stage("F", *rc::gen::arbitrary<bool>())};
    if (*rc::gen::arbitrary<bool>()) stages.push_back(stage("G", *rc::gen::arbitrary<bool>()));
    Object sequence{{"stages", std::move(stages)}};
    if (*rc::gen::arbitrary<bool>()) sequence.set("within", "30ms");
    asked = Object{{"sequence", std::move(sequence)}};
  }
  if (*rc::gen::arbitrary<bool>()) asked = Object{{"not", std::move(asked)}};
  return asked;
}

// Between now and the recheck the answer never changes; at the recheck of a chain of them every
// change is found. So an engine that asks at rechecks only is exact at every instant.
TEST(Evaluate, NoAnswerChangesBeforeItsRecheck) {
  EXPECT_TRUE(rc::check([] {
    const Condition question = condition(any_question());
    Reads reads;
    collect_reads(question, reads);
    TableView view;
    for (const facts::FactDefinition& fact : reads.facts) {
      facts::FactState& state = view.facts[facts::fact_id(fact)];
      const auto times = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 100));
      for (const int time : times) {
        state.add(fact, {Timestamp{time}, *rc::gen::inRange(0, 4) * facts::millionths});
      }
    }
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
