#include "domain/templates/liquid.h"

#include <gtest/gtest.h>

#include <ostream>

#include "base/json.h"

namespace sojourn::templates {
namespace {

Result<std::string> rendered(std::string_view source, const Object& data,
                             const RenderOptions& options = {}) {
  const Result<LiquidTemplate> compiled = LiquidTemplate::compile(source);
  if (!compiled) return failure(compiled.error());
  return render(*compiled, Scope(data), options);
}

struct SyntaxCase {
  std::string_view source;
  std::string_view message;
};

void PrintTo(const SyntaxCase& syntax, std::ostream* out) {
  *out << syntax.source;
}

class LiquidSyntax : public testing::TestWithParam<SyntaxCase> {};

TEST_P(LiquidSyntax, ErrorNamesTheLineAndWhatWasExpected) {
  const auto refused = LiquidTemplate::compile(GetParam().source);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, "invalid_template");
  EXPECT_EQ(refused.error().message, GetParam().message);
}

constexpr SyntaxCase syntax_cases[] = {
    {"a\n{{ name", "line 2: expected }} to close {{"},
    {"\n\n{% if x", "line 3: expected %} to close {%"},
    {"{% if x %}\n{% for i in x %}\n{% endfor %}", "line 1: expected endif to close if"},
    {"{% if x %}\n{% endfor %}", "line 2: expected endif to close the if of line 1, found endfor"},
    {"{% endif %}", "line 1: expected a block before endif"},
    {"{% iff x %}", "line 1: expected a tag, found \"iff\""},
    {"{{ a b }}", "line 1: expected | and a filter, or the end, found \"b\""},
    {"{{ a | }}", "line 1: expected the name of a filter, found the end"},
    {"{{ a.  }}", "line 1: expected a name after the dot, found the end"},
    {"{{ a[1 }}", "line 1: expected ], found the end"},
    {"{{ 'a }}", "line 1: expected a value, found \"'\""},
    {"{{ (1..) }}", "line 1: expected a value, found \")\""},
    {"{{ 'a' | truncate: 1, 2, 3 }}", "line 1: filter truncate takes 0 to 2 arguments, found 3"},
    {"{{ 'a' | append }}", "line 1: filter append takes 1 to 1 arguments, found 0"},
    {"{% if %}{% endif %}", "line 1: expected a value, found the end"},
    {"{% if a = b %}{% endif %}",
     "line 1: expected a comparison, \"and\", \"or\" or the end, found \"=\""},
    {"{% for in x %}{% endfor %}", "line 1: expected in, found \"x\""},
    {"{% for i in x sorted %}{% endfor %}",
     "line 1: expected reversed, limit: or offset:, found \"sorted\""},
    {"{% assign x 1 %}", "line 1: expected =, found \"1\""},
    {"{% else %}", "line 1: expected else only once, inside if, unless, case or for"},
    {"{% if a %}{% else %}{% else %}{% endif %}",
     "line 1: expected else only once, inside if, unless, case or for"},
    {"{% when 1 %}", "line 1: expected when only inside case"},
    {"{% case x %}{% when 1 2 %}{% endcase %}",
     "line 1: expected a comma, \"or\" or the end, found \"2\""},
    {"{% comment %}x", "line 1: expected {% endcomment %}"},
    {"{% liquid\n if a\n echo a %}", "line 2: expected endif before the liquid tag ends"},
    {"{% if a %}{% liquid\n endif %}",
     "line 2: expected the block to end outside of the liquid tag"},
    {"{% liquid\n echo a\n nope b\n%}", "line 3: expected a tag, found \"nope\""},
    {"{% include name %}", "line 1: expected the name of a partial in quotes, found \"name\""},
};

INSTANTIATE_TEST_SUITE_P(All, LiquidSyntax, testing::ValuesIn(syntax_cases));

TEST(LiquidPartial, UnknownNameIsAnErrorAtCompileTime) {
  const auto refused = LiquidTemplate::compile("\n{% render '../../etc/passwd' %}");
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, "unknown_partial");
  EXPECT_EQ(refused.error().message, "line 2: there is no partial \"../../etc/passwd\"");
}

TEST(LiquidPartial, ErrorInAPartialNamesIt) {
  const auto refused = LiquidTemplate::compile(
      "{% render 'footer' %}", {.partials = [](std::string_view) { return "\n{% if %}"; }});
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().message, "partial footer, line 2: expected a value, found the end");
  EXPECT_EQ(refused.error().field, "footer");
}

TEST(LiquidStrict, UnknownVariableIsAnErrorWithItsPath) {
  const Object data{{"contact", Object{{"name", "Ana"}, {"age", nullptr}}}};
  const RenderOptions strict{.mode = Mode::strict};
  EXPECT_EQ(*rendered("{{ contact.name }}{{ contact.age }}", data, strict), "Ana");
  const auto refused = rendered("a\n{{ contact.nmae }}", data, strict);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, "unknown_variable");
  EXPECT_EQ(refused.error().message, "line 2: there is no variable \"contact.nmae\"");
  EXPECT_EQ(*rendered("{{ contact.nmae }}", data), "");
}

TEST(LiquidStrict, ConditionsAndDefaultMayAskForUnknownVariables) {
  const RenderOptions strict{.mode = Mode::strict};
  EXPECT_EQ(*rendered("{% if nobody.name == 'x' %}a{% else %}b{% endif %}", {}, strict), "b");
  EXPECT_EQ(*rendered("{{ nobody.name | default: 'friend' }}", {}, strict), "friend");
}

TEST(LiquidStrict, UnknownFilterIsAnErrorAndWarnedOfBefore) {
  const auto compiled = LiquidTemplate::compile("a\n{{ 'x' | upcsae }}");
  ASSERT_TRUE(compiled.has_value());
  EXPECT_EQ(compiled->warnings(),
            (std::vector<Warning>{{.line = 2, .message = "there is no filter \"upcsae\""}}));
  const Object data;
  EXPECT_EQ(*render(*compiled, Scope(data)), "a\nx");
  const auto refused = render(*compiled, Scope(data), {.mode = Mode::strict});
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, "unknown_filter");
}

TEST(LiquidStrict, FailedFilterIsAnErrorAndPrintsNothingInLaxMode) {
  for (const std::string_view source :
       {"{{ 1 | divided_by: 0 }}", "{{ 1 | modulo: 0 }}", "{{ '#' | base64_decode }}",
        "{{ '%ff' | url_decode }}", "{{ 'a' | concat: 'b' }}", "{{ 'a' | truncate: 'x' }}",
        "{{ 5 | map: 'x' }}", "{% if 'a' < 1 %}{% endif %}"}) {
    EXPECT_EQ(*rendered(source, {}), "") << source;
    const auto refused = rendered(source, {}, {.mode = Mode::strict});
    ASSERT_FALSE(refused.has_value()) << source;
    EXPECT_EQ(refused.error().code, "filter_failed") << source;
  }
}

struct EscapeCase {
  std::string_view name;
  std::string_view source;
  std::string_view expected;
};

void PrintTo(const EscapeCase& escape, std::ostream* out) {
  *out << escape.name;
}

class LiquidEscape : public testing::TestWithParam<EscapeCase> {};

TEST_P(LiquidEscape, HappensOnce) {
  const Object data{{"hostile", "<b>\"O'Neil\" & co"}, {"lines", "a<\r\nb"}};
  const RenderOptions html{.escape_html = EscapeHtml::yes};
  EXPECT_EQ(*rendered(GetParam().source, data, html), GetParam().expected);
}

constexpr std::string_view escaped = "&lt;b&gt;&quot;O&#39;Neil&quot; &amp; co";

constexpr EscapeCase escape_cases[] = {
    {"outputs", "{{ hostile }}", escaped},
    {"the template itself is not", "<i>&amp;</i>", "<i>&amp;</i>"},
    {"literals", "{{ '<' }}", "&lt;"},
    {"after filters", "{{ hostile | append: '>' }}",
     "&lt;b&gt;&quot;O&#39;Neil&quot; &amp; co&gt;"},
    {"not after raw", "{{ hostile | raw }}", "<b>\"O'Neil\" & co"},
    {"again after raw and a filter", "{{ '<' | raw | append: '>' }}", "&lt;&gt;"},
    {"not twice after escape", "{{ hostile | escape }}", escaped},
    {"not twice after escape_once", "{{ '&lt; <' | escape_once }}", "&lt; &lt;"},
    {"not twice in a capture", "{% capture x %}<p>{{ hostile }}</p>{% endcapture %}{{ x }}",
     "<p>&lt;b&gt;&quot;O&#39;Neil&quot; &amp; co</p>"},
    {"not twice in a stripped capture", "{% capture x %} {{ '<' }} {% endcapture %}{{ x | strip }}",
     "&lt;"},
    {"again for a changed capture", "{% capture x %}{{ '<' }}{% endcapture %}{{ x | upcase }}",
     "&amp;LT;"},
    {"before line breaks", "{{ lines | newline_to_br }}", "a&lt;<br />\nb"},
    {"in echo and cycle", "{% echo '<' %}{% cycle '<' %}", "&lt;&lt;"},
    {"lists and objects", "{{ '<,>' | split: ',' }}", "&lt;&gt;"},
};

INSTANTIATE_TEST_SUITE_P(All, LiquidEscape, testing::ValuesIn(escape_cases));

TEST(LiquidScope, LaterLayersHideEarlierOnes) {
  const Object contact{{"name", "Ana"}};
  const Object event{{"name", "Order Completed"}};
  const Object globals{{"brand", "Acme"}, {"contact", "hidden"}};
  const Value list = Value::List{1, 2};
  Scope scope(globals);
  scope.add("contact", contact).add("event", event).add("list", list).add_text("link", "https://x");
  const auto compiled = LiquidTemplate::compile(
      "{{ brand }} {{ contact.name }} {{ event.name }} {{ list.size }} {{ link }}");
  EXPECT_EQ(*render(*compiled, scope), "Acme Ana Order Completed 2 https://x");
}

TEST(LiquidDates, AreShownInTheZoneOfTheRender) {
  const Object data{{"at", "2026-03-02T21:50:00Z"}};
  const std::string_view source = "{{ at | date: '%F %H:%M %z' }} {{ 'now' | date: '%F' }}";
  const RenderOptions tokyo{.time_zone = "Asia/Tokyo", .now = Timestamp{1'772'488'200'000}};
  EXPECT_EQ(*rendered(source, data, tokyo), "2026-03-03 06:50 +0900 2026-03-03");
}

TEST(LiquidDates, WithoutAnOffsetAreLocalToTheZone) {
  const RenderOptions paris{.time_zone = "Europe/Paris"};
  EXPECT_EQ(*rendered("{{ '2026-07-01 09:00' | date: '%F %T %z' }}", {}, paris),
            "2026-07-01 09:00:00 +0200");
  // Clocks go from 2:00 to 3:00: the first instant after the gap.
  EXPECT_EQ(*rendered("{{ '2026-03-29 02:30' | date: '%T' }}", {}, paris), "03:00:00");
}

TEST(LiquidDates, UnknownZoneIsUtcOrAnErrorInStrictMode) {
  RenderOptions options{.time_zone = "Mars/Olympus"};
  EXPECT_EQ(*rendered("{{ 0 | date: '%T' }}", {}, options), "00:00:00");
  options.mode = Mode::strict;
  EXPECT_EQ(rendered("{{ 0 | date: '%T' }}", {}, options).error().code, "unknown_time_zone");
}

TEST(LiquidTemplate, RendersTheSameForTheSameArguments) {
  const Object data{{"list", Value::List{3, 1, 2}}};
  const auto compiled =
      LiquidTemplate::compile("{% increment x %}{% cycle 'a', 'b' %}{{ list | sort | join: ',' }}");
  const auto first = render(*compiled, Scope(data));
  EXPECT_EQ(*first, "0a1,2,3");
  EXPECT_EQ(*render(*compiled, Scope(data)), *first);
}

TEST(LiquidTemplate, TellsWhichVariablesItMentions) {
  const auto compiled =
      LiquidTemplate::compile("{% if a.b %}{% render 'p' %}{% endif %}",
                              {.partials = [](std::string_view) { return "{{ c }}"; }});
  EXPECT_TRUE(compiled->mentions("a"));
  EXPECT_TRUE(compiled->mentions("c"));
  EXPECT_FALSE(compiled->mentions("b"));
}

}  // namespace
}  // namespace sojourn::templates
