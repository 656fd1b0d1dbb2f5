#include "channels/mail_dns/mta_sts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sojourn::channels::mail_dns {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Mode = MtaStsPolicy::Mode;

TEST(MtaStsPolicy, IsRead) {
  const auto policy = parse_mta_sts_policy(
      "version: STSv1\r\nmode: enforce\r\nmx: MX1.example.com\r\nmx: *.mail.example.com\r\n"
      "max_age: 604800\r\nmode: none\r\nnote: x\r\n");
  ASSERT_TRUE(policy) << policy.error().message;
  EXPECT_EQ(policy->mode, Mode::enforce);
  EXPECT_THAT(policy->hosts, ElementsAre("mx1.example.com", "*.mail.example.com"));
  EXPECT_EQ(policy->kept_for, Duration::days(7));
  EXPECT_TRUE(parse_mta_sts_policy("version: STSv1\nmode: none\nmax_age: 0"));
}

TEST(MtaStsPolicy, IsKeptForAYearAtMost) {
  const std::string rest = "version: STSv1\nmode: none\nmax_age: ";
  EXPECT_EQ(parse_mta_sts_policy(rest + "31557600")->kept_for, Duration::seconds(31'557'600));
  EXPECT_EQ(parse_mta_sts_policy(rest + "31557601")->kept_for, Duration::seconds(31'557'600));
}

TEST(MtaStsPolicy, SaysWhatIsWrong) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", "version is \"\""},
      {"version: STSv2\nmode: none\nmax_age: 1", "version is \"STSv2\""},
      {"version: STSv1\nmode: strict\nmx: a.test\nmax_age: 1", "mode is \"strict\""},
      {"version: STSv1\nmode: enforce\nmx: a.test", "max_age is missing"},
      {"version: STSv1\nmode: enforce\nmx: a.test\nmax_age: -1", "max_age is \"-1\""},
      {"version: STSv1\nmode: enforce\nmx: a.test\nmax_age: week", "max_age is \"week\""},
      {"version: STSv1\nmode: enforce\nmax_age: 1", "names no mx"},
  };
  for (const auto& [text, why] : cases) {
    const auto policy = parse_mta_sts_policy(text);
    ASSERT_FALSE(policy) << text;
    EXPECT_EQ(policy.error().code, "invalid_mta_sts");
    EXPECT_THAT(policy.error().message, HasSubstr(why));
  }
}

TEST(MtaStsPolicy, NamesHostsAndOneLabelBelowAStar) {
  const MtaStsPolicy policy{.mode = Mode::enforce,
                            .hosts = {"mx.example.com", "*.mail.example.com"}};
  EXPECT_TRUE(allows_host(policy, "mx.example.com"));
  EXPECT_TRUE(allows_host(policy, "a.mail.example.com"));
  for (const std::string_view host : {"mx2.example.com", "mail.example.com", "a.b.mail.example.com",
                                      "mx.example.com.evil.test", ".mail.example.com", ""}) {
    EXPECT_FALSE(allows_host(policy, host)) << host;
  }
}

TEST(MtaStsId, ComesFromTheOneRecord) {
  const auto id_of = [](std::vector<std::string> texts) {
    net::DnsAnswer answer{.status = net::DnsStatus::found};
    for (std::string& text : texts) answer.records.push_back({.value = std::move(text)});
    return mta_sts_id(answer);
  };
  EXPECT_EQ(id_of({"v=STSv1; id=20260302;", "other"}), "20260302");
  EXPECT_EQ(id_of({}), std::nullopt);
  EXPECT_EQ(id_of({"v=STSv1; id=1", "v=STSv1; id=2"}), std::nullopt);
  EXPECT_EQ(id_of({"v=STSv1"}), std::nullopt);
  EXPECT_EQ(id_of({"v=STSv1; id=a b"}), std::nullopt);
  EXPECT_EQ(id_of({"v=STSv1; id=" + std::string(32, '1')}), std::string(32, '1'));
  EXPECT_EQ(id_of({"v=STSv1; id=" + std::string(33, '1')}), std::nullopt);
}

}  // namespace
}  // namespace sojourn::channels::mail_dns
