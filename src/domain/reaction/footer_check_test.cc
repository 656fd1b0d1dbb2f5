#include "domain/reaction/footer_check.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace sojourn::reaction {
namespace {

constexpr std::string_view own = "1 High Street, Leeds & York";

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
  for (const FooterGap& gap : find_footer_gaps(*compiled.rules, own)) codes.push_back(gap.code);
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
  EXPECT_EQ(gaps_of(whole, "Hi."), (Codes{"no_postal_address", "no_unsubscribe"}));
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

TEST(FooterCheck, ATransactionalMailNeedsNeither) {
  EXPECT_EQ(gaps_of("<p>Your order.</p>", "", "transactional"), Codes{});
}

}  // namespace
}  // namespace sojourn::reaction
