#include "net/address.h"

#include <gtest/gtest.h>

namespace sojourn::net {
namespace {

TEST(HostPort, IsReadFromNameAndAddress) {
  EXPECT_EQ(parse_host_port("127.0.0.1:80").value(), (HostPort{"127.0.0.1", 80}));
  EXPECT_EQ(parse_host_port("localhost:0").value(), (HostPort{"localhost", 0}));
  EXPECT_EQ(parse_host_port("[::1]:65535").value(), (HostPort{"::1", 65535}));
}

TEST(HostPort, RefusesWhatHasNoHostOrNoPort) {
  for (const std::string_view text : {"", "8080", ":8080", "host:", "host:65536", "host:-1",
                                      "host:80x", "::1:80", "[::1]", "[]:80"}) {
    const auto result = parse_host_port(text);
    ASSERT_FALSE(result) << text;
    EXPECT_EQ(result.error().code, "invalid_address");
  }
}

TEST(TrustedProxies, HoldAddressesAndRanges) {
  const auto proxies = TrustedProxies::parse("10.0.0.0/8, 192.0.2.7,fd00::/9").value();
  for (const std::string_view inside : {"10.255.0.1", "192.0.2.7", "fd7f::1", "::ffff:10.1.1.1"}) {
    EXPECT_TRUE(proxies.contains(inside)) << inside;
  }
  for (const std::string_view outside : {"11.0.0.1", "192.0.2.8", "fd80::1", "::a00:1", "proxy"}) {
    EXPECT_FALSE(proxies.contains(outside)) << outside;
  }
}

TEST(TrustedProxies, RefuseAListThatCannotBeRead) {
  for (const std::string_view text :
       {"10.0.0.0/33", "fd00::/129", "proxy", "10.0.0.1,", "10.0.0.0/", "10.0.0.0/8x"}) {
    EXPECT_FALSE(TrustedProxies::parse(text)) << text;
  }
  EXPECT_TRUE(TrustedProxies::parse(" "));
}

TEST(ClientAddress, BelievesOnlyTrustedProxies) {
  struct Case {
    std::string_view peer;
    std::string_view forwarded;
    std::string_view expected;
  };
  const auto proxies = TrustedProxies::parse("10.0.0.0/8").value();
  for (const Case& c : {
           Case{"203.0.113.9", "198.51.100.1", "203.0.113.9"},
           Case{"10.0.0.1", "198.51.100.1", "198.51.100.1"},
           Case{"10.0.0.1", "6.6.6.6, 198.51.100.1, 10.0.0.2", "198.51.100.1"},
           Case{"10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3"},
           Case{"10.0.0.1", "6.6.6.6, unknown, 10.0.0.2", "10.0.0.2"},
           Case{"10.0.0.1", "198.51.100.1:4711", "198.51.100.1"},
           Case{"10.0.0.1", "[2001:db8::1]:4711", "2001:db8::1"},
           Case{"10.0.0.1", "2001:db8::1", "2001:db8::1"},
           Case{"10.0.0.1", "", "10.0.0.1"},
       }) {
    const Request request{.headers = {{"X-Forwarded-For", c.forwarded}},
                          .peer_address = std::string(c.peer)};
    EXPECT_EQ(client_address(request, proxies), c.expected) << c.peer << " " << c.forwarded;
  }
}

TEST(ClientAddress, ReadsSeveralFieldsAsOneList) {
  const auto proxies = TrustedProxies::parse("10.0.0.0/8").value();
  const Request request{
      .headers = {{"x-forwarded-for", "6.6.6.6"}, {"X-Forwarded-For", "198.51.100.1"}},
      .peer_address = "10.0.0.1"};
  EXPECT_EQ(client_address(request, proxies), "198.51.100.1");
}

TEST(IsLoopbackHost, TakesAddressesAndTheOneName) {
  for (const char* host : {"localhost", "127.0.0.1", "127.9.8.7", "::1", "::ffff:127.0.0.1"}) {
    EXPECT_TRUE(is_loopback_host(host)) << host;
  }
  for (const char* host : {"127.example.com", "localhost.example.com", "128.0.0.1", "::2", ""}) {
    EXPECT_FALSE(is_loopback_host(host)) << host;
  }
}

}  // namespace
}  // namespace sojourn::net
