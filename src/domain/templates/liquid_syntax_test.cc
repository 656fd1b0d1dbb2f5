#include <gtest/gtest.h>

#include <ostream>

#include "domain/templates/liquid.h"

// What the two modes of Shopify Liquid read and print stands in tests/liquid/cases.txt; here is
// what those who call the library choose.

namespace sojourn::templates {
namespace {

Result<std::string> rendered(std::string_view source, const CompileOptions& how,
                             const RenderOptions& options = {}) {
  const Object data{{"n", 5}, {"name", "Ana"}, {"which", "card"}};
  const Result<LiquidTemplate> compiled = LiquidTemplate::compile(source, how);
  if (!compiled) return failure(compiled.error());
  return render(*compiled, Scope(data), options);
}

std::optional<std::string> partial(std::string_view name) {
  if (name == "card") return "[{{ name }}]";
  if (name == "wrong") return "a\n{% if";
  if (name == "itself") return "x{% include 'itself' %}";
  return std::nullopt;
}

CompileOptions with_partials(Syntax syntax) {
  return {.partials = partial, .syntax = syntax, .partial_names = {"card", "wrong", "itself"}};
}

TEST(LiquidFailures, PrintNothingOrTheErrorOrEndTheRender) {
  const std::string_view source = "a\n{{ n | divided_by: 0 }}b";
  EXPECT_EQ(*rendered(source, {}), "a\nb");
  EXPECT_EQ(*rendered(source, {}, {.failures = Failures::printed}),
            "a\nLiquid error (line 2): divided by 0b");
  const auto refused = rendered(source, {}, {.failures = Failures::fatal});
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, "filter_failed");
  EXPECT_EQ(refused.error().message, "line 2: divided by 0");
}

TEST(LiquidFailures, PrintedErrorsAreEscapedAsOutputsAre) {
  const RenderOptions html{.escape_html = EscapeHtml::yes, .failures = Failures::printed};
  EXPECT_EQ(*rendered("{{ 5 | map: '<b>' }}", {}, html),
            "Liquid error (line 1): cannot select the property &#39;&lt;b&gt;&#39;");
}

TEST(LiquidFailures, CarefulTemplatesNeverPrintThatAPartialIsWrong) {
  const auto refused = rendered("{% render 'wrong' %}", with_partials(Syntax::careful));
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().field, "wrong");
}

TEST(LiquidSyntaxes, LaxFindsAPartialWhenItIsCalled) {
  const RenderOptions printed{.failures = Failures::printed};
  const CompileOptions lax = with_partials(Syntax::lax);
  EXPECT_EQ(*rendered("{% if false %}{% render 'nope' %}{% endif %}a", lax, printed), "a");
  EXPECT_EQ(*rendered("{% render 'nope' %}a", lax, printed), "Liquid error (line 1): internala");
  EXPECT_EQ(*rendered("{% include which %}", lax, printed), "[Ana]");
  EXPECT_EQ(*rendered("{% include 'x' %}", {.syntax = Syntax::lax}, printed),
            "Liquid error (line 1): This liquid context does not allow includes.");
}

TEST(LiquidSyntaxes, OnlyLaxGuesses) {
  EXPECT_EQ(*rendered("{{ name name }}", {.syntax = Syntax::lax}), "Ana");
  EXPECT_FALSE(rendered("{{ name name }}", {.syntax = Syntax::strict}).has_value());
  EXPECT_FALSE(rendered("{{ name name }}", {}).has_value());
}

TEST(LiquidSyntaxes, CarefulRefusesWhatShopifysStrictModeReadsByPatterns) {
  for (const std::string_view source :
       {"{% assign a b = 1 %}", "{% capture a b %}{% endcapture %}", "{% cycle 'a' 'b' %}",
        "{% case n m %}{% endcase %}", "{% increment a b %}", "{% include which %}",
        "{% if n %}{% else %}{% else %}{% endif %}",
        "{% tablerow i in n reversed %}{% endtablerow %}", "{{ 'a' | append }}"}) {
    EXPECT_FALSE(rendered(source, with_partials(Syntax::careful)).has_value()) << source;
    EXPECT_TRUE(rendered(source, with_partials(Syntax::lax)).has_value()) << source;
  }
}

TEST(LiquidSyntaxes, APartialThatCallsItselfPrintsItsErrorOnce) {
  const RenderOptions printed{.failures = Failures::printed};
  const auto text = rendered("{% include 'itself' %}", with_partials(Syntax::lax), printed);
  EXPECT_EQ(*text,
            std::string(nesting_max - 1, 'x') + "Liquid error (itself line 1): Nesting too deep");
}

TEST(LiquidDateZones, AnOffsetIsKeptOnlyWhereAskedFor) {
  const std::string_view source = "{{ '2026-03-02T21:50:00+09:00' | date: '%H:%M %z' }}";
  const RenderOptions paris{.time_zone = "Europe/Paris"};
  EXPECT_EQ(*rendered(source, {}, paris), "13:50 +0100");
  RenderOptions kept = paris;
  kept.date_zone = DateZone::as_written;
  EXPECT_EQ(*rendered(source, {}, kept), "21:50 +0900");
}

std::string repeated(std::string_view text, int count) {
  std::string all;
  for (int i = 0; i < count; ++i) all += text;
  return all;
}

/// Each would take minutes if its time were the square of its size.
TEST(LiquidLaxBombs, TakeLinearTime) {
  constexpr int count = 30'000;
  const std::string sources[] = {
      "{{ a" + repeated("[", count) + " }}",
      "{{ a" + repeated("[b]", count) + " }}",
      "{{ a " + repeated("\"'", count) + " }}",
      "{{ a" + repeated(" | b: ", count) + " }}",
      "{% if " + repeated("a ! ", count) + " %}{% endif %}",
      "{% if a" + repeated(" and", count) + " %}{% endif %}",
      "{% for i in a " + repeated("b: ", count) + " %}{% endfor %}",
      "{% assign " + repeated("a ", count) + " %}",
      "{% comment %}" + repeated("{%raw%}", count / 2),
  };
  for (const std::string& source : sources) {
    const auto compiled = LiquidTemplate::compile(source, {.syntax = Syntax::lax});
    // Most are refused; what matters is that the test ends.
    const std::string code = compiled ? "" : compiled.error().code;
    EXPECT_TRUE(code.empty() || code == "invalid_template" || code == "template_too_deep") << code;
  }
}

TEST(LiquidLaxBombs, BracketsBeyondTheLimitAreNil) {
  const auto nested = [](int depth) {
    return "[{{ a" + repeated("[a", depth) + repeated("]", depth) + " }}]";
  };
  EXPECT_EQ(*rendered(nested(nesting_max - 1), {.syntax = Syntax::lax}), "[]");
  EXPECT_EQ(rendered(nested(nesting_max + 1), {.syntax = Syntax::lax}).error().code,
            "template_too_deep");
}

}  // namespace
}  // namespace sojourn::templates
