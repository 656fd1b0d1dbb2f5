#include "api/client_address.h"

#include <gtest/gtest.h>

namespace sojourn::api {
namespace {

TEST(ClientAddress, IsCutToItsNetwork) {
  const struct {
    const char* address;
    const char* truncated;
    const char* throttled;
  } cases[] = {
      {"192.0.2.77", "192.0.2.0", "192.0.2.77"},
      {"::ffff:192.0.2.77", "192.0.2.0", "192.0.2.77"},
      {"2001:db8:1:2:3:4:5:6", "2001:db8:1::", "2001:db8:1:2::"},
      {"::1", "::", "::"},
      {"", "", ""},
      {"unix", "", ""},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(truncated_address(c.address), c.truncated) << c.address;
    EXPECT_EQ(throttled_address(c.address), c.throttled) << c.address;
  }
}

}  // namespace
}  // namespace sojourn::api
