#include "domain/templates/html_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>

#include "domain/templates/email_test_render.h"

namespace sojourn::templates {
namespace {

using testing::ElementsAre;

struct TextCase {
  std::string_view name;
  std::string_view html;
  std::string_view expected;
};

void PrintTo(const TextCase& text, std::ostream* out) {
  *out << text.name;
}

class DerivedText : public testing::TestWithParam<TextCase> {};

TEST_P(DerivedText, ReadsAsTheHtmlLooks) {
  const Object data{{"name", "<O'Neil> & co"},
                    {"note", "one\ntwo"},
                    {"none", Value::List()},
                    {"list", Value::List{1, 2}},
                    {"rows", Value::List{Object{{"title", "Shoe"}, {"price", 30}},
                                         Object{{"title", "Hat"}, {"price", 5}}}}};
  LinkTargets with = targets();
  with.click = {};
  const EmailTemplate source{.subject = "s", .html = std::string(GetParam().html)};
  EXPECT_EQ(rendered(source, data, with).text, GetParam().expected);
}

constexpr TextCase text_cases[] = {
    {"paragraphs", "<p>One\n  two</p><p>three</p>", "One two\n\nthree\n"},
    {"headings", "<h1>Title</h1>text<h2>Next</h2>", "Title\n\ntext\n\nNext\n"},
    {"breaks add up to one empty line", "a<br>b<br><br><br>c", "a\nb\n\nc\n"},
    {"divisions", "<div>a<div>b</div></div><div>c</div>", "a\nb\nc\n"},
    {"lists", "<ul><li>a</li><li>b <b>c</b></li></ul>d", "- a\n- b c\n\nd\n"},
    {"table rows", "<table><tr><td>a</td><td>b</td></tr><tr><th>c</th><td>d</td></tr></table>",
     "a b\nc d\n"},
    {"rules", "a<hr>b", "a\n----------\nb\n"},
    {"links", "<p>See <a href=\"https://x.example/?a&amp;b\">the <b>shop</b></a>.</p>",
     "See the shop (https://x.example/?a&b) .\n"},
    {"links that show their address", "<a href=\"https://x.example\">https://x.example</a>",
     "https://x.example\n"},
    {"links without text", "<a href=\"https://x.example\"></a>", "(https://x.example)\n"},
    {"mailto",
     "<a href=\"mailto:a@x.example?subject=Hi\">mail us</a> <a "
     "href=\"mailto:b@x.example\">b@x.example</a>",
     "mail us (a@x.example) b@x.example\n"},
    {"fragments and refused links keep their text",
     "<a href=\"#a\">up</a> <a href=\"javascript:x\">b</a>", "up b\n"},
    {"images by their alternative text",
     "<img src=x alt=\"Logo &amp; co\"><img src=y alt=\"\"><img src=z>", "Logo & co\n"},
    {"invisible parts",
     "<head><title>t</title><style>s{}</style></head><body><script>x</script><div style=\"Display "
     ": none\">hidden</div>a</body>",
     "a\n"},
    {"parts kept from those who listen",
     "a<a href=\"https://x.example\" aria-hidden=\"true\"><img alt=\"b\"></a>"
     "<i aria-hidden=\"false\">c</i>",
     "ac\n"},
    {"comments", "a<!-- b -->c", "ac\n"},
    {"character references", "&lt;b&gt; &amp;amp; &eacute;&nbsp;&euro; &unknown;",
     "<b> &amp; é € &unknown;\n"},
    {"outputs are not escaped", "<p>{{ name }}</p>", "<O'Neil> & co\n"},
    {"filters for HTML change nothing", "{{ name | escape }} {{ note | newline_to_br }}",
     "<O'Neil> & co one\ntwo\n"},
    {"conditions", "<p>a</p>{% if name %}<p>b</p>{% else %}<p>c</p>{% endif %}<p>d</p>",
     "a\n\nb\n\nd\n"},
    {"loops over rows",
     "<table>{% for r in rows %}<tr class=\"{% cycle 'odd', 'even' %}\"><td>{{ r.title "
     "}}</td><td>{{ r.price }}</td></tr>{% endfor %}</table>",
     "Shoe 30\nHat 5\n"},
    {"loops over items", "<ul>{% for r in rows %}<li>{{ r.title }}</li>{% endfor %}</ul>end",
     "- Shoe\n- Hat\n\nend\n"},
    {"loops without rounds",
     "<ul>{% for r in none %}<li>{{ r }}</li>{% else %}<li>nothing</li>{% endfor %}</ul>",
     "- nothing\n"},
    {"loops in a line", "{% for i in list %}{{ i }} {% endfor %}", "1 2\n"},
    {"loops with breaks", "{% for i in list %}{{ i }}<br>{% endfor %}", "1\n2\n"},
    {"conditions in attributes", "<p class=\"{% if name %}a{{ name }}{% endif %}\">b</p>", "b\n"},
    {"assignments in the head",
     "<html><head>{% assign x = 'hi' %}</head><body>{{ x }}</body></html>", "hi\n"},
    {"captures", "{% capture x %}<b>{{ name }}</b>{% endcapture %}<p>{{ x }}</p>",
     "<O'Neil> & co\n"},
    {"raw Liquid", "{% raw %}{{ name }}{% endraw %} &#123;{ name }}", "{{ name }} {{ name }}\n"},
    {"links in loops",
     "{% for i in list %}<a href=\"https://x.example/{{ i }}\">go</a><br>{% endfor %}",
     "go (https://x.example/1)\ngo (https://x.example/2)\n"},
    {"stray end tags", "a</foo>b", "ab\n"},
    {"nothing visible", "<p></p>", ""},
};

INSTANTIATE_TEST_SUITE_P(All, DerivedText, testing::ValuesIn(text_cases));

TEST(EmailText, IsDerivedFromPartialsToo) {
  const PartialLookup partials = [](std::string_view) {
    return "<tr><td><b>{{ t }}</b></td></tr>";
  };
  const EmailTemplate source{
      .subject = "s",
      .html = "<table>{% render 'row', t: 'a' %}{% render 'row', t: 'b' %}</table>"};
  EXPECT_EQ(rendered(source, {}, {}, partials).text, "a\nb\n");
}

TEST(EmailText, FollowsTheHtmlInTheListOfLinks) {
  const RenderedEmail email =
      rendered({.subject = "s", .html = "<a href=\"https://x.example\">go</a>"});
  EXPECT_EQ(email.text, "go (https://t.example/c/1?a=1&b=2)\n");
  EXPECT_THAT(urls(email), ElementsAre("https://x.example", "https://x.example"));
}

}  // namespace
}  // namespace sojourn::templates
