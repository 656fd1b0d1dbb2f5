#include "channels/mail_dns/spf.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "channels/mail_dns/spf_record.h"
#include "net/testing/fake_dns.h"

namespace sojourn::channels::mail_dns {
namespace {

using net::DnsType;
using net::testing::FakeDns;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

SpfVerdict verdict_of(FakeDns& dns, const std::string& domain, const std::string& client) {
  return evaluate_spf(dns, {.client = client.empty() ? std::nullopt : net::parse_ip_address(client),
                            .domain = domain});
}

struct Case {
  std::string record;
  std::string client;
  SpfResult result;
};

TEST(Spf, FollowsTheMechanisms) {
  const std::vector<Case> cases = {
      {"v=spf1 -all", "192.0.2.1", SpfResult::fail},
      {"v=spf1 ~all", "192.0.2.1", SpfResult::soft_fail},
      {"v=spf1 ?all", "192.0.2.1", SpfResult::neutral},
      {"v=spf1 +all", "192.0.2.1", SpfResult::pass},
      {"V=SPF1 ALL", "192.0.2.1", SpfResult::pass},
      {"v=spf1", "192.0.2.1", SpfResult::neutral},
      {"v=spf10 all", "192.0.2.1", SpfResult::none},
      {"v=spf1 ip4:192.0.2.0/24 -all", "192.0.2.1", SpfResult::pass},
      {"v=spf1 ip4:192.0.2.2 -all", "192.0.2.1", SpfResult::fail},
      {"v=spf1 -ip4:192.0.2.1 all", "192.0.2.1", SpfResult::fail},
      {"v=spf1 ip6:2001:db8::/32 -all", "2001:db8::1", SpfResult::pass},
      {"v=spf1 ip6:2001:db8::/32 -all", "192.0.2.1", SpfResult::fail},
      {"v=spf1 a -all", "198.51.100.1", SpfResult::pass},
      {"v=spf1 a/24 -all", "198.51.100.200", SpfResult::pass},
      {"v=spf1 a:host.test -all", "198.51.100.9", SpfResult::pass},
      {"v=spf1 a:host.test//64 -all", "2001:db8:1::99", SpfResult::pass},
      {"v=spf1 a:host.test -all", "2001:db8:1::99", SpfResult::fail},
      {"v=spf1 mx -all", "198.51.100.9", SpfResult::pass},
      {"v=spf1 mx:other.test -all", "198.51.100.1", SpfResult::fail},
      {"v=spf1 include:good.test -all", "203.0.113.1", SpfResult::pass},
      {"v=spf1 include:good.test -all", "203.0.113.2", SpfResult::fail},
      {"v=spf1 include:absent.test -all", "203.0.113.1", SpfResult::permanent_error},
      {"v=spf1 redirect=good.test", "203.0.113.1", SpfResult::pass},
      {"v=spf1 redirect=good.test", "203.0.113.2", SpfResult::fail},
      {"v=spf1 redirect=absent.test", "203.0.113.1", SpfResult::permanent_error},
      {"v=spf1 all redirect=absent.test", "203.0.113.1", SpfResult::pass},
      {"v=spf1 exists:%{ir}.list.%{d} -all", "192.0.2.1", SpfResult::pass},
      {"v=spf1 exists:%{ir}.list.%{d} -all", "192.0.2.2", SpfResult::fail},
      {"v=spf1 exp=why.test -all", "192.0.2.1", SpfResult::fail},
      {"v=spf1 ptr -all", "192.0.2.1", SpfResult::fail},
      {"v=spf1 include:broken.test -all", "192.0.2.1", SpfResult::temporary_error},
      {"v=spf1 foo -all", "192.0.2.1", SpfResult::permanent_error},
      {"v=spf1 ip4:2001:db8::1 -all", "192.0.2.1", SpfResult::permanent_error},
      {"v=spf1 ip4:192.0.2.0/33 -all", "192.0.2.1", SpfResult::permanent_error},
      {"v=spf1 a/33 -all", "192.0.2.1", SpfResult::permanent_error},
      {"v=spf1 include: -all", "192.0.2.1", SpfResult::permanent_error},
      {"v=spf1 redirect=a.test redirect=b.test", "192.0.2.1", SpfResult::permanent_error},
  };
  for (const Case& c : cases) {
    FakeDns dns;
    dns.add("sender.test", DnsType::txt, c.record);
    dns.add("sender.test", DnsType::txt, "google-site-verification=1");
    dns.add("sender.test", DnsType::a, "198.51.100.1");
    dns.add("sender.test", DnsType::mx, "host.test", 10);
    dns.add("host.test", DnsType::a, "198.51.100.9");
    dns.add("host.test", DnsType::aaaa, "2001:db8:1::1");
    dns.add("good.test", DnsType::txt, "v=spf1 ip4:203.0.113.1 -all");
    dns.add("1.2.0.192.list.sender.test", DnsType::a, "127.0.0.2");
    dns.fail("broken.test", DnsType::txt);
    EXPECT_EQ(verdict_of(dns, "sender.test", c.client).result, c.result)
        << c.record << " for " << c.client;
  }
}

TEST(Spf, TakesSeveralRecordsForBroken) {
  FakeDns dns;
  dns.add("sender.test", DnsType::txt, "v=spf1 -all");
  dns.add("sender.test", DnsType::txt, "v=spf1 mx -all");
  const SpfVerdict verdict = verdict_of(dns, "sender.test", "192.0.2.1");
  EXPECT_EQ(verdict.result, SpfResult::permanent_error);
  EXPECT_THAT(verdict.reason, HasSubstr("2 SPF records"));
}

/// `count` includes, one in the other.
void add_chain(FakeDns& dns, int count) {
  for (int i = 0; i < count; ++i) {
    dns.add("n" + std::to_string(i) + ".test", DnsType::txt,
            "v=spf1 include:n" + std::to_string(i + 1) + ".test -all");
  }
  dns.add("n" + std::to_string(count) + ".test", DnsType::txt, "v=spf1 ip4:192.0.2.1 -all");
}

TEST(Spf, AllowsTenLookUpsAndNoMore) {
  FakeDns ten;
  add_chain(ten, 10);
  const SpfVerdict within = verdict_of(ten, "n0.test", "192.0.2.1");
  EXPECT_EQ(within.result, SpfResult::pass);
  EXPECT_EQ(within.lookups, 10);
  FakeDns eleven;
  add_chain(eleven, 11);
  const SpfVerdict beyond = verdict_of(eleven, "n0.test", "192.0.2.1");
  EXPECT_EQ(beyond.result, SpfResult::permanent_error);
  EXPECT_THAT(beyond.reason, HasSubstr("more than 10 look-ups"));
}

TEST(Spf, EndsWhereARecordIncludesItself) {
  FakeDns dns;
  dns.add("sender.test", DnsType::txt, "v=spf1 include:sender.test -all");
  EXPECT_EQ(verdict_of(dns, "sender.test", "192.0.2.1").result, SpfResult::permanent_error);
  EXPECT_EQ(dns.asked("sender.test", DnsType::txt), 11);
}

TEST(Spf, AllowsTwoLookUpsThatFindNothing) {
  for (const int count : {2, 3}) {
    FakeDns dns;
    std::string record = "v=spf1";
    for (int i = 0; i < count; ++i) record += " a:void" + std::to_string(i) + ".test";
    dns.add("sender.test", DnsType::txt, record + " -all");
    EXPECT_EQ(verdict_of(dns, "sender.test", "192.0.2.1").result,
              count == 2 ? SpfResult::fail : SpfResult::permanent_error);
  }
}

TEST(Spf, WalksEverythingForNobody) {
  FakeDns dns;
  dns.add("sender.test", DnsType::txt, "v=spf1 mx include:a.test include:b.test ~all");
  dns.add("a.test", DnsType::txt, "v=spf1 include:c.test ip4:192.0.2.1 -all");
  dns.add("b.test", DnsType::txt, "v=spf1 redirect=d.test");
  dns.add("c.test", DnsType::txt, "v=spf1 -all");
  dns.add("d.test", DnsType::txt, "v=spf1 -all");
  const SpfVerdict verdict = verdict_of(dns, "sender.test", "");
  EXPECT_EQ(verdict.result, SpfResult::soft_fail);
  EXPECT_THAT(verdict.included, ElementsAre("a.test", "c.test", "b.test", "d.test"));
  EXPECT_EQ(verdict.lookups, 5);
}

TEST(SpfMacros, ExpandAsTheExamplesOfTheRfc) {
  // RFC 7208 §7.4.
  SpfMacros macros{.client = net::parse_ip_address("192.0.2.3"),
                   .sender_local = "strong-bad",
                   .sender_domain = "email.example.com",
                   .domain = "email.example.com"};
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"%{s}", "strong-bad@email.example.com"},
      {"%{o}", "email.example.com"},
      {"%{d}", "email.example.com"},
      {"%{d4}", "email.example.com"},
      {"%{d3}", "email.example.com"},
      {"%{d2}", "example.com"},
      {"%{d1}", "com"},
      {"%{dr}", "com.example.email"},
      {"%{d2r}", "example.email"},
      {"%{l}", "strong-bad"},
      {"%{l-}", "strong.bad"},
      {"%{lr}", "strong-bad"},
      {"%{lr-}", "bad.strong"},
      {"%{l1r-}", "strong"},
      {"%{ir}.%{v}._spf.%{d2}", "3.2.0.192.in-addr._spf.example.com"},
      {"%{lr-}.lp._spf.%{d2}", "bad.strong.lp._spf.example.com"},
      {"%%%_%-", "% %20"},
  };
  for (const auto& [text, expanded] : cases) {
    EXPECT_EQ(expand_spf_macros(text, macros), expanded) << text;
  }
  macros.client = net::parse_ip_address("2001:db8::cb01");
  EXPECT_EQ(expand_spf_macros("%{ir}.%{v}._spf.%{d2}", macros),
            "1.0.b.c.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6._spf.example.com");
  for (const std::string_view bad : {"%", "%{", "%{d", "%{x}", "%{d0}", "%{d2x}", "%d"}) {
    EXPECT_FALSE(expand_spf_macros(bad, macros)) << bad;
  }
  macros.client.reset();
  EXPECT_FALSE(expand_spf_macros("%{i}.test", macros));
}

}  // namespace
}  // namespace sojourn::channels::mail_dns
