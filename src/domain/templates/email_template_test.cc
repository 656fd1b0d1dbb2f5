#include "domain/templates/email_template.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "domain/templates/email_test_render.h"
#include "domain/templates/html_scan.h"

namespace sojourn::templates {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

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
