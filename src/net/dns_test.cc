#include "net/dns.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/dns_cache.h"
#include "net/dns_message.h"
#include "net/testing/dns_server.h"

namespace sojourn::net {
namespace {

using testing::DnsServer;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::ZoneRecord;

std::unique_ptr<DnsClient> client_of(const std::string& servers,
                                     Duration patience = Duration::seconds(10)) {
  Result<std::unique_ptr<DnsClient>> made = DnsClient::create(
      {.servers = servers, .timeout = Duration::milliseconds(250), .patience = patience});
  EXPECT_TRUE(made) << made.error().message;
  return std::move(*made);
}

std::vector<std::string> values(const DnsAnswer& answer) {
  std::vector<std::string> values;
  for (const DnsRecord& record : answer.records) values.push_back(record.value);
  return values;
}

std::vector<ZoneRecord> zone() {
  return {{"example.test", DnsType::mx, "mx2.example.test", 20},
          {"example.test", DnsType::mx, "MX1.Example.test", 10},
          {"mx1.example.test", DnsType::a, "192.0.2.1"},
          {"mx1.example.test", DnsType::aaaa, "2001:db8::1"},
          {"example.test", DnsType::txt, "v=spf1 -all"},
          {"long.test", DnsType::txt, std::string(600, 'x')},
          {"alias.test", DnsType::cname, "other.test"},
          {"other.test", DnsType::cname, "mx1.example.test"},
          {"1.2.0.192.in-addr.arpa", DnsType::ptr, "mx1.example.test"},
          {"null.test", DnsType::mx, "", 0}};
}

TEST(DnsClient, ReadsEachTypeOfRecord) {
  DnsServer server(zone());
  const auto dns = client_of(server.address());
  const DnsAnswer mx = ask_and_wait(*dns, "Example.test.", DnsType::mx);
  EXPECT_EQ(mx.status, DnsStatus::found);
  EXPECT_THAT(mx.records,
              ElementsAre(DnsRecord{"mx1.example.test", 10}, DnsRecord{"mx2.example.test", 20}));
  EXPECT_THAT(values(ask_and_wait(*dns, "mx1.example.test", DnsType::a)), ElementsAre("192.0.2.1"));
  EXPECT_THAT(values(ask_and_wait(*dns, "mx1.example.test", DnsType::aaaa)),
              ElementsAre("2001:db8::1"));
  EXPECT_THAT(values(ask_and_wait(*dns, "example.test", DnsType::txt)), ElementsAre("v=spf1 -all"));
  EXPECT_THAT(values(ask_and_wait(*dns, "alias.test", DnsType::cname)), ElementsAre("other.test"));
  EXPECT_THAT(
      values(ask_and_wait(*dns, reverse_dns_name(*parse_ip_address("192.0.2.1")), DnsType::ptr)),
      ElementsAre("mx1.example.test"));
  EXPECT_THAT(values(ask_and_wait(*dns, "null.test", DnsType::mx)), ElementsAre(""));
}

TEST(DnsClient, FollowsAliases) {
  DnsServer server(zone());
  const auto dns = client_of(server.address());
  EXPECT_THAT(values(ask_and_wait(*dns, "alias.test", DnsType::a)), ElementsAre("192.0.2.1"));
  EXPECT_EQ(ask_and_wait(*dns, "alias.test", DnsType::txt).status, DnsStatus::no_records);
}

TEST(DnsClient, TellsANameThatIsNotFromOneWithoutSuchRecords) {
  DnsServer server(zone());
  const auto dns = client_of(server.address());
  EXPECT_EQ(ask_and_wait(*dns, "absent.test", DnsType::a).status, DnsStatus::no_such_name);
  EXPECT_EQ(ask_and_wait(*dns, "example.test", DnsType::a).status, DnsStatus::no_records);
}

TEST(DnsClient, AsksOverTcpWhatDoesNotFitIntoADatagram) {
  DnsServer server(zone());
  const auto dns = client_of(server.address());
  EXPECT_THAT(values(ask_and_wait(*dns, "long.test", DnsType::txt)),
              ElementsAre(std::string(600, 'x')));
  EXPECT_THAT(server.questions(), ElementsAre("TXT long.test", "tcp TXT long.test"));
}

TEST(DnsClient, KeepsAnswersAlsoNegativeOnes) {
  DnsServer server(zone());
  const auto dns = client_of(server.address());
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(ask_and_wait(*dns, "example.test", DnsType::mx).status, DnsStatus::found);
    EXPECT_EQ(ask_and_wait(*dns, "absent.test", DnsType::mx).status, DnsStatus::no_such_name);
  }
  EXPECT_THAT(server.questions(), ElementsAre("MX example.test", "MX absent.test"));
}

TEST(DnsClient, SaysWhyNobodyCouldAnswer) {
  DnsServer server(zone());
  server.answer_code(2);
  const auto dns = client_of(server.address());
  const DnsAnswer broken = ask_and_wait(*dns, "example.test", DnsType::mx);
  EXPECT_EQ(broken.status, DnsStatus::failed);
  EXPECT_FALSE(broken.reason.empty());
  const DnsAnswer odd = ask_and_wait(*dns, "a b.test", DnsType::mx);
  EXPECT_EQ(odd.status, DnsStatus::failed);
  EXPECT_THAT(odd.reason, HasSubstr("\"a b.test\" is no domain name"));
}

TEST(DnsClient, GivesUpOnSilentServersWithinItsPatience) {
  DnsServer server({});
  server.fall_silent();
  const auto dns = client_of(server.address(), Duration::milliseconds(100));
  const DnsAnswer answer = ask_and_wait(*dns, "example.test", DnsType::a);
  EXPECT_EQ(answer.status, DnsStatus::failed);
  EXPECT_EQ(answer.reason, "no name server answered in time");
}

TEST(DnsClient, AnswersWhatIsUnderWayWhenItEnds) {
  DnsServer server({});
  server.fall_silent();
  auto dns = client_of(server.address());
  DnsAnswer got;
  dns->ask("example.test", DnsType::a, [&](DnsAnswer answer) { got = std::move(answer); });
  dns.reset();
  EXPECT_EQ(got.reason, "the program stopped");
}

TEST(DnsClient, RefusesWhatIsNoListOfServers) {
  for (const std::string servers :
       {"ns.example.com", "192.0.2.1:0", "192.0.2.1,", "192.0.2.1:x",
        "1.1.1.1,1.1.1.1,1.1.1.1,1.1.1.1,1.1.1.1,1.1.1.1,1.1.1.1,1.1.1.1,1.1.1.1"}) {
    const auto made = DnsClient::create({.servers = servers});
    ASSERT_FALSE(made) << servers;
    EXPECT_EQ(made.error().code, "invalid_dns_servers");
  }
  for (const std::string servers :
       {"192.0.2.1", "[2001:db8::53]", "2001:db8::53", "192.0.2.1:5353, [2001:db8::53]:5353"}) {
    EXPECT_TRUE(DnsClient::create({.servers = servers})) << servers;
  }
}

TEST(DnsMessage, RefusesWhatBreaksOffAnywhere) {
  // An answer with one MX of example.test, whose names point back.
  const std::string message(
      "\x12\x34\x85\x80\0\x01\0\x01\0\0\0\0\x07"
      "example\x04test\0\0\x0f\0\x01"
      "\xc0\x0c\0\x0f\0\x01\0\0\x01\x2c\0\x07\0\x0a\x02mx\xc0\x0c",
      49);
  const ReadDnsAnswer read = read_dns_message(message, "example.test", DnsType::mx);
  EXPECT_THAT(read.answer.records, ElementsAre(DnsRecord{"mx.example.test", 10}));
  EXPECT_EQ(read.lifetime, Duration::seconds(300));
  for (std::size_t size = 0; size < message.size(); ++size) {
    const auto part =
        read_dns_message(std::string_view(message).substr(0, size), "example.test", DnsType::mx);
    EXPECT_EQ(part.answer.status, DnsStatus::failed) << size;
  }
}

TEST(DnsCache, KeepsAnAnswerForItsLifetimeAndNoLonger) {
  DnsCache cache(10);
  const DnsQuestion question{"example.test", DnsType::a};
  const DnsAnswer found{.status = DnsStatus::found, .records = {{"192.0.2.1", 0}}};
  cache.put(question, found, Duration::seconds(30), Timestamp{1000});
  ASSERT_NE(cache.find(question, Timestamp{30'999}), nullptr);
  EXPECT_EQ(*cache.find(question, Timestamp{30'999}), found);
  EXPECT_EQ(cache.find(question, Timestamp{31'000}), nullptr);
  EXPECT_EQ(cache.find({"example.test", DnsType::aaaa}, Timestamp{1000}), nullptr);
}

TEST(DnsCache, BoundsLifetimesByWhatTheAnswerIs) {
  DnsCache cache(10);
  const auto lasts = [&](DnsStatus status) {
    const DnsQuestion question{"example.test", DnsType::a};
    cache.put(question, {.status = status}, Duration::days(1000), Timestamp{0});
    Duration lasted{};
    for (const Duration time : {DnsCache::failure_lifetime, DnsCache::negative_lifetime_max,
                                DnsCache::lifetime_max, Duration::days(2)}) {
      if (cache.find(question, Timestamp{time.ms - 1}) != nullptr) lasted = time;
    }
    return lasted;
  };
  EXPECT_EQ(lasts(DnsStatus::found), DnsCache::lifetime_max);
  EXPECT_EQ(lasts(DnsStatus::no_records), DnsCache::negative_lifetime_max);
  EXPECT_EQ(lasts(DnsStatus::no_such_name), DnsCache::negative_lifetime_max);
  EXPECT_EQ(lasts(DnsStatus::failed), DnsCache::failure_lifetime);
}

TEST(DnsCache, DropsWhatWouldEndFirstWhereItIsFull) {
  DnsCache cache(2);
  const DnsAnswer found{.status = DnsStatus::found};
  cache.put({"a.test", DnsType::a}, found, Duration::seconds(20), Timestamp{0});
  cache.put({"b.test", DnsType::a}, found, Duration::seconds(10), Timestamp{0});
  cache.put({"c.test", DnsType::a}, found, Duration::seconds(30), Timestamp{0});
  EXPECT_EQ(cache.size(), 2U);
  EXPECT_EQ(cache.find({"b.test", DnsType::a}, Timestamp{0}), nullptr);
  EXPECT_NE(cache.find({"a.test", DnsType::a}, Timestamp{0}), nullptr);
  cache.put({"d.test", DnsType::a}, found, Duration{}, Timestamp{0});
  EXPECT_EQ(cache.find({"d.test", DnsType::a}, Timestamp{0}), nullptr);
}

TEST(DnsName, IsLowerCaseAndWithinItsLimits) {
  EXPECT_EQ(dns_name("_DMARC.Example.COM."), "_dmarc.example.com");
  EXPECT_TRUE(dns_name(std::string(63, 'a') + ".test"));
  EXPECT_FALSE(dns_name(std::string(64, 'a') + ".test"));
  for (const std::string_view bad : {"", ".", "a..b", ".a", "a b", "a\\.b",
                                     "b\xc3\xbc"
                                     "cher.test"}) {
    EXPECT_FALSE(dns_name(bad)) << bad;
  }
  const std::string label(49, 'a');
  const std::string longest = label + "." + label + "." + label + "." + label + "." + label;
  EXPECT_TRUE(dns_name(longest + ".abc"));
  EXPECT_FALSE(dns_name(longest + ".abcd"));
}

TEST(ReverseDnsName, TurnsBothKindsAround) {
  EXPECT_EQ(reverse_dns_name(*parse_ip_address("192.0.2.7")), "7.2.0.192.in-addr.arpa");
  EXPECT_EQ(reverse_dns_name(*parse_ip_address("2001:db8::7")),
            "7.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa");
}

}  // namespace
}  // namespace sojourn::net
