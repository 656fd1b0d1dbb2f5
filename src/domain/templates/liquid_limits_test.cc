#include <gtest/gtest.h>

#include <ostream>

#include "domain/templates/liquid.h"

namespace sojourn::templates {
namespace {

std::string repeated(std::string_view text, int count) {
  std::string all;
  for (int i = 0; i < count; ++i) all += text;
  return all;
}

Result<std::string> rendered(std::string_view source, const Object& data = {},
                             const RenderOptions& options = {}) {
  const Result<LiquidTemplate> compiled = LiquidTemplate::compile(source);
  if (!compiled) return failure(compiled.error());
  return render(*compiled, Scope(data), options);
}

/// The code of the error; empty where there is none.
std::string error_of(const Result<std::string>& result) {
  return result ? std::string() : result.error().code;
}

TEST(LiquidLimits, SourceMayHave256KiB) {
  const std::string longest(source_bytes_max, 'x');
  EXPECT_TRUE(LiquidTemplate::compile(longest).has_value());
  const auto refused = LiquidTemplate::compile(longest + "x");
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, "template_too_long");
  EXPECT_EQ(refused.error().limit, "262144");
}

TEST(LiquidLimits, TemplateAndPartialsTogetherMayHaveOneMebibyte) {
  const auto compiled = [](int partials) {
    std::string source;
    for (int i = 0; i < partials; ++i) source += "{% render 'p" + std::to_string(i) + "' %}";
    const std::string partial(source_bytes_max - 100, 'x');
    return LiquidTemplate::compile(source, {.partials = [&](std::string_view) { return partial; }});
  };
  EXPECT_TRUE(compiled(4).has_value());
  const auto refused = compiled(5);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, "template_too_long");
}

TEST(LiquidLimits, BlocksNestAHundredDeep) {
  const auto nested = [](int depth) {
    return repeated("{% if true %}", depth) + "x" + repeated("{% endif %}", depth);
  };
  EXPECT_EQ(*rendered(nested(nesting_max)), "x");
  EXPECT_EQ(error_of(rendered(nested(nesting_max + 1))), "template_too_deep");
}

TEST(LiquidLimits, BracketsNestAHundredDeep) {
  const auto nested = [](int depth) {
    return "{{ a" + repeated("[a", depth) + repeated("]", depth) + " }}";
  };
  EXPECT_EQ(error_of(rendered(nested(nesting_max - 1))), "");
  EXPECT_EQ(error_of(rendered(nested(nesting_max + 1))), "template_too_deep");
}

TEST(LiquidLimits, APartialThatCallsItselfEndsAtAHundred) {
  const auto compiled = LiquidTemplate::compile(
      "{% assign n = 0 %}{% include 'p' %}", {.partials = [](std::string_view) {
        return "{% assign n = n | plus: 1 %}{% if n < limit %}{% include 'p' %}{% endif %}{{ n }} ";
      }});
  ASSERT_TRUE(compiled.has_value());
  const auto at_depth = [&](int depth) {
    const Object data{{"limit", depth}};
    return error_of(render(*compiled, Scope(data), {}));
  };
  // The template itself is the first level.
  EXPECT_EQ(at_depth(nesting_max - 1), "");
  EXPECT_EQ(at_depth(nesting_max), "template_too_deep");
}

TEST(LiquidLimits, EmptyLoopsTakeSteps) {
  EXPECT_EQ(error_of(rendered("{% for i in (1..190000) %}{% endfor %}")), "");
  EXPECT_EQ(error_of(rendered("{% for i in (1..200000) %}{% endfor %}")), "too_many_steps");
}

TEST(LiquidLimits, StepsAreCountedExactly) {
  RenderOptions options;
  options.limits.steps = 3;
  EXPECT_EQ(error_of(rendered("{{ a }}{{ a }}{{ a }}", {}, options)), "");
  const auto refused = rendered("{{ a }}{{ a }}\n{{ a }}{{ a }}", {}, options);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().message, "line 2: the template takes more than 3 steps");
}

TEST(LiquidLimits, OutputMayHaveOneMebibyte) {
  RenderOptions options;
  options.limits.output_bytes = 10;
  EXPECT_EQ(*rendered("12345{{ 'abcde' }}", {}, options), "12345abcde");
  EXPECT_EQ(error_of(rendered("12345{{ 'abcdef' }}", {}, options)), "output_too_large");
  EXPECT_EQ(error_of(rendered("12345{{ '<<' }}", {}, options)), "output_too_large");
}

TEST(LiquidLimits, WorkingMemoryIsBounded) {
  RenderOptions options;
  options.limits.work_bytes = 10;
  EXPECT_EQ(*rendered("{{ 'abcde' | append: 'abcde' }}", {}, options), "abcdeabcde");
  EXPECT_EQ(error_of(rendered("{{ 'abcde' | append: 'abcdef' }}", {}, options)),
            "output_too_large");
}

struct Bomb {
  std::string_view name;
  std::string source;
};

void PrintTo(const Bomb& bomb, std::ostream* out) {
  *out << bomb.name;
}

class LiquidBomb : public testing::TestWithParam<Bomb> {};

TEST_P(LiquidBomb, EndsWithAnError) {
  Value::List many;
  for (int i = 0; i < 20'000; ++i) many.emplace_back(i % 7);
  const Object data{{"many", std::move(many)}, {"long", std::string(200'000, 'a')}};
  // Without the limits each of them runs for minutes or takes gigabytes.
  const Result<std::string> result = rendered(GetParam().source, data);
  ASSERT_FALSE(result.has_value());
  EXPECT_TRUE(result.error().code == "too_many_steps" || result.error().code == "output_too_large")
      << result.error().message;
}

std::string in_loop(std::string_view body) {
  return "{% assign x = 'aaaaaaaa' %}{% for i in (1..100000) %}" + std::string(body) +
         "{% endfor %}";
}

INSTANTIATE_TEST_SUITE_P(
    All, LiquidBomb,
    testing::Values(
        Bomb{"append doubles", in_loop("{% assign x = x | append: x %}")},
        Bomb{"prepend doubles", in_loop("{% assign x = x | prepend: x %}")},
        Bomb{"replace squares", in_loop("{% assign x = x | replace: 'a', x %}")},
        Bomb{"replace of nothing squares", in_loop("{% assign x = x | replace: '', x %}")},
        Bomb{"replace_first grows", in_loop("{% assign x = long | replace_first: 'a', long %}")},
        Bomb{"capture doubles", in_loop("{% capture x %}{{ x }}{{ x }}{% endcapture %}")},
        Bomb{"concat doubles",
             "{% assign x = many %}" + in_loop("{% assign many = many | concat: many %}")},
        Bomb{"join by a long text", "{{ many | join: long }}"},
        Bomb{"join of a huge range", "{{ (1..9000000000000000000) | join }}"},
        Bomb{"size of all numbers", "{{ (-9223372036854775807..9223372036854775807) | reverse }}"},
        Bomb{"split and join", in_loop("{% assign x = x | append: x | split: '' | join: x %}")},
        Bomb{"escape grows", in_loop("{% assign x = x | append: '&' | append: x | escape %}")},
        Bomb{"url_encode triples",
             in_loop("{% assign x = x | append: '%' | append: x | url_encode %}")},
        Bomb{"json grows", in_loop("{% assign x = x | append: x | json %}")},
        Bomb{"date pads", in_loop("{{ 'now' | date: '%999999999d%999999999d%999999999d' }}")},
        Bomb{"date repeats a long format", in_loop("{{ 'now' | date: long }}")},
        Bomb{"base64 grows", in_loop("{% assign x = x | base64_encode %}")},
        Bomb{"loops in loops",
             repeated("{% for i in (1..1000) %}", 20) + repeated("{% endfor %}", 20)},
        Bomb{"empty loop over a huge range", "{% for i in (1..9000000000000000000) %}{% endfor %}"},
        Bomb{"reading without output", in_loop("{% assign y = long | size %}")},
        Bomb{"searching without output", in_loop("{% if long contains 'ab' %}{% endif %}")},
        Bomb{"searching for nearly what is there",
             "{% assign half = long | slice: 0, 100000 | append: 'b' %}" +
                 in_loop("{% if long contains half %}{% endif %}")},
        Bomb{"replace_last of nearly what is there",
             "{% assign half = long | slice: 0, 100000 | prepend: 'b' %}" +
                 in_loop("{% assign y = long | replace_last: half, '' %}")},
        Bomb{"comparing long texts", in_loop("{% if long == long %}{% endif %}")},
        Bomb{"comparing long lists", in_loop("{% if many == many %}{% endif %}")},
        Bomb{"sorting", in_loop("{% assign y = many | sort %}")},
        Bomb{"uniq", in_loop("{% assign y = many | uniq %}")},
        Bomb{"strip_html of openings",
             in_loop("{% assign y = long | replace: 'a', '<script' | strip_html %}")},
        Bomb{"printing a list", in_loop("{% assign y = many | append: '' %}")}),
    [](const testing::TestParamInfo<Bomb>& bomb) { return "Bomb" + std::to_string(bomb.index); });

TEST(LiquidBombAtCompileTime, UnclosedRawTagsTakeLinearTime) {
  const std::string source = "{% raw %}" + repeated("{%", 120'000);
  const auto refused = LiquidTemplate::compile(source);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().message, "line 1: expected {% endraw %}");
}

}  // namespace
}  // namespace sojourn::templates
