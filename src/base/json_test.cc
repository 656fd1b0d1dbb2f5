#include "base/json.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <limits>

namespace sojourn {
namespace {

std::string nested(int levels) {
  return std::string(static_cast<std::size_t>(levels), '[') + "1" +
         std::string(static_cast<std::size_t>(levels), ']');
}

rc::Gen<std::string> readable_text() {
  return rc::gen::container<std::string>(rc::gen::oneOf(
      rc::gen::inRange<char>(0x20, 0x7f), rc::gen::element('"', '\\', '\n', '\t', '\x01', '/')));
}

rc::Gen<Value> values(int depth) {
  const auto text =
      rc::gen::map(readable_text(), [](std::string s) { return Value(std::move(s)); });
  const auto leaf = rc::gen::oneOf(
      rc::gen::just(Value()), rc::gen::map<bool>([](bool b) { return Value(b); }),
      rc::gen::map<std::int64_t>([](std::int64_t n) { return Value(n); }),
      rc::gen::map(rc::gen::arbitrary<double>(), [](double d) { return Value(d); }), text);
  if (depth == 0) return leaf;
  const auto list = rc::gen::map(rc::gen::container<std::vector<Value>>(values(depth - 1)),
                                 [](std::vector<Value> items) { return Value(std::move(items)); });
  const auto object = rc::gen::map(rc::gen::container<std::vector<std::pair<std::string, Value>>>(
                                       rc::gen::pair(readable_text(), values(depth - 1))),
                                   [](const std::vector<std::pair<std::string, Value>>& members) {
                                     Object made;
                                     for (const auto& [name, value] : members)
                                       made.set(name, value);
                                     return Value(std::move(made));
                                   });
  return rc::gen::oneOf(leaf, list, object);
}

TEST(Json, IsReadBackExactly) {
  EXPECT_TRUE(rc::check([] {
    const Value value = *values(2);
    const Result<Value> read = parse_json(to_json(value));
    RC_ASSERT(read.has_value());
    RC_ASSERT(*read == value);
  }));
}

TEST(Json, KeepsTheOrderOfMembersAndTheLastOfRepeatedNames) {
  const Result<Value> value = parse_json(R"({"b":1,"a":2,"b":3})");
  ASSERT_TRUE(value);
  EXPECT_EQ(to_json(*value), R"({"b":3,"a":2})");
}

TEST(Json, ReadsObjectsOfManyMembersInOnePass) {
  constexpr int members = 50'000;
  std::string text = "{";
  for (int i = 0; i < members; ++i)
    text += "\"k" + std::to_string(i) + "\":" + std::to_string(i) + ",";
  text += "\"k7\":\"again\"}";
  const Result<Value> value = parse_json(text);
  ASSERT_TRUE(value);
  EXPECT_EQ(value->as_object()->size(), static_cast<std::size_t>(members));
  EXPECT_EQ(*value->as_object()->find("k7"), Value("again"));
  EXPECT_EQ(value->as_object()->begin()->first, "k0");
}

TEST(Json, DepthLimitHoldsOnBothSides) {
  EXPECT_TRUE(parse_json(nested(json_depth_max)));
  const Result<Value> deeper = parse_json(nested(json_depth_max + 1));
  ASSERT_FALSE(deeper);
  EXPECT_EQ(deeper.error().code, "too_deep");
}

TEST(Json, DepthLimitHoldsAfterALargeDocument) {
  ASSERT_TRUE(parse_json("[\"" + std::string(100'000, 'x') + "\"]"));
  EXPECT_TRUE(parse_json(nested(json_depth_max)));
  EXPECT_FALSE(parse_json(nested(json_depth_max + 1)));
}

TEST(Json, KeepsTheKindsOfNumbersApart) {
  const Result<Value> list = parse_json("[1, 1.0, -9223372036854775808, 9223372036854775807, 1e2]");
  ASSERT_TRUE(list);
  EXPECT_EQ(to_json(*list), "[1,1.0,-9223372036854775808,9223372036854775807,100.0]");
}

TEST(Json, WholeNumbersBeyondSixtyThreeBitsBecomeReal) {
  const Result<Value> value = parse_json("9223372036854775808");
  ASSERT_TRUE(value);
  ASSERT_NE(value->as_double(), nullptr);
  EXPECT_EQ(value->number(), 9223372036854775808.0);
}

TEST(Json, WholeNumbersBeyondSixtyFourBitsBecomeReal) {
  const Result<Value> value = parse_json(R"({"a\\":[18446744073709551616,-9223372036854775809],)"
                                         R"("123456789012345678901\"2":1e+00000000000000000000001,)"
                                         R"("b":0.00000000000000000000125,"c":7})");
  ASSERT_TRUE(value) << value.error().message;
  EXPECT_EQ(
      to_json(*value),
      R"({"a\\":[18446744073709551616.0,-9223372036854775808.0],"123456789012345678901\"2":10.0,)"
      R"("b":1.25e-21,"c":7})");
}

TEST(Json, NumbersThatFitNoTypeAreRefused) {
  EXPECT_EQ(parse_json("1e400").error().code, "malformed_json");
  EXPECT_EQ(parse_json("000000000000000000000000000001").error().code, "malformed_json");
}

TEST(Json, WritesWhatIsNoNumberAsNull) {
  EXPECT_EQ(to_json(Value(std::numeric_limits<double>::infinity())), "null");
  EXPECT_EQ(to_json(Value(std::numeric_limits<double>::quiet_NaN())), "null");
}

TEST(Json, ReadsSurrogatePairsAndRefusesHalves) {
  const Result<Value> clef = parse_json(R"("\ud834\udd1e")");
  ASSERT_TRUE(clef);
  EXPECT_EQ(*clef, Value("\xf0\x9d\x84\x9e"));
  EXPECT_FALSE(parse_json(R"("\ud834")"));
  EXPECT_FALSE(parse_json(R"("\udd1e")"));
}

TEST(Json, RefusesWhatIsNoJson) {
  for (const std::string_view text : {"", " ", "{", "[1,]", "{\"a\"}", "nul", "'a'", "[1] 2",
                                      "\"\xff\"", "\"\x01\"", "01", "+1", "NaN"}) {
    const Result<Value> value = parse_json(text);
    ASSERT_FALSE(value) << text;
    EXPECT_EQ(value.error().code, "malformed_json") << text;
  }
  EXPECT_FALSE(parse_json(std::string_view())) << "a view that points nowhere";
}

TEST(JsonWriter, SetsCommasAndQuotes) {
  JsonWriter out;
  out.begin_object().name("a\"").begin_list().number(std::int64_t{1}).null().string("x\n");
  out.begin_object().end_object().end_list().name("b").boolean(false).name("c").raw("[2]");
  out.end_object();
  EXPECT_EQ(out.text(), R"({"a\"":[1,null,"x\n",{}],"b":false,"c":[2]})");
}

}  // namespace
}  // namespace sojourn
