#include "domain/segments/condition.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "base/json.h"

namespace sojourn::segments {
namespace {

rc::Gen<std::string> keys() {
  return rc::gen::element<std::string>("a", "hot-leads", "lead_2");
}

rc::Gen<Value> filters(std::string subject) {
  return rc::gen::map(rc::gen::tuple(rc::gen::element<std::string>("path", "company.size", "x y"),
                                     rc::gen::element<std::string>("is", "is_not", "contains",
                                                                   "greater", "at_most"),
                                     rc::gen::arbitrary<int>()),
                      [subject](const std::tuple<std::string, std::string, int>& parts) {
                        return Value(Object{{subject, std::get<0>(parts)},
                                            {std::get<1>(parts), std::get<2>(parts)}});
                      });
}

rc::Gen<Value> questions() {
  const auto did = rc::gen::map(
      rc::gen::tuple(filters("property"), rc::gen::inRange(1, 999), rc::gen::inRange(0, 3),
                     rc::gen::arbitrary<bool>()),
      [](const std::tuple<Value, int, int, bool>& parts) {
        static const char* const counts[] = {"at_least", "at_most", "exactly"};
        Object inner{{"event", "Page Viewed"}, {"where", Value::List{std::get<0>(parts)}}};
        inner.set(counts[std::get<2>(parts)], std::get<1>(parts));
        if (std::get<3>(parts)) inner.set("within", "36h");
        return Value(Object{{"did", std::move(inner)}});
      });
  const auto segment = rc::gen::map(keys(), [](const std::string& key) {
    return Value(Object{{"segment", key}});
  });
  const auto score = rc::gen::map(rc::gen::pair(keys(), rc::gen::arbitrary<bool>()),
                                  [](const std::pair<std::string, bool>& parts) {
                                    Object object{{"score", parts.first}};
                                    if (parts.second) {
                                      object.set("threshold", "hot");
                                    } else {
                                      object.set("at_least", 12.5);
                                    }
                                    return Value(std::move(object));
                                  });
  return rc::gen::oneOf(filters("attribute"), did, segment, score);
}

rc::Gen<Value> conditions(int depth) {
  if (depth == 0) return questions();
  const auto list = [depth](std::string member) {
    return rc::gen::map(rc::gen::container<std::vector<Value>>(conditions(depth - 1)),
                        [member](std::vector<Value> parts) {
                          if (parts.size() > 4) parts.resize(4);
                          return Value(Object{{member, std::move(parts)}});
                        });
  };
  const auto negation = rc::gen::map(conditions(depth - 1), [](const Value& part) {
    return Value(Object{{"not", part}});
  });
  return rc::gen::oneOf(questions(), list("all"), list("any"), negation);
}

TEST(ConditionText, IsReadBackAsItWasWritten) {
  EXPECT_TRUE(rc::check([] {
    const Value written = *conditions(2);
    const Result<Condition> condition = read_condition(written, "where");
    RC_ASSERT(condition.has_value());
    const Result<Condition> again = read_condition(write_condition(*condition), "where");
    RC_ASSERT(again.has_value());
    RC_ASSERT(*again == *condition);
    RC_ASSERT(!describe(*condition).empty());
  }));
}

TEST(ConditionText, RefusesWithThePathOfTheMember) {
  const struct {
    std::string_view text;
    std::string_view code;
    std::string_view field;
  } cases[] = {
      {R"({"al":[]})", "unknown_condition", "where"},
      {R"([])", "unknown_condition", "where"},
      {R"({"all":{}})", "wrong_type", "where.all"},
      {R"({"all":[{"segment":"a"},{"segment":"A B"}]})", "not_a_key", "where.all[1].segment"},
      {R"({"not":{"any":[{}]}})", "unknown_condition", "where.not.any[0]"},
      {R"({"did":{"at_least":1}})", "missing_member", "where.did.event"},
      {R"({"did":{"event":"E","at_least":0}})", "out_of_range", "where.did.at_least"},
      {R"({"did":{"event":"E","at_least":1000}})", "out_of_range", "where.did.at_least"},
      {R"({"did":{"event":"E","at_least":1,"exactly":1}})", "two_counts", "where.did.exactly"},
      {R"({"did":{"event":"E","within":"soon"}})", "not_a_duration", "where.did.within"},
      {R"({"did":{"event":"E","whithin":"3d"}})", "unknown_member", "where.did.whithin"},
      {R"({"score":"lead"})", "missing_member", "where.at_least"},
      {R"({"segment":"a","score":"b"})", "unknown_member", "where.score"},
      {R"({"attribute":"a","is":1,"segment":"b"})", "unknown_member", "where.segment"},
  };
  for (const auto& each : cases) {
    const Result<Condition> condition = read_condition(*parse_json(each.text), "where");
    ASSERT_FALSE(condition) << each.text;
    EXPECT_EQ(condition.error().code, each.code) << each.text;
    EXPECT_EQ(condition.error().field, each.field) << each.text;
  }
}

TEST(ConditionText, DepthLimitHoldsOnBothSides) {
  const auto nested = [](int levels) {
    Value value = Object{{"segment", "a"}};
    for (int i = 0; i < levels; ++i) value = Object{{"not", std::move(value)}};
    return read_condition(value, "where");
  };
  EXPECT_TRUE(nested(condition_depth_max));
  EXPECT_EQ(nested(condition_depth_max + 1).error().code, "too_deep");
}

TEST(ConditionText, PartsLimitHoldsOnBothSides) {
  const auto wide = [](int parts) {
    return read_condition(
        Object{{"all", Value::List(static_cast<std::size_t>(parts), Object{{"segment", "a"}})}},
        "");
  };
  EXPECT_TRUE(wide(condition_parts_max - 1));
  EXPECT_EQ(wide(condition_parts_max).error().code, "too_many");
}

TEST(Condition, SaysWhatItReads) {
  const Result<Condition> condition = read_condition(*parse_json(R"({"all":[
      {"attribute":"company.size","greater":5},
      {"not":{"segment":"customers"}},
      {"any":[{"score":"lead","threshold":"hot"},{"score":"fit","at_least":3}]},
      {"did":{"event":"E","exactly":2,"within":"7d"}},
      {"did":{"event":"F","at_least":3,"within":"7d"}},
      {"did":{"event":"G"}}]})"),
                                                     "where");
  ASSERT_TRUE(condition);
  Reads reads;
  collect_reads(*condition, reads);
  EXPECT_EQ(reads.attributes, (std::vector<std::string>{"company", "company.size"}));
  EXPECT_EQ(reads.segments, std::vector<std::string>{"customers"});
  EXPECT_EQ(reads.scores, (std::vector<std::string>{"lead", "fit"}));
  ASSERT_EQ(reads.thresholds.size(), 1u);
  EXPECT_EQ(reads.thresholds.front().threshold, "hot");
  ASSERT_EQ(reads.facts.size(), 3u);
  // "exactly" must tell two from more; a total needs no times at all.
  EXPECT_EQ(reads.facts[0].keep, 3);
  EXPECT_EQ(reads.facts[1].keep, 3);
  EXPECT_EQ(reads.facts[2].keep, 0);
}

}  // namespace
}  // namespace sojourn::segments
