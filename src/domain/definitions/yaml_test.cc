#include "domain/definitions/yaml.h"

#include <gtest/gtest.h>

#include "base/json.h"

namespace sojourn::definitions {
namespace {

TEST(Yaml, PlainScalarsFollowTheCoreSchemaAndQuotedOnesAreText) {
  const Result<YamlDocument> document = parse_yaml(R"(
whole: 5
negative: -7
real: 1.5
power: 1e3
yes: true
word: yes
none: null
tilde: ~
empty:
quoted: "5"
single: 'true'
version: 1.2.3
date: 2026-03-02
plus: +5
list: [1, "1", a]
block: |
  5
)");
  ASSERT_TRUE(document) << document.error().message;
  EXPECT_EQ(
      to_json(document->value),
      R"({"whole":5,"negative":-7,"real":1.5,"power":1000.0,"yes":true,"word":"yes",)"
      R"("none":null,"tilde":null,"empty":null,"quoted":"5","single":"true",)"
      R"("version":"1.2.3","date":"2026-03-02","plus":"+5","list":[1,"1","a"],"block":"5\n"})");
}

TEST(Yaml, KnowsTheLineOfEachPart) {
  const Result<YamlDocument> document =
      parse_yaml("kind: journey\n\nsteps:\n  - id: a\n    wait: 2d\n  - id: b\n");
  ASSERT_TRUE(document);
  EXPECT_EQ(document->line_of("kind"), 1);
  EXPECT_EQ(document->line_of("steps"), 3);
  EXPECT_EQ(document->line_of("steps[0].wait"), 5);
  EXPECT_EQ(document->line_of("steps[1].id"), 6);
  EXPECT_EQ(document->line_of("steps[1].wait.until"), 6) << "the nearest part around it";
  EXPECT_EQ(document->line_of("nothing"), 1);
}

TEST(Yaml, RefusesAnchorsAndAliases) {
  for (const std::string_view text :
       {"a: &x 1\nb: *x\n", "a: &x [1]\n", "- &x {a: 1}\n- *x\n", "a: {b: &x 1}\n", "&x a: 1\n"}) {
    const Result<YamlDocument> document = parse_yaml(text);
    ASSERT_FALSE(document) << text;
    EXPECT_EQ(document.error().code, "malformed_yaml") << text;
  }
}

TEST(Yaml, TakesAmpersandsAndAsterisksInTextForWhatTheyAre) {
  const Result<YamlDocument> document = parse_yaml(
      "html: |\n  &copy; 2026\n  *bold*\n  Tel.:&nbsp;5\nsubject: Marlo &amp; Daughters *now*\n");
  ASSERT_TRUE(document) << document.error().message;
  EXPECT_EQ(*document->value.as_object()->find("html"),
            Value("&copy; 2026\n*bold*\nTel.:&nbsp;5\n"));
}

TEST(Yaml, RefusesWhatIsBrokenWithItsLine) {
  const struct {
    std::string text;
    std::string code;
  } cases[] = {
      {"a: 1\nb: [1\n", "malformed_yaml"},
      {"a: 1\na: 2\n", "duplicate_member"},
      {"a: 1\n---\nb: 2\n", "malformed_yaml"},
      {"\ta: 1\n", "malformed_yaml"},
  };
  for (const auto& each : cases) {
    const Result<YamlDocument> document = parse_yaml(each.text);
    ASSERT_FALSE(document) << each.text;
    EXPECT_EQ(document.error().code, each.code) << each.text;
  }
  EXPECT_EQ(parse_yaml("a: 1\nb: c: d\n").error().value, "2");
}

TEST(Yaml, LimitsHoldOnBothSides) {
  const auto nested = [](int levels) {
    return parse_yaml(std::string(static_cast<std::size_t>(levels), '[') +
                      std::string(static_cast<std::size_t>(levels), ']'));
  };
  EXPECT_TRUE(nested(definition_depth_max + 1)) << "the document itself stands at depth 0";
  EXPECT_EQ(nested(definition_depth_max + 2).error().code, "too_deep");
  const auto sized = [](std::size_t size) {
    return parse_yaml("a: " + std::string(size - 3, 'x'));
  };
  EXPECT_TRUE(sized(definition_bytes_max));
  EXPECT_EQ(sized(definition_bytes_max + 1).error().code, "too_large");
}

}  // namespace
}  // namespace sojourn::definitions
