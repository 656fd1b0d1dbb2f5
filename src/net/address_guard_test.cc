#include "net/address_guard.h"

#include <gtest/gtest.h>

namespace sojourn::net {
namespace {

bool allows(const AddressGuard& guard, std::string_view address) {
  return guard.allows(parse_ip_address(address).value());
}

TEST(AddressGuard, RefusesWhatIsNotOnThePublicInternet) {
  const AddressGuard guard;
  for (const std::string_view address : {
           "0.0.0.0",
           "0.1.2.3",
           "10.0.0.1",
           "10.255.255.255",
           "100.64.0.1",
           "100.127.255.255",
           "127.0.0.1",
           "127.255.0.9",
           "169.254.169.254",
           "172.16.0.1",
           "172.31.255.255",
           "192.0.0.8",
           "192.0.2.1",
           "192.88.99.1",
           "192.168.0.1",
           "198.18.0.1",
           "198.19.255.255",
           "198.51.100.1",
           "203.0.113.1",
           "224.0.0.1",
           "239.255.255.255",
           "240.0.0.1",
           "255.255.255.255",
           "::",
           "::1",
           "::7f00:1",            // IPv4-compatible
           "::ffff:127.0.0.1",    // IPv4-mapped
           "::ffff:a9fe:a9fe",    // the metadata service, mapped
           "::ffff:0:127.0.0.1",  // IPv4-translated
           "64:ff9b::7f00:1",     // NAT64
           "64:ff9b:1::a00:1",    // local NAT64
           "100::1",              // discard
           "2001::1",             // Teredo
           "2001:db8::1",
           "2002:7f00:1::",  // 6to4
           "3fff::1",
           "5f00::1",
           "fc00::1",
           "fdff::1",
           "fe80::1",
           "febf::1",
           "fec0::1",
           "ff02::1",
       }) {
    EXPECT_FALSE(allows(guard, address)) << address;
  }
}

TEST(AddressGuard, AllowsPublicAddressesUpToTheEdgesOfTheRefusedRanges) {
  const AddressGuard guard;
  for (const std::string_view address : {"1.0.0.0",
                                         "9.255.255.255",
                                         "11.0.0.0",
                                         "100.63.255.255",
                                         "100.128.0.0",
                                         "126.255.255.255",
                                         "128.0.0.0",
                                         "169.253.255.255",
                                         "169.255.0.0",
                                         "172.15.255.255",
                                         "172.32.0.0",
                                         "192.167.255.255",
                                         "192.169.0.0",
                                         "198.17.255.255",
                                         "198.20.0.0",
                                         "223.255.255.255",
                                         "2001:4860:4860::8888",
                                         "2606:4700::1111",
                                         "2a00::1",
                                         "2003::1"}) {
    EXPECT_TRUE(allows(guard, address)) << address;
  }
}

TEST(AddressGuard, AllowsInsideNetworksThatTheOperatorNames) {
  const AddressGuard named = AddressGuard::parse("10.1.0.0/16, 127.0.0.1,fd00::/8").value();
  for (const std::string_view address : {"10.1.2.3", "127.0.0.1", "fd12::1", "8.8.8.8"}) {
    EXPECT_TRUE(allows(named, address)) << address;
  }
  for (const std::string_view address : {"10.2.0.1", "127.0.0.2", "::1", "fc00::1"}) {
    EXPECT_FALSE(allows(named, address)) << address;
  }

  const AddressGuard inside = AddressGuard::parse("private").value();
  for (const std::string_view address : {"10.1.2.3", "172.20.0.1", "192.168.1.1", "fd12::1"}) {
    EXPECT_TRUE(allows(inside, address)) << address;
  }
  for (const std::string_view address : {"127.0.0.1", "169.254.169.254", "100.64.0.1", "::1"}) {
    EXPECT_FALSE(allows(inside, address)) << address;
  }
}

TEST(AddressGuard, RefusesAListThatCannotBeRead) {
  for (const std::string_view text : {"inside", "10.0.0.0/33", "private,", "10.0.0.0/8 private"}) {
    const auto guard = AddressGuard::parse(text);
    ASSERT_FALSE(guard) << text;
    EXPECT_EQ(guard.error().code, "invalid_allow_list");
  }
}

}  // namespace
}  // namespace sojourn::net
