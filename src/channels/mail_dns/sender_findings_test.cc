#include "channels/mail_dns/sender_findings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

#include "channels/mail_dns/sender_dns_checks.h"
#include "net/testing/fake_dns.h"

namespace sojourn::channels::mail_dns {
namespace {

using net::DnsType;
using net::testing::FakeDns;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Status = SenderFinding::Status;

constexpr Timestamp monday{1'772'488'200'000};  // 2026-03-02T21:50:00Z
const std::string domain = "news.test";

FetchMtaSts fetching(Result<std::string> text) {
  return [text](const std::string&, const std::function<void(Result<std::string>)>& done) {
    done(text);
  };
}

/// `code passed`, and with a record to publish ` NAME TYPE VALUE`.
std::string shown(const SenderFinding& found) {
  std::string text = found.code + " " + std::string(name_of(found.status));
  for (const auto& [name, type, value] : found.publish)
    text += " " + name + " " + type + " " + value;
  return text;
}

TEST(SpfFinding, SaysWhatToPublish) {
  const SendingHosts hosts = *parse_sending_hosts("198.51.100.7, include:_spf.relay.test");
  const std::string mechanisms = "ip4:198.51.100.7 include:_spf.relay.test";
  const auto with = [&](const std::vector<std::string>& records, const SendingHosts& sent_by) {
    FakeDns dns;
    for (const std::string& record : records) dns.add(domain, DnsType::txt, record);
    dns.add("_spf.relay.test", DnsType::txt, "v=spf1 ip4:203.0.113.0/24 -all");
    return shown(find_spf(dns, domain, sent_by));
  };
  EXPECT_EQ(with({}, hosts), "spf_missing failed news.test TXT v=spf1 " + mechanisms + " ~all");
  EXPECT_EQ(with({}, {}), "spf_missing failed news.test TXT v=spf1 mx ~all");
  EXPECT_EQ(with({"v=spf1 " + mechanisms + " ~all"}, hosts), "spf_ok passed");
  EXPECT_EQ(with({"v=spf1 ip4:198.51.100.0/24 ~all"}, hosts),
            "spf_not_allowed failed news.test TXT "
            "v=spf1 include:_spf.relay.test ip4:198.51.100.0/24 ~all");
  EXPECT_EQ(with({"v=spf1 mx -all"}, {}), "spf_sender_unknown unknown");
  EXPECT_EQ(with({"v=spf1 +all"}, hosts), "spf_allows_everybody failed");
  EXPECT_EQ(with({"v=spf1 mx -all", "v=spf1 a -all"}, hosts), "spf_broken failed");
  EXPECT_EQ(with({"v=spf1 a a a a a a a a a a a -all"}, hosts), "spf_too_many_lookups failed");
}

TEST(SpfFinding, IsUnknownWhereNobodyAnswers) {
  FakeDns dns;
  dns.fail(domain, DnsType::txt);
  EXPECT_EQ(shown(find_spf(dns, domain, {})), "dns_failed unknown");
}

TEST(KeyFindings, CompareTheRecordWithOurKey) {
  const std::string ours = "v=DKIM1; k=rsa; p=AbC+d/e=";
  const std::string name = "s1r._domainkey.news.test";
  const std::string publish = " " + name + " TXT " + ours;
  const auto with = [&](const std::vector<std::string>& records, bool signs) {
    FakeDns dns;
    for (const std::string& record : records) dns.add(name, DnsType::txt, record);
    const auto found = find_keys(dns, {.domain = domain, .keys = {{"s1r", ours, signs}}});
    return shown(found.front());
  };
  EXPECT_EQ(with({ours}, true), "dkim_ok passed");
  EXPECT_EQ(with({"v=DKIM1;p=AbC +d/e="}, true), "dkim_ok passed");
  EXPECT_EQ(with({}, true), "dkim_missing failed" + publish);
  EXPECT_EQ(with({}, false), "dkim_missing warning" + publish);
  EXPECT_EQ(with({"v=DKIM1; k=rsa; p=other"}, true), "dkim_differs failed" + publish);
  EXPECT_EQ(with({"v=DKIM1; k=ed25519; p=AbC+d/e="}, true), "dkim_differs failed" + publish);
  EXPECT_EQ(with({"v=DKIM1; p="}, true), "dkim_revoked failed" + publish);
  EXPECT_EQ(with({ours, ours}, true), "dkim_several failed" + publish);
  EXPECT_EQ(with({ours + "; t=y"}, true), "dkim_testing warning" + publish);
}

TEST(KeyFindings, SayWhereMailsLeaveUnsigned) {
  FakeDns dns;
  EXPECT_EQ(shown(find_keys(dns, {.domain = domain, .keys = {}}).back()), "dkim_no_key failed");
}

TEST(DmarcFinding, JudgesThePolicy) {
  const std::string publish = " _dmarc.news.test TXT v=DMARC1; p=none; rua=mailto:dmarc@news.test";
  const auto with = [&](const std::vector<std::string>& records) {
    FakeDns dns;
    for (const std::string& record : records) dns.add("_dmarc.news.test", DnsType::txt, record);
    return shown(find_dmarc_policy(dns, domain));
  };
  EXPECT_EQ(with({}), "dmarc_missing failed" + publish);
  EXPECT_EQ(with({"v=DMARC1; p=bogus"}), "dmarc_unreadable failed" + publish);
  EXPECT_EQ(with({"v=DMARC1; p=none; rua=mailto:a@b.test"}), "dmarc_only_reports warning");
  EXPECT_EQ(with({"v=DMARC1; p=reject"}), "dmarc_no_reports warning");
  EXPECT_EQ(with({"v=DMARC1; p=reject; pct=20; rua=mailto:a@b.test"}),
            "dmarc_obsolete_tags warning");
  EXPECT_EQ(with({"v=DMARC1; p=reject; t=y; rua=mailto:a@b.test"}), "dmarc_testing warning");
  EXPECT_EQ(with({"v=DMARC1; p=reject; rua=mailto:a@b.test"}), "dmarc_ok passed");
}

TEST(MailHostFinding, FollowsMxToAddresses) {
  FakeDns dns;
  EXPECT_EQ(shown(find_mail_hosts(dns, domain)), "mx_missing failed");
  dns.add(domain, DnsType::a, "192.0.2.1");
  EXPECT_EQ(shown(find_mail_hosts(dns, domain)), "mx_implicit warning");
  dns.add(domain, DnsType::mx, "mx.news.test", 10);
  EXPECT_EQ(shown(find_mail_hosts(dns, domain)), "mx_unresolved failed");
  dns.add("mx.news.test", DnsType::aaaa, "2001:db8::1");
  const SenderFinding found = find_mail_hosts(dns, domain);
  EXPECT_EQ(shown(found), "mx_ok passed");
  EXPECT_THAT(found.found, ElementsAre("10 mx.news.test."));
  dns.add("mx.news.test", DnsType::cname, "other.test");
  EXPECT_EQ(shown(find_mail_hosts(dns, domain)), "mx_alias warning");
  dns.add("null.test", DnsType::mx, "", 0);
  EXPECT_EQ(shown(find_mail_hosts(dns, "null.test")), "mx_null failed");
}

TEST(ReverseNameFindings, WantANameThatLeadsBack) {
  const SendingHosts hosts = *parse_sending_hosts("198.51.100.7");
  const std::string reverse = "7.100.51.198.in-addr.arpa";
  const std::string publish = " " + reverse + " PTR out.news.test out.news.test A 198.51.100.7";
  FakeDns dns;
  const auto look = [&] { return shown(find_reverse_names(dns, hosts, "out.news.test").front()); };
  EXPECT_EQ(look(), "ptr_missing failed" + publish);
  dns.add(reverse, DnsType::ptr, "pool-7.isp.test");
  EXPECT_EQ(look(), "ptr_mismatch failed" + publish);
  dns.add("pool-7.isp.test", DnsType::a, "198.51.100.7");
  EXPECT_EQ(look(), "ptr_ok passed");
  EXPECT_EQ(shown(find_reverse_names(dns, {}, "x").front()), "ptr_sender_unknown unknown");
  EXPECT_EQ(shown(find_reverse_names(dns, {.includes = {"a.test"}}, "x").front()),
            "ptr_of_relay passed");
}

TEST(MtaStsFinding, ReadsRecordAndPolicy) {
  const std::string publish = " _mta-sts.news.test TXT v=STSv1; id=20260302215000";
  FakeDns dns;
  dns.add(domain, DnsType::mx, "mx.news.test", 10);
  const std::string policy = "version: STSv1\nmode: enforce\nmx: mx.news.test\nmax_age: 86400\n";
  const auto with = [&](Result<std::string> text) {
    return shown(find_mta_sts(dns, fetching(std::move(text)), domain, monday));
  };
  EXPECT_EQ(with(policy), "mta_sts_missing warning" + publish);
  dns.add("_mta-sts.news.test", DnsType::txt, "v=STSv1; id=1");
  EXPECT_EQ(with(policy), "mta_sts_ok passed");
  EXPECT_EQ(with("version: STSv1\nmode: testing\nmx: *.news.test\nmax_age: 1"),
            "mta_sts_not_enforced warning");
  EXPECT_EQ(with("version: STSv1\nmode: enforce\nmx: old.news.test\nmax_age: 1"),
            "mta_sts_host_missing failed");
  EXPECT_EQ(with("<html>"), "mta_sts_invalid_policy failed");
  EXPECT_EQ(with(failure("mta_sts_unreachable", "it answers 404")), "mta_sts_no_policy failed");
  dns.add("_mta-sts.news.test", DnsType::txt, "v=STSv1; id=2");
  EXPECT_EQ(with(policy), "mta_sts_unreadable failed" + publish);
}

TEST(TlsReportFinding, WantsAnAddressForReports) {
  FakeDns dns;
  EXPECT_EQ(shown(find_tls_reports(dns, domain)),
            "tls_rpt_missing warning _smtp._tls.news.test TXT "
            "v=TLSRPTv1; rua=mailto:tls-reports@news.test");
  dns.add("_smtp._tls.news.test", DnsType::txt, "v=TLSRPTv1; rua=mailto:a@news.test");
  EXPECT_EQ(shown(find_tls_reports(dns, domain)), "tls_rpt_ok passed");
  dns.add("_smtp._tls.other.test", DnsType::txt, "v=TLSRPTv1; rua=a@news.test");
  EXPECT_EQ(find_tls_reports(dns, "other.test").code, "tls_rpt_unreadable");
}

TEST(SendingHosts, AreAddressesAndIncludes) {
  const auto hosts = parse_sending_hosts(" 198.51.100.7 ,2001:db8::7,include:_SPF.relay.test");
  ASSERT_TRUE(hosts) << hosts.error().message;
  EXPECT_THAT(hosts->addresses, ElementsAre("198.51.100.7", "2001:db8::7"));
  EXPECT_THAT(hosts->includes, ElementsAre("_spf.relay.test"));
  EXPECT_TRUE(parse_sending_hosts("")->empty());
  for (const std::string_view bad : {"relay.test", "include:", "include:a b", "198.51.100.7,"}) {
    const auto refused = parse_sending_hosts(bad);
    ASSERT_FALSE(refused) << bad;
    EXPECT_EQ(refused.error().code, "invalid_sending_hosts");
  }
  std::string many = "192.0.2.1";
  for (std::size_t i = 1; i < sending_hosts_max; ++i) many += ",192.0.2.1";
  EXPECT_TRUE(parse_sending_hosts(many));
  EXPECT_FALSE(parse_sending_hosts(many + ",192.0.2.1"));
}

TEST(SenderDnsChecks, LookAtEverythingOnce) {
  FakeDns dns;
  const ManualClock clock(monday);
  SenderDnsChecks checks(dns, fetching(failure("mta_sts_unreachable", "no")), clock,
                         {.hosts = *parse_sending_hosts("198.51.100.7")});
  std::promise<std::vector<SenderFinding>> promise;
  ASSERT_TRUE(checks.check({.domain = domain, .keys = {{"s1r", "v=DKIM1; p=a", true}}},
                           [&](auto found) { promise.set_value(std::move(found)); }));
  std::vector<std::string> looks;
  for (const SenderFinding& found : promise.get_future().get()) looks.push_back(found.check);
  EXPECT_THAT(looks, ElementsAre("dkim", "spf", "dmarc", "mx", "ptr", "mta_sts", "tls_rpt"));
}

TEST(SenderDnsChecks, RefuseWhatIsTooMuchAndAfterTheirEnd) {
  FakeDns dns;
  const ManualClock clock(monday);
  std::promise<void> go;
  std::shared_future<void> going = go.get_future().share();
  const auto slow = [&](const std::string&, const std::function<void(Result<std::string>)>& done) {
    going.wait();
    done(failure("mta_sts_unreachable", "no"));
  };
  dns.add("_mta-sts.news.test", DnsType::txt, "v=STSv1; id=1");
  SenderDnsChecks checks(dns, slow, clock, {});
  const auto check = [&] { return checks.check({.domain = domain, .keys = {}}, [](auto) {}); };
  // One is at hand, at the latest when the second place is asked for.
  std::size_t taken = 0;
  while (check()) ++taken;
  EXPECT_GE(taken, SenderDnsChecks::waiting_max);
  EXPECT_LE(taken, SenderDnsChecks::waiting_max + 1);
  EXPECT_EQ(check().error().code, "checks_busy");
  go.set_value();
  checks.stop();
  EXPECT_EQ(check().error().code, "checks_busy");
}

}  // namespace
}  // namespace sojourn::channels::mail_dns
