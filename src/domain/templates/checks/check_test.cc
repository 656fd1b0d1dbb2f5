#include "domain/templates/checks/check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>

#include "domain/catalogs/table.h"

namespace sojourn::templates::checks {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::Not;

const std::string address = "Marlo Ltd, 1 Road, Town";

LinkTargets links() {
  return {.unsubscribe_url = "https://t.example/u/a?b=1&c=2"};
}

/// A message with nothing to complain about.
EmailTemplate good() {
  return {.subject = "Hello",
          .preheader = "Something",
          .html =
              "<p>Hi</p><p><a href=\"{{ unsubscribe_url }}\">Unsubscribe</a></p>"
              "<p>Marlo Ltd,<br>1 Road,\n Town</p>"};
}

std::vector<std::string> found(const EmailTemplate& source, const Object& data = {}) {
  const auto compiled = CompiledEmail::compile(source);
  EXPECT_TRUE(compiled.has_value()) << compiled.error().message;
  const auto rendered = render(*compiled, Scope(data), {}, links());
  EXPECT_TRUE(rendered.has_value()) << rendered.error().message;
  std::vector<std::string> names;
  for (const Check& check : check_message({.source = source,
                            .compiled = *compiled,
                            .rendered = *rendered,
                            .targets = links(),
                            .postal_addresses = {address}})) {
    names.emplace_back(facts_of(check.code).name);
  }
  return names;
}

std::vector<std::string> with_html(std::string_view html, const Object& data = {}) {
  EmailTemplate source = good();
  source.html.insert(0, html);
  return found(source, data);
}

TEST(Checks, SayNothingOfAGoodMessage) {
  EXPECT_THAT(found(good()), ElementsAre());
}

TEST(Checks, TableIsInTheOrderOfCodesAndNames) {
  for (std::size_t i = 0; i < codes().size(); ++i) {
    EXPECT_EQ(static_cast<std::size_t>(codes()[i].code), i);
    if (i > 0) {
      EXPECT_LT(codes()[i - 1].name, codes()[i].name);
    }
  }
  EXPECT_EQ(codes().back().code, Code::unknown_variable);
}

struct HtmlCase {
  std::string_view html;
  std::string_view code;
  /// Beside which the code is not given.
  std::string_view mended;
};

void PrintTo(const HtmlCase& one, std::ostream* out) {
  *out << one.html;
}

class HtmlCases : public testing::TestWithParam<HtmlCase> {};

TEST_P(HtmlCases, AreFoundAndTheirCureIsNot) {
  EXPECT_THAT(with_html(GetParam().html), Contains(GetParam().code));
  EXPECT_THAT(with_html(GetParam().mended), Not(Contains(GetParam().code)));
}

constexpr HtmlCase html_cases[] = {
    {"<img src=\"https://a.example/a.png\">", "image_without_alt",
     "<img src=\"https://a.example/a.png\" alt=\"\">"},
    {"<img src=\"http://a.example/a.png\" alt=\"a\">", "image_not_https",
     "<img src=\"https://a.example/a.png\" alt=\"a\">"},
    {"<a href=\"\">x</a>", "link_empty", "<a name=\"x\">x</a>"},
    {"<a href=\"{{ contact.url }}\">x</a>", "link_empty",
     "<a href=\"{{ contact.url | default: 'https://a.example' }}\">x</a>"},
    {"<a href=\"http://a.example\">x</a>", "link_not_https",
     "<a href=\"mailto:a@a.example\">x</a>"},
    {"<a href=\"https://b.example/x\">https://a.example</a>", "link_text_differs",
     "<a href=\"https://www.a.example/x\">https://a.example/</a>"},
    {"<p style=\"color:#999\">x</p>", "low_contrast", "<p style=\"color:#666\">x</p>"},
    {"<p style=\"color:#999\">x</p>", "low_contrast",
     "<p style=\"color:#999;background:#000\">x</p>"},
    {"<p style=\"color:#888\">x</p>", "low_contrast",
     "<p style=\"color:#888;font-size:24px\">x</p>"},
    {"<td bgcolor=\"#000000\"><p>x</p></td><p style=\"color:#fff\">x</p>", "low_contrast",
     "<p style=\"color:#fff;display:none\">x</p>"},
    {"<p style=\"background:#333\">x</p>", "low_contrast",
     "<p style=\"background:#333 url(a.png)\">x</p>"},
    {"{{ contact.name }}", "no_fallback", "{{ contact.name | default: 'you' }}"},
    {"{{ event.item.name }}", "no_fallback",
     "{% if event.item.name %}{{ event.item.name }}{% endif %}"},
    {"{{ contcat.name }}", "unknown_variable", "{% assign contcat = contact %}{{ contcat.name }}"},
    {"{{ item }}", "unknown_variable", "{% for item in event.items %}{{ item.name }}{% endfor %}"},
};

INSTANTIATE_TEST_SUITE_P(Checks, HtmlCases, testing::ValuesIn(html_cases));

TEST(Checks, TellOfAWayOutAndAnAddressThatAreNotPrinted) {
  EmailTemplate source = good();
  source.html = "{% if false %}" + source.html + "{% endif %}<p>Hi</p>";
  EXPECT_THAT(found(source), ElementsAre("no_unsubscribe", "no_postal_address", "no_unsubscribe",
                                         "no_postal_address"));
}

TEST(Checks, TellOfAnAddressThatIsHidden) {
  EmailTemplate source = good();
  source.html =
      "<p><a href=\"{{ unsubscribe_url }}\">x</a></p><p style=\"display:none\">" + address + "</p>";
  EXPECT_THAT(found(source), ElementsAre("no_postal_address", "no_postal_address"));
}

TEST(Checks, TellOfSubjectsAtTheirLimit) {
  EmailTemplate source = good();
  source.subject = "";
  EXPECT_THAT(found(source), ElementsAre("no_subject"));
  source.subject = std::string(subject_characters_max, 'x');
  EXPECT_THAT(found(source), ElementsAre());
  source.subject += "é";
  EXPECT_THAT(found(source), ElementsAre("subject_long"));
  source = good();
  source.preheader.clear();
  EXPECT_THAT(found(source), ElementsAre("no_preheader"));
}

TEST(Checks, TellOfTheClipAtItsLimits) {
  const auto with_size = [](std::size_t bytes) {
    EmailTemplate source = good();
    const auto compiled = CompiledEmail::compile(source);
    auto rendered = render(*compiled, Scope(), {}, links());
    rendered->html.append(bytes - rendered->html.size(), ' ');
    const std::vector<Check> checks = check_message({.source = source,
                                                     .compiled = *compiled,
                                                     .rendered = *rendered,
                                                     .targets = links(),
                                                     .postal_addresses = {address}});
    return checks.empty()
               ? std::string()
               : std::string(facts_of(checks.front().code).name) + " " + checks.front().limit;
  };
  EXPECT_EQ(with_size(near_clip_bytes), "");
  EXPECT_EQ(with_size(near_clip_bytes + 1), "near_clip 81920");
  EXPECT_EQ(with_size(close_clip_bytes + 1), "near_clip 97280");
  EXPECT_EQ(with_size(clip_bytes), "near_clip 97280");
  EXPECT_EQ(with_size(clip_bytes + 1), "clipped 104448");
}

TEST(Checks, OfSourcesLookBehindLiquid) {
  const EmailTemplate source{
      .subject = "{{ contcat.name }}",
      .html =
          "{{ unsubscribe_url }}{% if contact.a %}<img src=\"{{ contact.b }}\">{% endif %}"
          "<p style=\"color:{{ contact.c }}\">x</p>"};
  const auto compiled = CompiledEmail::compile(source);
  std::vector<std::string> names;
  for (const Check& check : check_sources(source, *compiled)) {
    names.push_back(std::string(facts_of(check.code).name) + " " + check.value);
  }
  EXPECT_THAT(names,
              ElementsAre("unknown_variable contcat", "no_fallback contact.b",
                          "no_fallback contact.c", testing::StartsWith("image_without_alt")));
}

std::vector<std::string> found_with(catalogs::Catalogs* catalogs, const std::string& html) {
  EmailTemplate source = good();
  source.html += html;
  const auto compiled = CompiledEmail::compile(source);
  EXPECT_TRUE(compiled.has_value());
  std::vector<std::string> all;
  for (const Check& check : check_sources(source, *compiled, catalogs)) {
    all.push_back(std::string(facts_of(check.code).name) + " " + check.value);
  }
  return all;
}

TEST(Checks, LookUpsInCatalogsThatThereAreNotAndItemsThatAreNamed) {
  catalogs::Table table(
      {{.catalog = {.key = "products", .name = "Products", .item_key = "sku", .fields = {}},
        .items = {{"t-1", R"({"sku":"t-1"})"}}}});
  const struct {
    std::string html;
    std::vector<std::string> expected;
  } cases[] = {
      {"{{ catalogs.products[event.sku].title }}{{ catalogs.products['t-1'].title }}", {}},
      {"{{ catalogs.prices[event.sku].title }}", {"no_catalog prices"}},
      {"{% if catalogs['prices'].a %}x{% endif %}", {"no_catalog prices"}},
      {"{{ catalogs.products['t-2'].title }}", {"no_catalog_item products/t-2"}},
      {"{{ catalogs.products.t9.title }}", {"no_catalog_item products/t9"}},
      {"{% assign catalogs = event %}{{ catalogs.prices.a }}", {}},
      {"{{ catalogs[event.kind].a }}", {}},
  };
  for (const auto& each : cases) {
    EXPECT_EQ(found_with(&table, each.html), each.expected) << each.html;
    EXPECT_EQ(found_with(nullptr, each.html), std::vector<std::string>()) << each.html;
  }
}

}  // namespace
}  // namespace sojourn::templates::checks
