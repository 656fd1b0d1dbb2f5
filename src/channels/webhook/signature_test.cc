#include "channels/webhook/signature.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace sojourn::channels::webhook {
namespace {

// The example of the Standard Webhooks specification's libraries.
TEST(WebhookSignature, IsThatOfStandardWebhooks) {
  const std::string key = from_base64("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").value();
  EXPECT_EQ(sign(key, {.id = "msg_p5jXN8AQM9LWM0D4loKWxJek",
                       .unix_seconds = 1614265330,
                       .body = R"({"test": 2432232314})"}),
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

TEST(WebhookSignature, ChangesWithEachPart) {
  const std::string base = sign("key", {.id = "a", .unix_seconds = 1, .body = "b"});
  EXPECT_NE(sign("kez", {.id = "a", .unix_seconds = 1, .body = "b"}), base);
  EXPECT_NE(sign("key", {.id = "c", .unix_seconds = 1, .body = "b"}), base);
  EXPECT_NE(sign("key", {.id = "a", .unix_seconds = 2, .body = "b"}), base);
  EXPECT_NE(sign("key", {.id = "a", .unix_seconds = 1, .body = "c"}), base);
}

}  // namespace
}  // namespace sojourn::channels::webhook
