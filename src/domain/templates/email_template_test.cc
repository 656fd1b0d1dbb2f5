#include "domain/templates/email_template.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>

#include "domain/templates/html_scan.h"

namespace sojourn::templates {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

LinkTargets targets() {
  return {.click =
              [](std::size_t index) {
                return "https://t.example/c/" + std::to_string(index) + "?a=1&b=2";
              },
          .unsubscribe_url = "https://t.example/u/abc",
          .preference_url = "https://t.example/p/abc",
          .view_online_url = "https://t.example/v/abc"};
}

RenderedEmail rendered(const EmailTemplate& source, const Object& data = {},
                       const LinkTargets& with = targets(), const PartialLookup& partials = {}) {
  const Result<CompiledEmail> compiled = CompiledEmail::compile(source, partials);
  if (!compiled) {
    ADD_FAILURE() << compiled.error().message;
    return {};
  }
  const Result<RenderedEmail> email = render(*compiled, Scope(data), {}, with);
  if (!email) {
    ADD_FAILURE() << email.error().message;
    return {};
  }
  return *email;
}

RenderedEmail rendered_html(std::string_view html, const Object& data = {}) {
  return rendered({.subject = "s", .html = std::string(html)}, data);
}

std::vector<std::string> urls(const RenderedEmail& email) {
  std::vector<std::string> found;
  for (const RenderedLink& link : email.links) found.push_back(link.url);
  return found;
}

/// Without the links that the text part repeats.
EmailTemplate html_only(std::string_view html) {
  return {.subject = "s", .html = std::string(html), .text = ""};
}

struct LinkCase {
  std::string_view name;
  std::string_view html;
  std::string expected;
  std::vector<std::string> urls;
};

void PrintTo(const LinkCase& link, std::ostream* out) {
  *out << link.name;
}

class EmailLink : public testing::TestWithParam<LinkCase> {};

TEST_P(EmailLink, IsReplacedKeptOrTakenOut) {
  const Object data{{"id", 7},
                    {"evil", "javascript:alert(1)"},
                    {"query", "a b&c=\"d\""},
                    {"site", "https://shop.example/?a=1&b=2"},
                    {"list", Value::List{1, 2}}};
  const RenderedEmail email = rendered(html_only(GetParam().html), data);
  EXPECT_EQ(email.html, GetParam().expected);
  EXPECT_EQ(urls(email), GetParam().urls);
}

constexpr std::string_view click_0 = "https://t.example/c/0?a=1&amp;b=2";

std::string link_to(std::string_view href) {
  return "<a href=\"" + std::string(href) + "\">x</a>";
}

INSTANTIATE_TEST_SUITE_P(
    All, EmailLink,
    testing::Values(
        LinkCase{"double quotes",
                 "<a href=\"https://x.example/\">x</a>",
                 link_to(click_0),
                 {"https://x.example/"}},
        LinkCase{"single quotes",
                 "<a class=b href='http://x.example/'>x</a>",
                 "<a class=b href='https://t.example/c/0?a=1&amp;b=2'>x</a>",
                 {"http://x.example/"}},
        LinkCase{"no quotes",
                 "<a href=https://x.example/?a=1>x</a>",
                 "<a href=https://t.example/c/0?a=1&amp;b=2>x</a>",
                 {"https://x.example/?a=1"}},
        LinkCase{"upper case and white space",
                 "<A HREF = \" HTTPS://x.example/ \" >x</A>",
                 "<A HREF = \"https://t.example/c/0?a=1&amp;b=2\" >x</A>",
                 {"HTTPS://x.example/"}},
        LinkCase{"character references",
                 "<a href=\"https://x.example/?a=1&amp;b=%C3%A9&#38;c=&#x64;\">x</a>",
                 link_to(click_0),
                 {"https://x.example/?a=1&b=%C3%A9&c=d"}},
        LinkCase{"a fragment and percent signs byte for byte",
                 "<a href=\"https://x.example/%7Ea%2fb?q=%20+#frag%23\">x</a>",
                 link_to(click_0),
                 {"https://x.example/%7Ea%2fb?q=%20+#frag%23"}},
        LinkCase{"an area",
                 "<map><area href=\"https://x.example/\"></map>",
                 "<map><area href=\"https://t.example/c/0?a=1&amp;b=2\"></map>",
                 {"https://x.example/"}},
        LinkCase{"Liquid in the address",
                 "<a href=\"https://x.example/{{ id }}?q={{ query | url_encode }}\">x</a>",
                 link_to(click_0),
                 {"https://x.example/7?q=a+b%26c%3D%22d%22"}},
        LinkCase{"an address from data, escaped once",
                 "<a href=\"{{ site }}\">x</a>",
                 link_to(click_0),
                 {"https://shop.example/?a=1&b=2"}},
        LinkCase{"quotes inside Liquid",
                 "<a href=\"https://x.example/{{ 'a\">b' | size }}\">x</a>",
                 link_to(click_0),
                 {"https://x.example/4"}},
        LinkCase{"a condition in the address",
                 "<a href=\"{% if id == 7 %}https://seven.example{% else %}https://x.example{% "
                 "endif %}\">x</a>",
                 link_to(click_0),
                 {"https://seven.example"}},
        LinkCase{"a choice of attributes",
                 "<a {% if id == 7 %}href=\"https://a.example\"{% else %} "
                 "href=\"https://b.example\"{% endif %}>x</a>",
                 "<a href=\"https://t.example/c/0?a=1&amp;b=2\">x</a>",
                 {"https://a.example"}},
        LinkCase{"a loop is an entry for each round",
                 "{% for i in list %}<a href=\"https://x.example/{{ i }}\">x</a>{% endfor %}",
                 "<a href=\"https://t.example/c/0?a=1&amp;b=2\">x</a>"
                 "<a href=\"https://t.example/c/1?a=1&amp;b=2\">x</a>",
                 {"https://x.example/1", "https://x.example/2"}},
        LinkCase{"the same address twice",
                 "<a href=\"https://x.example/\">x</a><a href=\"https://x.example/\">x</a>",
                 "<a href=\"https://t.example/c/0?a=1&amp;b=2\">x</a>"
                 "<a href=\"https://t.example/c/1?a=1&amp;b=2\">x</a>",
                 {"https://x.example/", "https://x.example/"}},
        LinkCase{"a link in a branch not taken",
                 "{% if id == 8 %}<a href=\"https://x.example\">x</a>{% endif %}",
                 "",
                 {}},
        LinkCase{"data-no-track",
                 "<a data-no-track href=\"https://x.example/\">x</a>",
                 "<a data-no-track href=\"https://x.example/\">x</a>",
                 {}},
        LinkCase{"data-no-track does not let scripts through",
                 "<a href=\"{{ evil }}\" data-no-track>x</a>",
                 "<a href=\"#\" data-no-track>x</a>",
                 {}},
        LinkCase{"mailto, tel, sms and fragments",
                 "<a href=\"mailto:a@x.example\"></a><a href=\"tel:+1\"></a><a "
                 "href=\"SMS:+1\"></a><a href=\"#top\"></a>",
                 "<a href=\"mailto:a@x.example\"></a><a href=\"tel:+1\"></a><a "
                 "href=\"SMS:+1\"></a><a href=\"#top\"></a>",
                 {}},
        LinkCase{
            "our own addresses",
            "<a href=\"{{ unsubscribe_url }}\"></a><a href=\"{{ preference_url }}?l=de\"></a><a "
            "href=\"{{ view_online_url }}\"></a>",
            "<a href=\"https://t.example/u/abc\"></a><a "
            "href=\"https://t.example/p/abc?l=de\"></a><a href=\"https://t.example/v/abc\"></a>",
            {}},
        LinkCase{"javascript", "<a href=\"javascript:alert(1)\">x</a>", link_to("#"), {}},
        LinkCase{"javascript from data", "<a href=\"{{ evil }}\">x</a>", link_to("#"), {}},
        LinkCase{"javascript in disguise",
                 "<a href=\" \x01java&#10;script&#58;alert(1)\">x</a>",
                 link_to("#"),
                 {}},
        LinkCase{"javascript through raw",
                 "<a href=\"{{ 'JavaScript:alert(1)' | raw }}\">x</a>",
                 link_to("#"),
                 {}},
        LinkCase{"data, file and relative addresses",
                 "<a href=\"data:text/html,x\"></a><a href=\"file:///etc\"></a><a "
                 "href=\"/pricing\"></a><a href=\"//x.example\"></a>",
                 "<a href=\"#\"></a><a href=\"#\"></a><a href=\"#\"></a><a href=\"#\"></a>",
                 {}},
        LinkCase{"links in comments, raw text and other elements are no links",
                 "<!-- <a href=\"https://x.example\"> --><link href=\"https://x.example\"><p "
                 "href=\"https://x.example\"></p>",
                 "<!-- <a href=\"https://x.example\"> --><link href=\"https://x.example\"><p "
                 "href=\"https://x.example\"></p>",
                 {}},
        LinkCase{"raw Liquid around a link",
                 "{% raw %}<a href=\"https://x.example/{{\">x</a>{% endraw %}",
                 link_to(click_0),
                 {"https://x.example/{{"}},
        LinkCase{"a comment around a link",
                 "{% comment %}<a href=\"https://x.example/\">{% endcomment %}",
                 "",
                 {}},
        LinkCase{"trimmed white space around a link",
                 "a {%- if true -%} <a href=\"{{- site -}}\">x</a> {%- endif -%} b",
                 "a<a href=\"https://t.example/c/0?a=1&amp;b=2\">x</a>b",
                 {"https://shop.example/?a=1&b=2"}},
        LinkCase{"break out of an address",
                 "{% for i in list %}<a href=\"https://x.example/{% break %}\">x</a>{% endfor %}",
                 "<a href=\"https://t.example/c/0?a=1&amp;b=2",
                 {"https://x.example/"}}),
    [](const testing::TestParamInfo<LinkCase>& link) {
      return "Link" + std::to_string(link.index);
    });

TEST(EmailLinks, InPartialsAreReplaced) {
  const PartialLookup partials = [](std::string_view) {
    return "<a href=\"https://x.example/{{ n }}\">go</a>";
  };
  const RenderedEmail email =
      rendered(html_only("<a href=\"https://first.example\"></a>{% render 'button', n: 1 %}"
                         "{% render 'button', n: 2 %}"),
               {}, targets(), partials);
  EXPECT_THAT(urls(email),
              ElementsAre("https://first.example", "https://x.example/1", "https://x.example/2"));
}

TEST(EmailLinks, StayAsTheyAreInAPreview) {
  const RenderedEmail email =
      rendered(html_only("<a href=\"https://x.example/?a&amp;b\">x</a>"), {}, {});
  EXPECT_EQ(email.html, "<a href=\"https://x.example/?a&amp;b\">x</a>");
  EXPECT_THAT(urls(email), ElementsAre("https://x.example/?a&b"));
}

TEST(EmailLinks, AreLabelledByTheirTextInTheTemplate) {
  const RenderedEmail email = rendered(html_only(
      "<a href=\"https://x.example/1\"> Buy\n <b>{{ product }}</b>{% if true %} now{% endif %}</a>"
      "<a href=\"https://x.example/2\"><img src=\"i.png\" alt=\"The &amp; logo\"></a>"
      "<a href=\"https://x.example/3\"></a>"));
  EXPECT_THAT(email.links, ElementsAre(RenderedLink{"https://x.example/1", "Buy {{ product }} now"},
                                       RenderedLink{"https://x.example/2", "The & logo"},
                                       RenderedLink{"https://x.example/3", ""}));
}

TEST(EmailLinks, AddressThatEndsInAnotherBlockIsAnError) {
  const auto refused =
      CompiledEmail::compile(html_only("<p>\n<a href=\"{% if a %}https://a.example\"{% else "
                                       "%}https://b.example\"{% endif %}>x</a>"));
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().field, "html");
  EXPECT_THAT(refused.error().message,
              HasSubstr("line 2: expected the address of a link to begin and end in the same"));
}

TEST(EmailLinks, InAWrittenTextAreReplacedWhereTheyAreWords) {
  const EmailTemplate source{
      .subject = "s",
      .text =
          "See https://x.example/{{ id }}?a=1, (http://y.example) or "
          "{% if true %}https://z.example{% endif %}.\n"
          "xhttps://no.example ftp://no.example {{ unsubscribe_url }} {{ evil }}"};
  const RenderedEmail email = rendered(source, {{"id", 7}, {"evil", "<b>"}});
  EXPECT_EQ(email.text,
            "See https://t.example/c/0?a=1&b=2, (https://t.example/c/1?a=1&b=2) or "
            "https://t.example/c/2?a=1&b=2.\n"
            "xhttps://no.example ftp://no.example https://t.example/u/abc <b>");
  EXPECT_THAT(urls(email),
              ElementsAre("https://x.example/7?a=1", "http://y.example", "https://z.example"));
}

TEST(EmailText, FollowsTheHtmlInTheListOfLinks) {
  const RenderedEmail email = rendered_html("<a href=\"https://x.example\">go</a>");
  EXPECT_EQ(email.text, "go (https://t.example/c/1?a=1&b=2)\n");
  EXPECT_THAT(urls(email), ElementsAre("https://x.example", "https://x.example"));
}

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

TEST(EmailHtml, EscapesWhatDataHoldsWhereTextAndSubjectDoNot) {
  const Object data{{"name", "<script>alert(\"x\")</script>"}};
  const RenderedEmail email = rendered({.subject = "Hi {{ name }}",
                                        .preheader = "For {{ name }}",
                                        .html = "<p title=\"{{ name }}\">{{ name }}</p>"},
                                       data);
  EXPECT_THAT(email.html, Not(HasSubstr("<script>")));
  EXPECT_THAT(email.html,
              HasSubstr("<p title=\"&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;\">"));
  EXPECT_EQ(email.subject, "Hi <script>alert(\"x\")</script>");
  EXPECT_THAT(email.text, HasSubstr("<script>alert(\"x\")</script>"));
}

TEST(EmailSubject, IsOneLineWhateverDataHolds) {
  const Object data{{"name", "Ana\r\nBcc: evil@x.example\x01\x7f\u2028end "}};
  const EmailTemplate source{.subject = " Hi\n{{ name }}", .from_name = "{{ name }}", .html = "x"};
  const RenderedEmail email = rendered(source, data);
  EXPECT_EQ(email.subject, "Hi Ana Bcc: evil@x.example end");
  EXPECT_EQ(email.from_name, "Ana Bcc: evil@x.example end");
}

TEST(EmailSubject, MayHave998Bytes) {
  const auto compiled = CompiledEmail::compile({.subject = "{{ s }}", .html = "x"});
  const Object fits{{"s", std::string(subject_bytes_max, 'x')}};
  EXPECT_TRUE(render(*compiled, Scope(fits), {}, {}).has_value());
  const Object longer{{"s", std::string(subject_bytes_max + 1, 'x')}};
  const auto refused = render(*compiled, Scope(longer), {}, {});
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, "subject_too_long");
  EXPECT_EQ(refused.error().message, "subject is 999 bytes, the limit is 998");
}

constexpr std::string_view pixel =
    "<img src=\"https://t.example/o?a&amp;b\" width=\"1\" height=\"1\" alt=\"\" "
    "style=\"display:block;border:0;width:1px;height:1px\">";
constexpr std::string_view hidden =
    "<div style=\"display:none;max-height:0;overflow:hidden;mso-hide:all\">Tom &amp; Jo</div>";

std::string framed(std::string_view html) {
  LinkTargets with = targets();
  with.open_pixel_url = "https://t.example/o?a&b";
  EmailTemplate source = html_only(html);
  source.preheader = "Tom & {{ who }}";
  return rendered(source, {{"who", "Jo"}}, with).html;
}

TEST(EmailHtml, HoldsPreheaderFirstAndPixelLastInTheBody) {
  EXPECT_EQ(framed("<!doctype html><html><head></head><body class=\"a>b\">hi</body></html>"),
            "<!doctype html><html><head></head><body class=\"a>b\">" + std::string(hidden) + "hi" +
                std::string(pixel) + "</body></html>");
  EXPECT_EQ(framed("hi"), std::string(hidden) + "hi" + std::string(pixel));
  EXPECT_EQ(framed("<!DOCTYPE html><p>hi"),
            "<!DOCTYPE html>" + std::string(hidden) + "<p>hi" + std::string(pixel));
  EXPECT_EQ(framed("<html><head></head>hi</html>"),
            "<html><head></head>" + std::string(hidden) + "hi</html>" + std::string(pixel));
}

TEST(EmailHtml, HoldsOnePixelThoughTheBodyEndsInABlock) {
  EXPECT_EQ(framed("<body>a{% for i in (1..2) %}</body>{% endfor %}"),
            "<body>" + std::string(hidden) + "a" + std::string(pixel) + "</body></body>");
  EXPECT_EQ(framed("<body>a{% if false %}</body>{% endif %}"),
            "<body>" + std::string(hidden) + "a" + std::string(pixel));
}

TEST(EmailHtml, WithoutPixelAndPreheaderIsTheTemplate) {
  EXPECT_EQ(rendered(html_only("<body>a</body>")).html, "<body>a</body>");
}

TEST(EmailVariables, OfLinksWinOverData) {
  const Object data{{"unsubscribe_url", "https://evil.example"}};
  EXPECT_EQ(rendered({.subject = "{{ unsubscribe_url }}", .html = "x"}, data).subject,
            "https://t.example/u/abc");
}

std::vector<std::string> warnings_of(const EmailTemplate& source) {
  const auto compiled = CompiledEmail::compile(source);
  std::vector<std::string> messages;
  for (const Warning& warning : compiled->warnings()) {
    messages.push_back(std::to_string(warning.line) + " " + warning.message);
  }
  return messages;
}

TEST(EmailWarnings, TellOfAMissingWayOut) {
  EXPECT_THAT(warnings_of({.subject = "s", .html = "x"}),
              ElementsAre("0 there is no link to {{ unsubscribe_url }} or {{ preference_url }}"));
  EXPECT_THAT(
      warnings_of({.subject = "s", .html = "<a href=\"{{ unsubscribe_url }}\">x</a>", .text = "x"}),
      ElementsAre("0 there is no link to {{ unsubscribe_url }} or {{ preference_url }}"));
  EXPECT_THAT(warnings_of({.subject = "s", .html = "<a href=\"{{ preference_url }}\">x</a>"}),
              ElementsAre());
}

TEST(EmailWarnings, TellOfAddressesThatAreTakenOutAndOfUnknownFilters) {
  EXPECT_THAT(
      warnings_of({.subject = "{{ a | upcsae }}",
                   .html =
                       "{{ unsubscribe_url }}\n<a href=\"htp://x{{ a }}\"></a>\n<a href=\"/a\"></a>"
                       "<a href=\"{{ a }}\"></a>"}),
      ElementsAre("1 subject: there is no filter \"upcsae\"",
                  "2 html: the scheme \"htp\" is unknown, the link is taken out",
                  "3 html: \"/a\" is no absolute address, the link is taken out"));
}

TEST(EmailWarnings, TellOfATextAddressThatCannotBeCounted) {
  EXPECT_THAT(
      warnings_of({.subject = "s",
                   .text = "{{ unsubscribe_url }}\nhttps://x.example/{% if a %}b{% endif %}"}),
      ElementsAre("2 text: clicks on an address with a Liquid tag in it are not counted"));
}

TEST(EmailErrors, NameThePart) {
  const auto no_parts = CompiledEmail::compile({.subject = "s"});
  ASSERT_FALSE(no_parts.has_value());
  const auto refused = CompiledEmail::compile({.subject = "{{ a", .html = "x"});
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().field, "subject");
  EXPECT_EQ(refused.error().message, "subject: line 1: expected }} to close {{");
  const auto compiled =
      CompiledEmail::compile({.subject = "s", .html = "x", .text = "\n{{ nobody }}"});
  const Object data;
  const auto failed = render(*compiled, Scope(data), {.mode = Mode::strict}, {});
  ASSERT_FALSE(failed.has_value());
  EXPECT_EQ(failed.error().field, "text");
  EXPECT_EQ(failed.error().message, "text: line 2: there is no variable \"nobody\"");
}

TEST(EmailHtmlLimits, OpenElementsAreBounded) {
  const auto nested = [](std::string_view tag, int depth) {
    std::string html;
    for (int i = 0; i < depth; ++i) html += tag;
    return CompiledEmail::compile(html_only(html));
  };
  EXPECT_TRUE(nested("<div>", html_nesting_max).has_value());
  EXPECT_EQ(nested("<div>", html_nesting_max + 1).error().code, "template_too_deep");
  EXPECT_TRUE(nested("<b>", html_open_formatting_max).has_value());
  EXPECT_EQ(nested("<b>", html_open_formatting_max + 1).error().code, "template_too_deep");
  EXPECT_TRUE(nested("<br>", 20'000).has_value());
}

TEST(Email, RendersTheSameForTheSameArguments) {
  const EmailTemplate source{
      .subject = "{% increment n %}",
      .html = "{% for i in (1..3) %}<a href=\"https://x.example/{{ i }}\">x</a>{% endfor %}"};
  EXPECT_EQ(rendered(source), rendered(source));
}

}  // namespace
}  // namespace sojourn::templates
