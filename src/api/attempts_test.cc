#include "api/attempts.h"

#include <gtest/gtest.h>

namespace sojourn::api {
namespace {

constexpr Timestamp start{1'800'000'000'000};

TEST(Attempts, TenAreAllowedAndTheEleventhWaits) {
  Attempts attempts;
  for (std::size_t i = 0; i < attempts_max; ++i) {
    EXPECT_FALSE(attempts.begin("192.0.2.1", start + Duration::seconds(1) * static_cast<int>(i)));
  }
  EXPECT_EQ(attempts.begin("192.0.2.1", start + Duration::minutes(5)), Duration::minutes(10));
  EXPECT_FALSE(attempts.begin("192.0.2.2", start + Duration::minutes(5)));
}

TEST(Attempts, AreForgottenAfterTheWindowAndNotBefore) {
  Attempts attempts;
  for (std::size_t i = 0; i < attempts_max; ++i) {
    EXPECT_FALSE(attempts.begin("192.0.2.1", start));
  }
  const Timestamp end = start + attempts_window;
  EXPECT_EQ(attempts.begin("192.0.2.1", end - Duration::milliseconds(1)),
            Duration::milliseconds(1));
  EXPECT_FALSE(attempts.begin("192.0.2.1", end));
}

TEST(Attempts, AreForgottenBySuccess) {
  Attempts attempts;
  for (std::size_t i = 0; i < attempts_max; ++i) {
    EXPECT_FALSE(attempts.begin("192.0.2.1", start));
  }
  attempts.succeeded("192.0.2.1");
  EXPECT_FALSE(attempts.begin("192.0.2.1", start));
}

TEST(Attempts, RememberABoundedNumberOfAddresses) {
  Attempts attempts;
  for (std::size_t i = 0; i < attempts_max; ++i) {
    EXPECT_FALSE(attempts.begin("first", start));
  }
  for (std::size_t i = 0; i < attempt_addresses_max - 1; ++i) {
    EXPECT_FALSE(attempts.begin(std::to_string(i), start + Duration::seconds(1)));
  }
  EXPECT_TRUE(attempts.begin("first", start + Duration::seconds(1)));
  EXPECT_FALSE(attempts.begin("one more", start + Duration::seconds(1)));
  EXPECT_FALSE(attempts.begin("first", start + Duration::seconds(1)));
}

}  // namespace
}  // namespace sojourn::api
