#include "domain/policies/warm_up.h"

#include <gtest/gtest.h>

#include "base/json.h"

namespace sojourn::policies {
namespace {

Result<std::vector<WarmUpPlan>> read(std::string_view text) {
  return read_warm_up(*parse_json(text), "warm_up");
}

TEST(WarmUpText, ReadsEveryMember) {
  const auto plans = read(R"([
    {"start":"2026-03-01","daily":[50,50,100]},
    {"domain":"News.Example.com","provider":"google","recipients":["GMail.com"],
     "start":"2026-03-02","first":10,"growth":100,"target":70,"goes_on":"07:30"}])");
  ASSERT_TRUE(plans) << plans.error().message;
  const WarmUpPlan all{.start = absl::CivilDay(2026, 3, 1), .daily = {50, 50, 100}};
  const WarmUpPlan google{.domain = "news.example.com",
                          .provider = "google",
                          .recipients = {"gmail.com"},
                          .start = absl::CivilDay(2026, 3, 2),
                          .daily = {10, 20, 40, 70},
                          .goes_on_minute = 7 * 60 + 30};
  EXPECT_EQ(*plans, (std::vector{all, google}));
  EXPECT_EQ(all.key(), "*");
  EXPECT_EQ(google.key(), "news.example.com google");
}

TEST(WarmUpText, GrowsByMoreThanHalfADayWhereItDoesNotSay) {
  const auto plans = read(R"([{"start":"2026-03-01","target":200}])");
  ASSERT_TRUE(plans) << plans.error().message;
  EXPECT_EQ(plans->front().daily, (std::vector<std::int64_t>{50, 80, 128, 200}));
}

TEST(WarmUpText, RefusesWithThePathOfTheMember) {
  const std::string long_series = "[1" + [] {
    std::string more;
    for (std::size_t i = 0; i < warm_up_steps_max; ++i) more += ",1";
    return more;
  }() + "]";
  const struct {
    std::string text;
    std::string_view field;
    std::string_view code;
  } cases[] = {
      {R"({})", "warm_up", "wrong_type"},
      {R"([3])", "warm_up[0]", "wrong_type"},
      {R"([{"daily":[1]}])", "warm_up[0].start", "missing_member"},
      {R"([{"start":"soon","daily":[1]}])", "warm_up[0].start", "not_a_date"},
      {R"([{"start":"2026-02-30","daily":[1]}])", "warm_up[0].start", "not_a_date"},
      {R"([{"start":"2026-03-01"}])", "warm_up[0].target", "missing_member"},
      {R"([{"start":"2026-03-01","daily":[]}])", "warm_up[0].daily", "out_of_range"},
      {R"([{"start":"2026-03-01","daily":[0]}])", "warm_up[0].daily", "out_of_range"},
      {R"([{"start":"2026-03-01","daily":["5"]}])", "warm_up[0].daily", "out_of_range"},
      {R"([{"start":"2026-03-01","daily":[5,4]}])", "warm_up[0].daily", "out_of_range"},
      {R"([{"start":"2026-03-01","daily":[100000001]}])", "warm_up[0].daily", "out_of_range"},
      {R"([{"start":"2026-03-01","daily":)" + long_series + "}]", "warm_up[0].daily",
       "out_of_range"},
      {R"([{"start":"2026-03-01","daily":[1],"target":9}])", "warm_up[0].target", "unknown_member"},
      {R"([{"start":"2026-03-01","first":1,"growth":4,"target":9}])", "warm_up[0].growth",
       "out_of_range"},
      {R"([{"start":"2026-03-01","first":1,"growth":5,"target":100000000}])", "warm_up[0].growth",
       "out_of_range"},
      {R"([{"start":"2026-03-01","daily":[1],"domain":"localhost"}])", "warm_up[0].domain",
       "not_a_domain"},
      {R"([{"start":"2026-03-01","daily":[1],"domain":"a@example.com"}])", "warm_up[0].domain",
       "not_a_domain"},
      {R"([{"start":"2026-03-01","daily":[1],"provider":"google"}])", "warm_up[0].recipients",
       "missing_member"},
      {R"([{"start":"2026-03-01","daily":[1],"recipients":["gmail.com"]}])", "warm_up[0].provider",
       "missing_member"},
      {R"([{"start":"2026-03-01","daily":[1],"provider":"a b","recipients":["gmail.com"]}])",
       "warm_up[0].provider", "not_a_key"},
      {R"([{"start":"2026-03-01","daily":[1],"provider":"g","recipients":[7]}])",
       "warm_up[0].recipients", "not_a_domain"},
      {R"([{"start":"2026-03-01","daily":[1],"goes_on":"9"}])", "warm_up[0].goes_on", "not_a_time"},
      {R"([{"start":"2026-03-01","daily":[1]},{"start":"2026-04-01","daily":[2]}])", "warm_up",
       "duplicate_key"},
  };
  for (const auto& each : cases) {
    const auto plans = read(each.text);
    ASSERT_FALSE(plans) << each.text;
    EXPECT_EQ(plans.error().field, each.field) << each.text;
    EXPECT_EQ(plans.error().code, each.code) << each.text;
  }
}

TEST(WarmUpText, HasLimits) {
  const auto plans = [](std::size_t count) {
    std::string text = "[";
    for (std::size_t i = 0; i < count; ++i) {
      text += (i == 0 ? "" : ",") +
              std::string(R"({"start":"2026-03-01","daily":[1],"domain":"d)") + std::to_string(i) +
              R"(.example"})";
    }
    return read(text + "]");
  };
  EXPECT_TRUE(plans(warm_up_plans_max));
  EXPECT_FALSE(plans(warm_up_plans_max + 1));
  const auto recipients = [](std::size_t count) {
    std::string text = R"([{"start":"2026-03-01","daily":[1],"provider":"p","recipients":[)";
    for (std::size_t i = 0; i < count; ++i)
      text += std::string(i == 0 ? "" : ",") + R"("a.example")";
    return read(text + "]}]");
  };
  EXPECT_TRUE(recipients(warm_up_recipients_max));
  EXPECT_FALSE(recipients(warm_up_recipients_max + 1));
}

TEST(WarmUpPlan, CountsMailsOfItsSenderToItsProvider) {
  const WarmUpPlan plan{.domain = "news.example.com",
                        .provider = "google",
                        .recipients = {"gmail.com"},
                        .start = {},
                        .daily = {1}};
  const WarmUpPlan all{.start = {}, .daily = {1}};
  EXPECT_TRUE(plan.counts("news.example.com", "ana@GMail.com"));
  EXPECT_FALSE(plan.counts("example.com", "ana@gmail.com"));
  EXPECT_FALSE(plan.counts("news.example.com", "ana@mail.gmail.com"));
  EXPECT_TRUE(all.counts("example.com", "ana@gmail.com"));
}

TEST(WarmUpPlan, HasNoNumberAfterItsLastStep) {
  const WarmUpPlan plan{.start = {}, .daily = {5, 9}};
  EXPECT_EQ(plan.mails_at(0), 5);
  EXPECT_EQ(plan.mails_at(1), 9);
  EXPECT_EQ(plan.mails_at(2), std::nullopt);
}

}  // namespace
}  // namespace sojourn::policies
