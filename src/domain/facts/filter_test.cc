#include "domain/facts/filter.h"

#include <gtest/gtest.h>

#include "base/json.h"

namespace sojourn::facts {
namespace {

Value json(std::string_view text) {
  Result<Value> value = parse_json(text);
  EXPECT_TRUE(value) << text;
  return value ? std::move(*value) : Value();
}

struct Case {
  Operator op;
  std::string_view operand;
  std::string_view actual;  ///< empty: absent
  bool expected;
};

TEST(Filter, AnswersForEveryOperatorAndTypeOfValue) {
  using enum Operator;
  const Case cases[] = {
      // Equality: numbers by their value, everything else by type and value.
      {is, R"("DE")", R"("DE")", true},
      {is, R"("DE")", R"("de")", false},
      {is, "5", "5", true},
      {is, "5", "5.0", true},
      {is, "5", R"("5")", true},
      {is, R"("5")", "5", true},
      {is, "5", R"("five")", false},
      {is, R"("5")", R"("5.0")", false},
      {is, "true", "true", true},
      {is, "true", R"("true")", false},
      {is, "1", "true", false},
      {is, "[1]", "[1]", true},
      {is, R"("nan")", R"("nan")", true},
      {is_not, R"("DE")", R"("FR")", true},
      {is_not, R"("DE")", R"("DE")", false},
      // One of a list.
      {one_of, R"(["a","b"])", R"("b")", true},
      {one_of, R"(["a","b"])", R"("c")", false},
      {one_of, R"([1,2])", R"("2")", true},
      {one_of, "[]", R"("a")", false},
      {not_one_of, R"(["a","b"])", R"("c")", true},
      {not_one_of, R"(["a","b"])", R"("a")", false},
      // Text in text, value in list.
      {contains, R"("ric")", R"("/pricing")", true},
      {contains, R"("x")", R"("/pricing")", false},
      {contains, R"("a")", R"(["a","b"])", true},
      {contains, "2", R"([1,2])", true},
      {contains, R"("a")", R"(["ab"])", false},
      {contains, R"("a")", "5", false},
      {contains, R"("a")", R"({"a":1})", false},
      {not_contains, R"("x")", R"("/pricing")", true},
      {not_contains, R"("ric")", R"("/pricing")", false},
      {not_contains, R"("a")", "5", true},
      {starts_with, R"("/pri")", R"("/pricing")", true},
      {starts_with, R"("pri")", R"("/pricing")", false},
      {starts_with, R"("5")", "55", false},
      {ends_with, R"("ing")", R"("/pricing")", true},
      {ends_with, R"("in")", R"("/pricing")", false},
      {matches, R"("^/p.*g$")", R"("/pricing")", true},
      {matches, R"("ric")", R"("/pricing")", true},
      {matches, R"("^ric")", R"("/pricing")", false},
      {matches, R"("5")", "5", false},
      // Order: numbers as numbers, text as text.
      {greater, "5", "6", true},
      {greater, "5", "5", false},
      {greater, "5", R"("10")", true},
      {greater, "5", R"("ten")", false},
      {greater, "5", "true", false},
      {at_least, "5", "5", true},
      {at_least, "5", "4.9", false},
      {less, "5", "4", true},
      {less, "5", "[1]", false},
      {at_most, "5", "5.0", true},
      {greater, R"("2026-03-01")", R"("2026-03-02T10:00:00Z")", true},
      {less, R"("2026-03-01")", R"("2026-03-02")", false},
      // Words that a number parser would take for numbers.
      {greater, "5", R"("inf")", false},
      {at_least, R"("nan")", R"("nan")", true},
      {exists, "null", R"("")", true},
      {exists, "null", "false", true},
      {missing, "null", "0", false},
  };
  for (const Case& each : cases) {
    const Value actual = json(each.actual);
    const Result<Filter> filter = make_filter("path", each.op, json(each.operand));
    ASSERT_TRUE(filter) << to_string(each.op) << " " << each.operand;
    EXPECT_EQ(holds(*filter, &actual, Moment{}).value, each.expected)
        << to_string(each.op) << " " << each.operand << " of " << each.actual;
  }
}

Value operand_for(Operator op) {
  switch (operand_kind(op)) {
    case OperandKind::value:
    case OperandKind::pattern:
      return "x";
    case OperandKind::list:
      return Value::List{"x"};
    case OperandKind::pair:
      return Value::List{1, 2};
    case OperandKind::none:
      return nullptr;
    case OperandKind::date:
      return "2026-03-01";
    case OperandKind::span:
      return "7d";
  }
  return nullptr;
}

TEST(Filter, AMissingValueIsTrueForTheNegativeOperatorsOnly) {
  const Value null;
  for (int i = 0; i <= static_cast<int>(Operator::anniversary_within_next); ++i) {
    const auto op = static_cast<Operator>(i);
    const bool expected = op == Operator::missing || op == Operator::is_not ||
                          op == Operator::not_one_of || op == Operator::not_contains;
    const Result<Filter> filter = make_filter("path", op, operand_for(op));
    ASSERT_TRUE(filter) << to_string(op);
    EXPECT_EQ(holds(*filter, nullptr, Moment{}).value, expected) << to_string(op);
    EXPECT_EQ(holds(*filter, &null, Moment{}).value, expected) << to_string(op);
  }
}

TEST(Filter, AStarInAPathIsEveryItemOfAList) {
  const Object order{{"products", Value::List{Object{{"sku", "a"}, {"tags", Value::List{"x"}}},
                                              Object{{"sku", "b"}}, Value(5)}}};
  const struct {
    std::string_view path;
    Operator op;
    Value operand;
    bool expected;
  } cases[] = {
      {"products.*.sku", Operator::is, "b", true},
      {"products.*.sku", Operator::is, "c", false},
      // None of them is: the negation of "any is".
      {"products.*.sku", Operator::is_not, "b", false},
      {"products.*.sku", Operator::is_not, "c", true},
      {"products.*.tags", Operator::contains, "x", true},
      {"products.*.tags.*", Operator::is, "x", true},
      {"products.*", Operator::is, 5, true},
      {"products.*.price", Operator::exists, nullptr, false},
      {"products.*.price", Operator::missing, nullptr, true},
      {"none.*.sku", Operator::is, "b", false},
  };
  for (const auto& each : cases) {
    const Result<Filter> filter = make_filter(std::string(each.path), each.op, each.operand);
    ASSERT_TRUE(filter);
    EXPECT_EQ(holds(*filter, order, Moment{}).value, each.expected)
        << each.path << " " << to_string(each.op) << " " << to_json(each.operand);
  }
}

TEST(FilterText, IsReadBackAsItWasWritten) {
  for (const std::string_view text :
       {R"({"property":"path","is":"/pricing"})", R"({"property":"a.b","one_of":[1,"x",null]})",
        R"({"property":"path","exists":true})", R"({"property":"path","matches":"^/p"})",
        R"({"property":"total","at_least":12.5})"}) {
    const Result<Filter> filter = read_filter(json(text), "where[0]", "property");
    ASSERT_TRUE(filter) << text;
    EXPECT_EQ(to_json(write_filter(*filter, "property")), text);
  }
}

TEST(FilterText, RefusesWithThePathOfTheMember) {
  const struct {
    std::string_view text;
    std::string_view code;
    std::string_view field;
  } cases[] = {
      {R"({"is":1})", "missing_member", "where[0].property"},
      {R"({"property":"p"})", "missing_operator", "where[0]"},
      {R"({"property":"p","is":1,"less":2})", "two_operators", "where[0].less"},
      {R"({"property":"p","one_of":1})", "wrong_type", "where[0].one_of"},
      {R"({"property":"p","exists":false})", "wrong_type", "where[0].exists"},
      {R"({"property":"p","matches":5})", "wrong_type", "where[0].matches"},
      {R"({"property":"p","matches":"("})", "bad_pattern", "where[0].matches"},
      {R"({"property":"p","is":1,"iz":2})", "unknown_member", "where[0].iz"},
      {R"("p")", "wrong_type", "where[0]"},
  };
  for (const auto& each : cases) {
    const Result<Filter> filter = read_filter(json(each.text), "where[0]", "property");
    ASSERT_FALSE(filter) << each.text;
    EXPECT_EQ(filter.error().code, each.code) << each.text;
    EXPECT_EQ(filter.error().field, each.field) << each.text;
  }
}

TEST(FilterText, PatternLimitHoldsOnBothSides) {
  const auto with_pattern = [](std::size_t size) {
    return read_filter(Object{{"property", "p"}, {"matches", std::string(size, 'a')}}, "",
                       "property");
  };
  EXPECT_TRUE(with_pattern(pattern_bytes_max));
  EXPECT_EQ(with_pattern(pattern_bytes_max + 1).error().code, "too_long");
}

}  // namespace
}  // namespace sojourn::facts
