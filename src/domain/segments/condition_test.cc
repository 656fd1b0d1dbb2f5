#include "domain/segments/condition.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "base/json.h"
#include "domain/segments/condition_json.h"
#include "domain/segments/condition_text.h"

namespace sojourn::segments {
namespace {

rc::Gen<std::string> keys() {
  return rc::gen::element<std::string>("a", "hot-leads", "lead_2", "in", "last");
}

template <typename T>
T one_of(std::initializer_list<T> items) {
  return *rc::gen::elementOf(std::vector<T>(items));
}

std::string any_text() {
  return one_of<std::string>({"DE", "AT", "Berlin Mitte", "and", "set", "on", "5", "2026-03-01",
                              "true", "a\"b\\c\nd", "größer", "", "now", "/pricing", "score",
                              "[1]"});
}
Value any_value() {
  const int kind = *rc::gen::inRange(0, 6);
  if (kind == 0) return *rc::gen::inRange(-1000, 1000);
  if (kind == 1) return one_of({0.5, -12.25, 1e15, 3.0});
  if (kind == 2) return *rc::gen::arbitrary<bool>();
  if (kind == 3) return Value::List{1, "x", Object{{"a", nullptr}}};
  return any_text();
}
std::string any_span() {
  return one_of<std::string>({"1w", "36h", "90s", "1500ms", "2 months", "1 year", "3 calendar days",
                              "1 calendar day", "2w", "1d"});
}
std::string any_date() {
  return one_of<std::string>({"2026-03-01", "2026-03-01T10:00:00Z", "2026-03-01 10:00:00+02:00"});
}

Value any_filter(const std::string& subject) {
  const auto path = one_of<std::string>(
      {"path", "company.size", "x y", "products.*.sku", "last", "all", "is", "größe", "a-b", "5"});
  const auto op = static_cast<facts::Operator>(*rc::gen::inRange(0, 26));
  Value operand;
  switch (facts::operand_kind(op)) {
    case facts::OperandKind::value:
      operand = any_value();
      break;
    case facts::OperandKind::pattern:
      operand = "^/p.*g$";
      break;
    case facts::OperandKind::list:
      operand = Value::List{any_value(), any_value()};
      break;
    case facts::OperandKind::pair:
      operand = Value::List{any_value(), any_value()};
      break;
    case facts::OperandKind::none:
      operand = op == facts::Operator::anniversary ? Value("today") : Value(true);
      break;
    case facts::OperandKind::date:
      operand = *rc::gen::arbitrary<bool>()
                    ? Value(any_date())
                    : one_of<Value>({"today", "now", "tomorrow", "yesterday", 1'772'323'200});
      break;
    case facts::OperandKind::span:
      operand = any_span();
      break;
  }
  return Object{{subject, path}, {std::string(facts::to_string(op)), std::move(operand)}};
}

Object any_match() {
  Object match{{"event", one_of<std::string>({"Page Viewed", "signup", "not", "a \"b\""})}};
  Value::List where;
  for (int i = *rc::gen::inRange(0, 3); i > 0; --i) where.push_back(any_filter("property"));
  if (!where.empty()) match.set("where", std::move(where));
  return match;
}

void add_window(Object& object) {
  if (*rc::gen::arbitrary<bool>()) object.set("within", any_span());
  if (*rc::gen::arbitrary<bool>()) object.set("since", any_date());
  if (*rc::gen::arbitrary<bool>()) object.set("until", any_date());
}

Value any_did() {
  Object did = any_match();
  const auto measure =
      one_of<std::string>({"", "sum", "average", "minimum", "maximum", "distinct"});
  if (!measure.empty()) did.set(measure, one_of<std::string>({"revenue", "a b", "of"}));
  const auto comparison =
      one_of<std::string>({"at_least", "at_most", "exactly", "more_than", "less_than", "between"});
  const int amount = *rc::gen::inRange(1, 900);
  if (comparison == "between") {
    did.set(comparison, Value::List{amount, amount + *rc::gen::inRange(0, 50)});
  } else {
    did.set(comparison, amount);
  }
  add_window(did);
  return Object{{"did", std::move(did)}};
}

Value any_occurred() {
  Object occurred = any_match();
  if (*rc::gen::arbitrary<bool>()) {
    occurred.set("longer_ago", any_span());
  } else {
    add_window(occurred);
  }
  return Object{{one_of<std::string>({"first", "last"}), std::move(occurred)}};
}

Value any_sequence() {
  Value::List stages{any_match()};
  for (int i = *rc::gen::inRange(1, 4); i > 0; --i) {
    Object stage = any_match();
    if (*rc::gen::arbitrary<bool>()) stage.set("never", true);
    if (*rc::gen::arbitrary<bool>()) stage.set("within", any_span());
    stages.push_back(std::move(stage));
  }
  Object sequence{{"stages", std::move(stages)}};
  add_window(sequence);
  return Object{{"sequence", std::move(sequence)}};
}

Value any_other() {
  switch (*rc::gen::inRange(0, 9)) {
    case 0:
      return Object{{"segment", one_of<std::string>({"a", "Hot Leads", "in"})}};
    case 1:
      return Object{{"list", *keys()}};
    case 2:
      return Object{{"score", *keys()}, {"at_least", 12.5}};
    case 3:
      return Object{{"score", *keys()}, {"at_least", 20}, {"below", 50}};
    case 4:
      return Object{{"score", *keys()}, {"threshold", "hot"}};
    case 5:
      return Object{{"grade", *keys()}, {"one_of", Value::List{"A1", "B2"}}};
    case 6:
      return Object{{"reachable", Object{{"channel", "email"}, {"topic", "news"}}}};
    case 7:
      return Object{{"consent", Object{{"channel", "email"}, {"is", "opted_out"}}}};
    default:
      return Object{{"random", 12.5}, {"seed", one_of<std::string>({"autumn", "a b"})}};
  }
}

Value any_question() {
  switch (*rc::gen::inRange(0, 5)) {
    case 0:
      return any_filter("attribute");
    case 1:
      return any_did();
    case 2:
      return any_occurred();
    case 3:
      return any_sequence();
    default:
      return any_other();
  }
}

Value any_condition(int depth) {
  const int kind = depth == 0 ? 3 : *rc::gen::inRange(0, 4);
  if (kind == 3) return any_question();
  if (kind == 2) return Object{{"not", any_condition(depth - 1)}};
  Value::List parts;
  for (int i = *rc::gen::inRange(0, 4); i > 0; --i) parts.push_back(any_condition(depth - 1));
  return Object{{kind == 0 ? "all" : "any", std::move(parts)}};
}

TEST(Condition, HasOneMeaningInJsonAndInText) {
  EXPECT_TRUE(rc::check([] {
    const Value written = any_condition(3);
    const Result<Condition> condition = read_condition(written, "where");
    RC_ASSERT(condition.has_value());
    const Result<Condition> again = read_condition(write_condition(*condition), "where");
    RC_ASSERT(again.has_value());
    RC_ASSERT(*again == *condition);
    const std::string text = describe(*condition);
    const Result<Condition, SyntaxError> parsed = parse_condition(text);
    if (!parsed) RC_FAIL(text + "\n" + to_error(parsed.error()).message);
    if (!(*parsed == *condition)) RC_FAIL(text + "\nread as\n" + describe(*parsed));
    RC_ASSERT(describe(*parsed) == text);
  }));
}

TEST(ConditionText, ReadsWhatPeopleWrite) {
  const struct {
    std::string_view text;
    std::string_view canonical;
  } cases[] = {
      {R"(did "Page Viewed" where path contains "/pricing" at least 2 times in last 7 days and )"
       R"(country in (DE, AT) and not in segment "Customers")",
       R"(did "Page Viewed" where path contains "/pricing" at least 2 times in last 7 days and )"
       R"(country in (DE, AT) and not in segment Customers)"},
      {"country = DE", "country is DE"},
      {"did signup where plan is pro and anniversary of born is today",
       "did signup where plan is pro and anniversary of born is today"},
      {"did signup where anniversary of born in last 2 days and country is DE",
       "did signup where anniversary of born in last 2 days and country is DE"},
      {"country != DE or plan is not one of (pro, team)",
       "country is not DE or plan not in (pro, team)"},
      {"age >= 18 and age < 65", "age >= 18 and age < 65"},
      {"age is at least 18", "age >= 18"},
      {"DID signup WITHIN THE LAST 2 Weeks", "did signup in last 2 weeks"},
      {"did not signup in last 30 days", "did not signup in last 30 days"},
      {"not did signup in last 30 days", "did not signup in last 30 days"},
      {"did signup where plan is pro and source is ads",
       "did signup where plan is pro and source is ads"},
      {"(did signup where plan is pro) and country is DE",
       "(did signup where plan is pro) and country is DE"},
      {"did signup where plan is pro and did login",
       "(did signup where plan is pro) and did login"},
      {R"(did "Order Completed" with sum of revenue at least 100 in last 3 months)",
       R"(did "Order Completed" with sum of revenue at least 100 in last 3 months)"},
      {R"(did "Order Completed" with distinct of sku more than 3)",
       R"(did "Order Completed" with distinct of sku more than 3)"},
      {"did a then b within 2 days then not c within 1 day in last 30 days",
       "did a then b within 2 days then not c within 1 day in last 30 days"},
      {"first login in last 7d", "first login in last 7 days"},
      {"last login more than 30 days ago", "last login more than 30 days ago"},
      {"did a between 2 and 5 times", "did a between 2 and 5 times"},
      {"did a between 2026-01-01 and 2026-02-01", "did a since 2026-01-01 before 2026-02-01"},
      {"did a from 2026-01-01 until 2026-02-01", "did a since 2026-01-01 before 2026-02-01"},
      {"renewal in next 2 months", "renewal in next 2 months"},
      {"renewal in more than 7 days", "renewal in more than 7 days"},
      {"created_at more than 1 year ago", "created_at more than 1 year ago"},
      {"created_at in the last 5 minutes", "created_at in last 5 minutes"},
      {"signed_up before 2026-01-01", "signed_up before 2026-01-01"},
      {"signed_up on today", "signed_up on today"},
      {"signed_up is today", "signed_up on today"},
      {"signed_up is Yesterday", "signed_up on yesterday"},
      {"signed_up is \"today\"", "signed_up is \"today\""},
      {"anniversary of birthday is today", "anniversary of birthday is today"},
      {"anniversary of birthday in next 7 days", "anniversary of birthday in next 7 days"},
      {"score lead >= 50", "score lead >= 50"},
      {"score lead is hot", "score lead is hot"},
      {"grade fit in (A1, A2)", "grade fit in (A1, A2)"},
      {"in list vip and reachable by email about news",
       "in list vip and reachable by email about news"},
      {"consent to email is opted_in", "consent to email is opted_in"},
      {R"(in random 10% of "autumn")", "in random 10% of autumn"},
      {"company.industry is not set", "company.industry is not set"},
      {R"("last" is Miller)", R"("last" is Miller)"},
      {"everybody", "everybody"},
      {"a is 1 or b is 2 and c is 3", "a is 1 or (b is 2 and c is 3)"},
      {"total between 5 and 10", "total between 5 and 10"},
      {"tags contains vip", "tags contains vip"},
      {"name does not contain x", "name does not contain x"},
      {"name starts with A or name ends with z", "name starts with A or name ends with z"},
      {"paid is true", "paid is true"},
  };
  for (const auto& each : cases) {
    const Result<Condition, SyntaxError> condition = parse_condition(each.text);
    ASSERT_TRUE(condition) << each.text << "\n" << to_error(condition.error()).message;
    EXPECT_EQ(describe(*condition), each.canonical);
  }
}

TEST(ConditionText, ErrorsNamePlaceAndWhatWasExpected) {
  const struct {
    std::string_view text;
    int line;
    int column;
    std::string_view message;
  } cases[] = {
      {"", 1, 1, "expected a condition"},
      {"country", 1, 8,
       "expected an operator, such as is, contains, > or in last 7 days, found the end"},
      {"country =~ DE", 1, 10, "\"~\" has no meaning here"},
      {"country is", 1, 11, "expected a value, found the end"},
      {"did", 1, 4, "expected the name of an event"},
      {"did \"Page Viewed", 1, 5, "no closing quotation mark"},
      {"did a at least 0 times", 1, 7, "the number is 0"},
      {"did a at least x times", 1, 16, "expected a number, found `x`"},
      {"did a in last 7", 1, 16, "expected a unit"},
      {"did a in last 7 moons", 1, 15, "is not a duration"},
      {"country is DE\nand plan is", 2, 12, "expected a value"},
      {"(country is DE", 1, 15, "expected `)`, found the end"},
      {"country is DE)", 1, 14, "expected and, or, or the end, found `)`"},
      {"größe ist 5", 1, 7, "expected an operator"},
      {"last is Miller", 1, 9, "expected when"},
      {"did a then", 1, 11, "expected the name of an event"},
      {"first a", 1, 8, "expected when"},
      {"name matches \"(\"", 1, 6, "missing"},
      {"in random 120%", 1, 11, "from 0 to 100"},
      {"signed_up before soon", 1, 11, "must be a date"},
  };
  for (const auto& each : cases) {
    const Result<Condition, SyntaxError> condition = parse_condition(each.text);
    ASSERT_FALSE(condition) << each.text;
    const SyntaxError& error = condition.error();
    EXPECT_EQ(std::pair(error.line, error.column), std::pair(each.line, each.column))
        << each.text << ": " << error.message;
    EXPECT_NE(error.message.find(each.message), std::string::npos)
        << each.text << ": " << error.message;
  }
}

TEST(ConditionText, LimitsHoldOnBothSides) {
  const auto nested = [](int levels) {
    std::string text(static_cast<std::size_t>(levels), '(');
    return parse_condition(text + "a is 1" + std::string(static_cast<std::size_t>(levels), ')'));
  };
  EXPECT_TRUE(nested(condition_depth_max));
  EXPECT_FALSE(nested(condition_depth_max + 1));
  const auto wide = [](int parts) {
    std::string text = "a is 1";
    for (int i = 1; i < parts; ++i) text += " or a is 1";
    return parse_condition(text);
  };
  EXPECT_TRUE(wide(condition_parts_max));
  EXPECT_FALSE(wide(condition_parts_max + 1));
  EXPECT_FALSE(parse_condition(std::string(condition_text_bytes_max + 1, ' ')));
}

TEST(ConditionJson, RefusesWithThePathOfTheMember) {
  const struct {
    std::string_view text;
    std::string_view code;
    std::string_view field;
  } cases[] = {
      {R"({"al":[]})", "unknown_condition", "where"},
      {R"([])", "unknown_condition", "where"},
      {R"({"all":{}})", "wrong_type", "where.all"},
      {R"({"all":[{"segment":"a"},{"segment":""}]})", "out_of_range", "where.all[1].segment"},
      {R"({"all":["country is DE","country is"]})", "bad_condition", "where.all[1]"},
      {R"({"not":{"any":[{}]}})", "unknown_condition", "where.not.any[0]"},
      {R"({"did":{"at_least":1}})", "missing_member", "where.did.event"},
      {R"({"did":{"event":"E","at_least":0}})", "out_of_range", "where.did.at_least"},
      {R"({"did":{"event":"E","at_least":1.5}})", "out_of_range", "where.did.at_least"},
      {R"({"did":{"event":"E","at_least":1000}})", "out_of_range", "where.did.at_least"},
      {R"({"did":{"event":"E","between":[3,2]}})", "out_of_range", "where.did.between"},
      {R"({"did":{"event":"E","at_least":1,"exactly":1}})", "two_counts", "where.did.exactly"},
      {R"({"did":{"event":"E","sum":"p"}})", "missing_member", "where.did.at_least"},
      {R"({"did":{"event":"E","sum":"p","maximum":"q","at_least":1}})", "two_measures",
       "where.did.maximum"},
      {R"({"did":{"event":"E","within":"soon"}})", "not_a_duration", "where.did.within"},
      {R"({"did":{"event":"E","since":"soon"}})", "not_a_date", "where.did.since"},
      {R"({"did":{"event":"E","whithin":"3d"}})", "unknown_member", "where.did.whithin"},
      {R"({"first":{"event":"E","within":"1d","longer_ago":"2d"}})", "two_windows",
       "where.first.longer_ago"},
      {R"({"sequence":{"stages":[{"event":"E"}]}})", "out_of_range", "where.sequence.stages"},
      {R"({"sequence":{"stages":[{"event":"E","never":true},{"event":"F"}]}})", "bad_sequence",
       "where.sequence.stages"},
      {R"({"score":"lead"})", "missing_member", "where.at_least"},
      {R"({"segment":"a","score":"b"})", "unknown_member", "where.score"},
      {R"({"attribute":"a","is":1,"segment":"b"})", "unknown_member", "where.segment"},
      {R"({"attribute":"a","before":"soon"})", "not_a_date", "where.before"},
      {R"({"attribute":"a","within_last":"soon"})", "not_a_duration", "where.within_last"},
      {R"({"attribute":"a","between":[1]})", "wrong_type", "where.between"},
      {R"({"attribute":"a","is":null})", "missing_operator", "where"},
      {R"({"random":101})", "out_of_range", "where.random"},
      {R"({"consent":{"is":"maybe"}})", "unknown_choice", "where.consent.is"},
  };
  for (const auto& each : cases) {
    const Result<Condition> condition = read_condition(*parse_json(each.text), "where");
    ASSERT_FALSE(condition) << each.text;
    EXPECT_EQ(condition.error().code, each.code) << each.text;
    EXPECT_EQ(condition.error().field, each.field) << each.text;
  }
}

TEST(ConditionJson, DepthLimitHoldsOnBothSides) {
  const auto nested = [](int levels) {
    Value value = Object{{"segment", "a"}};
    for (int i = 0; i < levels; ++i) value = Object{{"not", std::move(value)}};
    return read_condition(value, "where");
  };
  EXPECT_TRUE(nested(condition_depth_max));
  EXPECT_EQ(nested(condition_depth_max + 1).error().code, "too_deep");
}

TEST(ConditionJson, PartsLimitHoldsOnBothSides) {
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
      {"did":{"event":"E","exactly":4,"within":"7d"}},
      {"did":{"event":"F","at_least":4,"within":"7d"}},
      {"did":{"event":"G"}},
      {"did":{"event":"G","sum":"p","at_least":3,"within":"2 months"}}]})"),
                                                     "where");
  ASSERT_TRUE(condition);
  Reads reads;
  collect_reads(*condition, reads);
  EXPECT_EQ(reads.attributes, (std::vector<std::string>{"company", "company.size"}));
  EXPECT_EQ(reads.segments, std::vector<std::string>{"customers"});
  EXPECT_EQ(reads.scores, (std::vector<std::string>{"lead", "fit"}));
  ASSERT_EQ(reads.thresholds.size(), 1u);
  EXPECT_EQ(reads.thresholds.front().threshold, "hot");
  ASSERT_EQ(reads.facts.size(), 4u);
  // "exactly" must tell four from more; a total needs no times at all.
  EXPECT_EQ(reads.facts[0].keep, 16);
  EXPECT_EQ(reads.facts[1].keep, 4);
  EXPECT_EQ(reads.facts[2].keep, 0);
  EXPECT_EQ(reads.facts[3].keep, facts::occurrences_max);
  EXPECT_TRUE(reads.zone);
}

}  // namespace
}  // namespace sojourn::segments
