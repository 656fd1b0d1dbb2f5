#include "channels/inbound/address_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sojourn::channels::inbound {
namespace {

std::vector<std::string> addresses_in(std::string_view text) {
  std::vector<std::string> list;
  for (const FoundAddress& each : find_addresses(text)) list.push_back(each.address);
  return list;
}

TEST(AddressText, FindsAddressesAsPeopleAndServersWriteThem) {
  using testing::ElementsAre;
  EXPECT_THAT(addresses_in("<ann@a.example>: no, 'bob@b.example'."),
              ElementsAre("ann@a.example", "bob@b.example"));
  EXPECT_THAT(addresses_in("c=US;dda:SMTP=ann@a.example; on"), ElementsAre("ann@a.example"));
  EXPECT_THAT(addresses_in("\"ann lee\"@a.example"), ElementsAre("\"ann lee\"@a.example"));
  EXPECT_THAT(addresses_in("jürgen@bücher.example"), ElementsAre("jürgen@bücher.example"));
  EXPECT_THAT(addresses_in("<ann@localhost> bob@localhost"), ElementsAre("ann@localhost"));
  EXPECT_THAT(addresses_in("b+abc=x@v.example"), ElementsAre("b+abc=x@v.example"));
  EXPECT_THAT(addresses_in("ann...@a.example, @ @@ a@ @b ann@-a.example"), ElementsAre());
  EXPECT_THAT(addresses_in("a@b.example@c.example"), ElementsAre("a@b.example"));
}

TEST(AddressText, LimitIsThatOfAnAddress) {
  const std::string domain = "@a.example";
  const std::string longest(address_bytes_max - domain.size(), 'x');
  EXPECT_EQ(addresses_in(longest + domain).size(), 1U);
  EXPECT_EQ(addresses_in("<x" + longest + domain + ">").size(), 0U);
}

TEST(AddressText, ReadsFieldsOfReports) {
  EXPECT_EQ(typed_address("rfc822; ann@a.example"), "ann@a.example");
  EXPECT_EQ(typed_address("RFC822;<ann@a.example>"), "ann@a.example");
  EXPECT_EQ(typed_address("<ann@a.example>"), "ann@a.example");
  EXPECT_EQ(typed_address("rfc822; ann+2Bclub@a.example"), "ann+club@a.example");
  EXPECT_EQ(typed_address("rfc822; ann+2Club@a.example"), "ann+2Club@a.example");
  EXPECT_EQ(typed_address("utf-8; j\\x{FC}rgen@a.example"), "jürgen@a.example");
  EXPECT_EQ(typed_address("utf-8; j\\x{110000}@a.example"), std::nullopt);
  EXPECT_EQ(typed_address("rfc822; ann@inside"), "ann@inside");
  EXPECT_EQ(typed_address("x400; /S=ann/OU=a/C=GB/"), std::nullopt);
  EXPECT_EQ(typed_address("rfc822; ann...@a.example"), std::nullopt);
  EXPECT_EQ(typed_address(""), std::nullopt);
}

}  // namespace
}  // namespace sojourn::channels::inbound
