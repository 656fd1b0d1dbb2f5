#include "channels/email/mx_router.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <set>

#include "net/testing/fake_dns.h"

namespace sojourn::channels::email {
namespace {

using net::DnsType;
using net::testing::FakeDns;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Kind = Outcome::Kind;

constexpr std::string_view domain = "example.test";

/// Name servers, policies, and a router that may deliver to 192.0.2.0/24 as if it were public.
struct World {
  FakeDns dns;
  std::map<std::string, std::string> policies;
  int fetched = 0;
  MxRouter router{
      dns,
      [this](const std::string& of, const std::function<void(Result<std::string>)>& done) {
        ++fetched;
        const auto found = policies.find(of);
        if (found == policies.end()) return done(failure("mta_sts_unreachable", "no"));
        done(found->second);
      },
      {.guard = *net::AddressGuard::parse("192.0.2.0/24,2001:db8::/32")}};

  MxRoute route(std::uint64_t shuffle = 0) {
    std::promise<MxRoute> promise;
    router.route(std::string(domain), shuffle,
                 [&](MxRoute route) { promise.set_value(std::move(route)); });
    return promise.get_future().get();
  }
  void add_host(const std::string& host, std::uint16_t preference, const std::string& address) {
    dns.add(std::string(domain), DnsType::mx, host, preference);
    dns.add(host, DnsType::a, address);
  }
};

TEST(MxRouter, TriesHostsByTheirPreferenceAndIpv4First) {
  World world;
  world.add_host("mx2.example.test", 20, "192.0.2.2");
  world.add_host("mx1.example.test", 10, "192.0.2.1");
  world.dns.add("mx1.example.test", DnsType::aaaa, "2001:db8::1");
  const MxRoute route = world.route();
  EXPECT_FALSE(route.refusal);
  EXPECT_THAT(route.targets, ElementsAre(MxTarget{"mx1.example.test", "192.0.2.1"},
                                         MxTarget{"mx1.example.test", "2001:db8::1"},
                                         MxTarget{"mx2.example.test", "192.0.2.2"}));
  EXPECT_FALSE(route.tls_required);
  EXPECT_EQ(route.provider.limits, ProviderLimits());
}

TEST(MxRouter, SpreadsMailsOverHostsOfOnePreference) {
  World world;
  world.add_host("a.example.test", 10, "192.0.2.1");
  world.add_host("b.example.test", 10, "192.0.2.2");
  std::set<std::string> firsts;
  for (std::uint64_t mail = 0; mail < 20; ++mail) {
    const MxRoute route = world.route(mail);
    EXPECT_EQ(route.targets.size(), 2U);
    firsts.insert(route.targets.front().host);
    EXPECT_EQ(world.route(mail).targets, route.targets);
  }
  EXPECT_EQ(firsts.size(), 2U);
}

TEST(MxRouter, TakesTheDomainsOwnAddressWhereThereIsNoMx) {
  World world;
  world.dns.add(std::string(domain), DnsType::a, "192.0.2.7");
  EXPECT_THAT(world.route().targets, ElementsAre(MxTarget{"example.test", "192.0.2.7"}));
}

TEST(MxRouter, KnowsDeadDomains) {
  const auto refusal_of = [](World& world) {
    const Outcome outcome = *world.route().refusal;
    EXPECT_EQ(outcome.kind, Kind::failed);
    EXPECT_EQ(outcome.reason, "hard_bounce");
    EXPECT_TRUE(outcome.suppress_address);
    return outcome.reply;
  };
  World absent;
  EXPECT_THAT(refusal_of(absent), HasSubstr("5.1.2"));
  World null_mx;
  null_mx.dns.add(std::string(domain), DnsType::mx, "", 0);
  EXPECT_THAT(refusal_of(null_mx), HasSubstr("5.1.10"));
  World no_address;
  no_address.dns.add(std::string(domain), DnsType::txt, "x");
  EXPECT_THAT(refusal_of(no_address), HasSubstr("no mail host"));
}

TEST(MxRouter, WaitsWhereNobodyCouldAnswer) {
  World no_mx;
  no_mx.dns.fail(std::string(domain), DnsType::mx);
  World no_address;
  no_address.dns.add(std::string(domain), DnsType::mx, "mx.example.test", 1);
  no_address.dns.fail("mx.example.test", DnsType::a);
  World dangling;
  dangling.dns.add(std::string(domain), DnsType::mx, "mx.example.test", 1);
  for (World* world : {&no_mx, &no_address, &dangling}) {
    const Outcome outcome = *world->route().refusal;
    EXPECT_EQ(outcome.kind, Kind::deferred);
    EXPECT_EQ(outcome.reason, "route");
    EXPECT_FALSE(outcome.suppress_address);
  }
}

TEST(MxRouter, NeverLeadsOffThePublicInternet) {
  for (const std::string address : {"127.0.0.1", "10.0.0.1", "169.254.169.254"}) {
    World world;
    world.add_host("mx.example.test", 10, address);
    const Outcome outcome = *world.route().refusal;
    EXPECT_EQ(outcome.kind, Kind::failed) << address;
    EXPECT_EQ(outcome.reason, "route");
    EXPECT_FALSE(outcome.suppress_address);
  }
  World mixed;
  mixed.add_host("inside.example.test", 1, "127.0.0.1");
  mixed.add_host("mx.example.test", 10, "192.0.2.1");
  EXPECT_THAT(mixed.route().targets, ElementsAre(MxTarget{"mx.example.test", "192.0.2.1"}));
}

TEST(MxRouter, HeedsAnEnforcedPolicy) {
  World world;
  world.add_host("mx1.example.test", 10, "192.0.2.1");
  world.add_host("odd.example.test", 20, "192.0.2.2");
  world.dns.add("_mta-sts.example.test", DnsType::txt, "v=STSv1; id=1");
  world.policies["example.test"] =
      "version: STSv1\nmode: enforce\nmx: mx1.example.test\nmax_age: 86400\n";
  for (int i = 0; i < 3; ++i) {
    const MxRoute route = world.route();
    EXPECT_TRUE(route.tls_required);
    EXPECT_THAT(route.targets, ElementsAre(MxTarget{"mx1.example.test", "192.0.2.1"}));
  }
  EXPECT_EQ(world.fetched, 1);
  // Who takes the record away, or the policy, changes nothing before its end.
  world.dns.remove("_mta-sts.example.test", DnsType::txt);
  EXPECT_TRUE(world.route().tls_required);
  world.dns.add("_mta-sts.example.test", DnsType::txt, "v=STSv1; id=2");
  world.policies.clear();
  EXPECT_TRUE(world.route().tls_required);
  EXPECT_EQ(world.fetched, 2);
  EXPECT_TRUE(world.route().tls_required);
  EXPECT_EQ(world.fetched, 2);  // not again at once
}

TEST(MxRouter, ReadsAPolicyAnewWhereItsIdChanges) {
  World world;
  world.add_host("mx1.example.test", 10, "192.0.2.1");
  world.dns.add("_mta-sts.example.test", DnsType::txt, "v=STSv1; id=1");
  world.policies["example.test"] =
      "version: STSv1\nmode: enforce\nmx: mx1.example.test\nmax_age: 86400\n";
  EXPECT_TRUE(world.route().tls_required);
  world.dns.remove("_mta-sts.example.test", DnsType::txt);
  world.dns.add("_mta-sts.example.test", DnsType::txt, "v=STSv1; id=2");
  world.policies["example.test"] = "version: STSv1\nmode: none\nmax_age: 86400\n";
  EXPECT_FALSE(world.route().tls_required);
}

TEST(MxRouter, KeepsMailsWhosePolicyNamesNoHost) {
  World world;
  world.add_host("mx1.example.test", 10, "192.0.2.1");
  world.dns.add("_mta-sts.example.test", DnsType::txt, "v=STSv1; id=1");
  world.policies["example.test"] =
      "version: STSv1\nmode: enforce\nmx: other.test\nmax_age: 86400\n";
  const Outcome outcome = *world.route().refusal;
  EXPECT_EQ(outcome.kind, Kind::deferred);
  EXPECT_EQ(outcome.reason, "tls_unavailable");
}

TEST(MxRouter, DoesWithoutAPolicyThatCannotBeRead) {
  World world;
  world.add_host("mx1.example.test", 10, "192.0.2.1");
  world.dns.add("_mta-sts.example.test", DnsType::txt, "v=STSv1; id=1");
  EXPECT_FALSE(world.route().tls_required);
  EXPECT_FALSE(world.route().refusal);
}

}  // namespace
}  // namespace sojourn::channels::email
