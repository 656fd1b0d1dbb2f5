#include "domain/policies/hosted_pages.h"

#include <gtest/gtest.h>

#include "base/json.h"
#include "domain/policies/policies.h"

namespace sojourn::policies {
namespace {

TEST(HostedPagesText, IsPartOfTheWorkspacesDefinition) {
  const Value value =
      *parse_json(R"({"kind":"workspace","key":"w","language":"de-AT","unconfirmed_kept":"72h"})");
  EXPECT_TRUE(read_policies(value));
  const Result<HostedPages> pages = read_hosted_pages(value);
  ASSERT_TRUE(pages);
  EXPECT_EQ(pages->language, "de-AT");
  EXPECT_EQ(pages->unconfirmed_kept, Duration::days(3));
  EXPECT_EQ(read_hosted_pages(*parse_json(R"({"key":"w"})")).value(), HostedPages());
}

TEST(HostedPagesText, OfAnotherFormIsRefused) {
  const struct {
    std::string_view text;
    std::string_view field;
  } cases[] = {
      {R"_({"key":"w","language":"Deutsch (Schweiz)"})_", "language"},
      {R"({"key":"w","language":""})", "language"},
      {R"({"key":"w","language":3})", "language"},
      {R"({"key":"w","unconfirmed_kept":"71h"})", "unconfirmed_kept"},
      {R"({"key":"w","unconfirmed_kept":"366d"})", "unconfirmed_kept"},
      {R"({"key":"w","unconfirmed_kept":"long"})", "unconfirmed_kept"},
  };
  for (const auto& each : cases) {
    const Result<Policies> policies = read_policies(*parse_json(each.text));
    ASSERT_FALSE(policies) << each.text;
    EXPECT_EQ(policies.error().field, each.field) << each.text;
  }
}

}  // namespace
}  // namespace sojourn::policies
