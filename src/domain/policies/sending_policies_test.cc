#include "domain/policies/sending_policies.h"

#include <gtest/gtest.h>

#include "base/json.h"

namespace sojourn::policies {
namespace {

using Kind = Answer::Kind;
using messages::MessageClass;

SendingPolicies read(std::string_view text) {
  const Result<SendingPolicies> policies = read_sending_policies(*parse_json(text));
  EXPECT_TRUE(policies) << text;
  return policies ? *policies : SendingPolicies();
}

TEST(SendingPoliciesText, SaysWhenAddressesThatReturnMailsAreSuppressed) {
  EXPECT_EQ(read(R"({"key":"w"})"), SendingPolicies());
  EXPECT_EQ(read(R"({"key":"w","soft_bounces":{"mails":3,"over":"0s"}})").soft_bounces,
            (SoftBounceLimit{3, Duration{}}));
  EXPECT_EQ(read(R"({"key":"w","soft_bounces":{"over":"180d"}})").soft_bounces,
            (SoftBounceLimit{5, Duration::days(180)}));
  EXPECT_EQ(read(R"({"key":"w","soft_bounces":"ignore"})").soft_bounces, std::nullopt);
  EXPECT_EQ(read(R"({"key":"w","warm_up":[{"start":"2026-03-02","daily":[5]}]})").warm_up.size(),
            1u);
}

TEST(SendingPoliciesText, IsPartOfTheWorkspacesAndRefusesWithThePathOfTheMember) {
  const struct {
    std::string_view text;
    std::string_view field;
  } cases[] = {
      {R"({"key":"w","soft_bounces":"never"})", "soft_bounces"},
      {R"({"key":"w","soft_bounces":3})", "soft_bounces"},
      {R"({"key":"w","soft_bounces":{"mails":1}})", "soft_bounces.mails"},
      {R"({"key":"w","soft_bounces":{"mails":21}})", "soft_bounces.mails"},
      {R"({"key":"w","soft_bounces":{"over":"181d"}})", "soft_bounces.over"},
      {R"({"key":"w","soft_bounces":{"days":3}})", "soft_bounces.days"},
      {R"({"key":"w","warm_up":[{"start":"2026-03-01"}]})", "warm_up[0].target"},
  };
  for (const auto& each : cases) {
    const Result<Policies> policies = read_policies(*parse_json(each.text));
    ASSERT_FALSE(policies) << each.text;
    EXPECT_EQ(policies.error().field, each.field) << each.text;
  }
  EXPECT_TRUE(read_policies(*parse_json(
      R"({"key":"w","soft_bounces":"ignore","warm_up":[{"start":"2026-03-02","target":90}]})")));
}

TEST(WaitForRoom, HoldsBackMarketingThatMayGoElse) {
  const Timestamp now{1'772'442'000'000};
  const Timestamp room = now + Duration::hours(23);
  Proposal news{.topic = "", .key = "k", .queued_at = now};
  EXPECT_EQ(wait_for_room({}, news, std::nullopt, now), Answer{});
  EXPECT_EQ(wait_for_room({}, news, room, now), (Answer{Kind::defer, "warm_up", room}));
  const Answer quiet{Kind::defer, "quiet_hours", now + Duration::hours(2)};
  EXPECT_EQ(wait_for_room(quiet, news, room, now), quiet) << "it asks again then";
  const Answer skipped{Kind::skip, "unsubscribed"};
  EXPECT_EQ(wait_for_room(skipped, news, room, now), skipped);
  news.handling.expires_after = Duration::hours(23);
  EXPECT_EQ(wait_for_room({}, news, room, now).kind, Kind::defer);
  news.handling.expires_after = Duration::hours(22);
  EXPECT_EQ(wait_for_room({}, news, room, now), (Answer{Kind::skip, "expired"}));
  const Proposal receipt{
      .message_class = MessageClass::transactional, .topic = "", .key = "k", .queued_at = now};
  EXPECT_EQ(wait_for_room({}, receipt, room, now), Answer{});
}

}  // namespace
}  // namespace sojourn::policies
