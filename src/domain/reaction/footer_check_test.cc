#include "domain/reaction/footer_check.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace sojourn::reaction {
namespace {

const SenderAddresses own_address = {.workspace = "1 High Street, Leeds & York"};

/// `code` of each gap of a mail with these parts, which a journey sends.
std::vector<std::string> gaps_of(std::string_view html, std::string_view text = "",
                                 std::string_view message_class = "marketing") {
  std::string mail = fmt::format("kind: template\nkey: m\nsubject: S\nclass: {}\nhtml: |\n  {}\n",
                                 message_class, html);
  if (!text.empty()) mail += fmt::format("text: |\n  {}\n", text);
  const std::string journey = fmt::format(
      "{{kind: journey, key: j, trigger: {{event: A}}, steps: "
      "[{{id: s, send: {{template: m, class: {}}}}}]}}",
      message_class);
  const auto compiled =
      Rules::compile({{.path = "m", .text = mail}, {.path = "j", .text = journey}});
  EXPECT_TRUE(compiled.problems.empty());
  std::vector<std::string> codes;
  for (const FooterGap& gap : find_footer_gaps(*compiled.rules, own_address)) {
    codes.push_back(gap.code);
  }
  return codes;
}

using Codes = std::vector<std::string>;
constexpr std::string_view whole =
    "<p>Hi. <a href=\"{{ unsubscribe_url }}\">Leave</a> {{ workspace.postal_address }}</p>";

TEST(FooterCheck, AMarketingMailShowsAddressAndWayOut) {
  EXPECT_EQ(gaps_of(whole), Codes{});
  EXPECT_EQ(gaps_of("<p>Hi. {{ workspace.postal_address }}</p>"),
            (Codes{"no_unsubscribe", "no_unsubscribe"}))
      << "of the HTML, and of the text made from it";
  EXPECT_EQ(gaps_of("<p>Hi. <a href=\"{{ preference_url }}\">Choose</a></p>"),
            (Codes{"no_postal_address", "no_postal_address"}));
}

TEST(FooterCheck, EachPartIsLookedAt) {
  EXPECT_EQ(gaps_of(whole, "Hi."), (Codes{"no_unsubscribe", "no_postal_address"}));
  EXPECT_EQ(gaps_of(whole, "Hi. {{ unsubscribe_url }} {{ workspace.postal_address }}"), Codes{});
}

TEST(FooterCheck, WhatIsRenderedCounts) {
  EXPECT_EQ(gaps_of("<p>{% if contact.vip %}{{ workspace.postal_address }}{% endif %}"
                    "<a href=\"{{ unsubscribe_url }}\">Leave</a></p>"),
            (Codes{"no_postal_address", "no_postal_address"}));
  EXPECT_EQ(gaps_of("<p><a href=\"{{ unsubscribe_url }}\">Leave</a> 1 High Street, Leeds &amp; "
                    "York</p>"),
            Codes{})
      << "the sender's address as it is written";
}

/// Of the templates in these definitions.
std::vector<FooterGap> gaps_in(const std::vector<DefinitionSource>& sources,
                               const SenderAddresses& addresses = own_address) {
  const auto compiled = Rules::compile(sources);
  EXPECT_TRUE(compiled.problems.empty());
  return find_footer_gaps(*compiled.rules, addresses);
}

TEST(FooterCheck, ACampaignIsMarketingToo) {
  const std::vector<DefinitionSource> sources = {
      {.path = "m", .text = "{kind: template, key: m, subject: S, html: <p>Hi</p>}"},
      {.path = "o", .text = "{kind: template, key: o, subject: S, html: <p>Hi</p>}"},
      {.path = "c", .text = "{kind: campaign, key: c, audience: everyone, template: m}"}};
  const std::vector<FooterGap> gaps = gaps_in(sources);
  ASSERT_EQ(gaps.size(), 4U);
  for (const FooterGap& gap : gaps) EXPECT_EQ(gap.template_key, "m");
  const auto compiled = Rules::compile(sources);
  EXPECT_EQ(find_footer_gaps_of_campaign(*compiled.rules, "c", own_address).size(), 4U);
  EXPECT_TRUE(find_footer_gaps_of_campaign(*compiled.rules, "none", own_address).empty());
}

const DefinitionSource journey_of_m = {
    .path = "j",
    .text = "{kind: journey, key: j, trigger: {event: A}, steps: [{id: s, send: {template: m}}]}"};

TEST(FooterCheck, EachLanguageIsLookedAt) {
  const std::vector<FooterGap> gaps = gaps_in(
      {{.path = "m",
        .text = fmt::format("kind: template\nkey: m\nlanguage: en\nsubject: S\nhtml: |\n  {}\n"
                            "languages:\n  de-AT:\n    subject: S\n    html: |\n      {}\n"
                            "    text: Hallo {{{{ unsubscribe_url }}}}\n",
                            whole, whole)},
       journey_of_m});
  ASSERT_EQ(gaps.size(), 1U);
  EXPECT_EQ(gaps[0].language, "de-at");
  EXPECT_EQ(gaps[0].part, "text");
  EXPECT_EQ(gaps[0].message,
            "template \"m\", in de-at, goes out as marketing, and its text does not show "
            "{{ workspace.postal_address }}");
}

TEST(FooterCheck, TheFooterOfABrandShowsItsAddress) {
  const std::vector<DefinitionSource> sources = {
      {.path = "b", .text = "{kind: brand, key: default, name: B, address: '2 Low Road\n York'}"},
      {.path = "m",
       .text = "{kind: template, key: m, document: {v: 1, subject: Hi, rows: [{cols: [{blocks: "
               "[{type: legal-footer}]}]}]}}"},
      journey_of_m};
  EXPECT_EQ(gaps_in(sources, {.brands = {"2 Low Road York"}}).size(), 0U);
  EXPECT_EQ(gaps_in(sources, {}).size(), 2U) << "no brand is known to have it";
}

TEST(FooterCheck, AServerWithoutAddressHasNoneToShow) {
  const std::vector<DefinitionSource> sources = {
      {.path = "m",
       .text = fmt::format("kind: template\nkey: m\nsubject: S\nhtml: |\n  {}\n", whole)},
      journey_of_m};
  const templates::blocks::Kit kit;
  const std::vector<FooterGap> gaps = gaps_in(sources, sender_addresses("", false, kit));
  ASSERT_EQ(gaps.size(), 2U);
  EXPECT_EQ(gaps[0].message,
            "template \"m\" goes out as marketing, and its HTML shows no postal address: the "
            "server has none (SOJOURN_POSTAL_ADDRESS)");
  EXPECT_TRUE(gaps_in(sources, sender_addresses("", true, kit)).empty())
      << "no mail leaves it, so it is being tried out";
}

TEST(FooterCheck, ATransactionalMailNeedsNeither) {
  EXPECT_EQ(gaps_of("<p>Your order.</p>", "", "transactional"), Codes{});
}

}  // namespace
}  // namespace sojourn::reaction
