#include "channels/mail_dns/dmarc.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/testing/fake_dns.h"

namespace sojourn::channels::mail_dns {
namespace {

using net::DnsStatus;
using net::DnsType;
using net::testing::FakeDns;
using ::testing::ElementsAre;

TEST(Dmarc, ReadsARecord) {
  const auto record = parse_dmarc(
      "a.test",
      "v=DMARC1; p=Quarantine ; sp=reject;rua=mailto:a@a.test, https://r.test/x; pct=50; t=y");
  ASSERT_TRUE(record);
  EXPECT_EQ(record->policy, "quarantine");
  EXPECT_EQ(record->subdomain_policy, "reject");
  EXPECT_THAT(record->reports_to, ElementsAre("mailto:a@a.test", "https://r.test/x"));
  EXPECT_THAT(record->obsolete_tags, ElementsAre("pct"));
  EXPECT_TRUE(record->testing);
}

TEST(Dmarc, TakesForAPolicyWhatReceiversDo) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"v=DMARC1; p=reject", "reject"},
      {"v=DMARC1;p=none;", "none"},
      {"v=DMARC1; rua=mailto:a@a.test", "none"},
      {"v=DMARC1; p=bogus; rua=mailto:a@a.test", "none"},
      {"v=DMARC1; p=reject; sp=bogus; rua=mailto:a@a.test", "none"},
      {"v=DMARC1; p=bogus", ""},
      {"v=DMARC1", ""},
      {"v=DMARC2; p=reject", ""},
      {"v=dmarc1; p=reject", ""},
      {"p=reject; v=DMARC1", ""},
      {"v=DMARC1; p=reject; p=none", ""},
      {"v=DMARC1; reject", ""},
  };
  for (const auto& [text, policy] : cases) {
    const auto record = parse_dmarc("a.test", text);
    EXPECT_EQ(record ? record->policy : "", policy) << text;
  }
}

TEST(Dmarc, WalksUpToTheOrganisation) {
  FakeDns dns;
  dns.add("_dmarc.example.com", DnsType::txt, "v=DMARC1; p=reject; sp=quarantine");
  const DmarcFinding below = find_dmarc(dns, "a.news.example.com");
  EXPECT_EQ(below.status, DnsStatus::found);
  EXPECT_EQ(below.organisation, "example.com");
  EXPECT_EQ(below.policy, "quarantine");
  EXPECT_EQ(below.questions, 4);  // to com
  EXPECT_EQ(find_dmarc(dns, "example.com").policy, "reject");
}

TEST(Dmarc, StopsWhereARecordSaysThatNoSuffixStandsAbove) {
  FakeDns dns;
  dns.add("_dmarc.shop.example.com", DnsType::txt, "v=DMARC1; p=none; psd=n");
  dns.add("_dmarc.example.com", DnsType::txt, "v=DMARC1; p=reject");
  const DmarcFinding found = find_dmarc(dns, "mail.shop.example.com");
  EXPECT_EQ(found.organisation, "shop.example.com");
  EXPECT_EQ(found.policy, "none");
  EXPECT_EQ(found.questions, 2);
}

TEST(Dmarc, TakesThePolicyOfAPublicSuffixWhereThereIsNoOther) {
  FakeDns dns;
  dns.add("_dmarc.bank", DnsType::txt, "v=DMARC1; p=reject; psd=y");
  const DmarcFinding found = find_dmarc(dns, "mail.first.bank");
  EXPECT_EQ(found.organisation, "first.bank");
  EXPECT_EQ(found.policy, "reject");
}

TEST(Dmarc, AsksAtMostEightNames) {
  // RFC 9989 §4.10: after the domain itself, that of seven labels and those above it.
  FakeDns dns;
  const DmarcFinding found = find_dmarc(dns, "a.b.c.d.e.f.g.h.i.j.mail.example.com");
  EXPECT_EQ(found.questions, 8);
  EXPECT_EQ(dns.asked("_dmarc.g.h.i.j.mail.example.com", DnsType::txt), 1);
  EXPECT_EQ(dns.asked("_dmarc.f.g.h.i.j.mail.example.com", DnsType::txt), 0);
  EXPECT_EQ(dns.asked("_dmarc.com", DnsType::txt), 1);
  EXPECT_EQ(found.status, DnsStatus::no_records);
}

TEST(Dmarc, CountsNoneOfSeveralRecordsAtOneName) {
  FakeDns dns;
  dns.add("_dmarc.example.com", DnsType::txt, "v=DMARC1; p=reject");
  dns.add("_dmarc.example.com", DnsType::txt, "v=DMARC1; p=none");
  const DmarcFinding found = find_dmarc(dns, "example.com");
  EXPECT_EQ(found.status, DnsStatus::no_records);
  EXPECT_EQ(found.discarded.size(), 2U);
}

TEST(Dmarc, SaysWhereNobodyCouldAnswer) {
  FakeDns dns;
  dns.fail("_dmarc.example.com", DnsType::txt);
  EXPECT_EQ(find_dmarc(dns, "news.example.com").status, DnsStatus::failed);
}

}  // namespace
}  // namespace sojourn::channels::mail_dns
