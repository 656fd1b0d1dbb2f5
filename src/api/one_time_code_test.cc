#include "api/one_time_code.h"

#include <gtest/gtest.h>

namespace sojourn::api {
namespace {

/// RFC 6238, appendix B.
constexpr std::string_view rfc_secret = "12345678901234567890";

TEST(OneTimeCode, IsThatOfTheStandard) {
  const struct {
    std::int64_t seconds;
    const char* code;  ///< the last six digits of the eight that the RFC lists
  } cases[] = {{59, "287082"},
               {1'111'111'109, "081804"},
               {1'111'111'111, "050471"},
               {1'234'567'890, "005924"},
               {2'000'000'000, "279037"},
               {20'000'000'000, "353130"}};
  for (const auto& c : cases) {
    EXPECT_EQ(one_time_code(rfc_secret, code_step_at({c.seconds * 1000})), c.code) << c.seconds;
  }
}

TEST(OneTimeCode, IsTakenOneStepEarlyAndOneStepLate) {
  const std::uint64_t step = 50'000'000;
  const std::string code = one_time_code(rfc_secret, step);
  const auto begin = [](std::uint64_t of) {
    return Timestamp{static_cast<std::int64_t>(of) * code_step.ms};
  };
  EXPECT_EQ(find_code_step(rfc_secret, code, begin(step - 1), 0), step);
  EXPECT_EQ(find_code_step(rfc_secret, code, begin(step), 0), step);
  EXPECT_EQ(find_code_step(rfc_secret, code, begin(step + 2) - Duration::milliseconds(1), 0), step);
  EXPECT_EQ(find_code_step(rfc_secret, code, begin(step - 1) - Duration::milliseconds(1), 0),
            std::nullopt);
  EXPECT_EQ(find_code_step(rfc_secret, code, begin(step + 2), 0), std::nullopt);
}

TEST(OneTimeCode, IsUsedUpWithAllThatAreOlder) {
  const Timestamp now{1'500'000'000'000};
  const std::uint64_t step = code_step_at(now);
  const std::string code = one_time_code(rfc_secret, step);
  EXPECT_EQ(find_code_step(rfc_secret, code, now, step - 1), step);
  EXPECT_EQ(find_code_step(rfc_secret, code, now, step), std::nullopt);
  EXPECT_EQ(find_code_step(rfc_secret, one_time_code(rfc_secret, step - 1), now, step),
            std::nullopt);
}

TEST(OneTimeCode, IsNothingElse) {
  const Timestamp now{1'500'000'000'000};
  for (const char* code : {"", "0", "abcdef", "12345", "1234567"}) {
    EXPECT_EQ(find_code_step(rfc_secret, code, now, 0), std::nullopt) << code;
  }
  EXPECT_TRUE(find_code_step(rfc_secret, one_time_code(rfc_secret, 0), {0}, 0) == std::nullopt);
}

TEST(OneTimeCode, ItsUriNamesWorkspaceAndUser) {
  EXPECT_EQ(code_uri(rfc_secret, {.issuer = "Shop & Co", .account = "ann@example.com"}),
            "otpauth://totp/Shop%20%26%20Co:ann%40example.com?secret="
            "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Shop%20%26%20Co&algorithm=SHA1&digits=6"
            "&period=30");
}

}  // namespace
}  // namespace sojourn::api
