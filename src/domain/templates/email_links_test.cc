#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>

#include "domain/templates/email_test_render.h"

namespace sojourn::templates {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

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

}  // namespace
}  // namespace sojourn::templates
