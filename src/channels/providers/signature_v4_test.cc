#include "channels/providers/signature_v4.h"

#include <gtest/gtest.h>

namespace sojourn::channels::providers {
namespace {

constexpr AwsCredentials example{.access_key = "AKIDEXAMPLE",
                                 .secret_key = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"};

std::string header(const std::vector<std::pair<std::string, std::string>>& headers,
                   std::string_view name) {
  for (const auto& [each, value] : headers) {
    if (each == name) return value;
  }
  return {};
}

std::string signature(const AwsRequest& request, const AwsCredentials& credentials,
                      std::string_view at) {
  const std::string authorization =
      header(sign(request, credentials, parse_timestamp(at).value()), "Authorization");
  return authorization.substr(authorization.rfind('=') + 1);
}

// The requests of Amazon's published test suite that have no query.
TEST(SignatureV4, IsThatOfTheTestSuite) {
  constexpr std::string_view at = "2015-08-30T12:36:00Z";
  const AwsRequest vanilla{.method = "GET",
                           .host = "example.amazonaws.com",
                           .path = "/",
                           .region = "us-east-1",
                           .service = "service"};
  EXPECT_EQ(signature(vanilla, example, at),
            "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31");
  AwsRequest post = vanilla;
  post.method = "POST";
  EXPECT_EQ(signature(post, example, at),
            "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b");
  post.content_type = "application/x-www-form-urlencoded";
  post.body = "Param1=value1";
  EXPECT_EQ(signature(post, example, at),
            "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a");
}

// Made by botocore 1.29.
TEST(SignatureV4, IsThatOfBotocore) {
  constexpr std::string_view at = "2026-11-28T21:36:18Z";
  AwsRequest send{.method = "POST",
                  .host = "email.eu-west-1.amazonaws.com",
                  .path = "/v2/email/outbound-emails",
                  .region = "eu-west-1",
                  .service = "ses",
                  .content_type = "application/json",
                  .body = R"({"a":1})"};
  EXPECT_EQ(signature(send, example, at),
            "4676537384b94596369fbc907ad7f44eac8fca90ec3869ef7a7493aab0498764");
  AwsCredentials temporary = example;
  temporary.session_token = "session/+=";
  EXPECT_EQ(signature(send, temporary, at),
            "f9bfec4fdfef7f796fdcaeb0b3ae92ee910f67115446994847c846022559cc67");
  send.host = "127.0.0.1:8080";
  send.path = "/proxy/a%20b/v2/email/outbound-emails";
  send.body = "";
  EXPECT_EQ(signature(send, example, at),
            "a803a26b9a045089f71475a52e64c08213d4a9b63a1b998d2fe764d1f4b10336");
}

TEST(SignatureV4, SaysWhoWhenAndWhatIsSigned) {
  AwsCredentials temporary = example;
  temporary.session_token = "token";
  const auto headers = sign({.method = "POST",
                             .host = "h.example",
                             .path = "/p",
                             .region = "r-1",
                             .service = "ses",
                             .content_type = "application/json"},
                            temporary, parse_timestamp("2026-03-02T12:00:00Z").value());
  EXPECT_EQ(header(headers, "X-Amz-Date"), "20260302T120000Z");
  EXPECT_EQ(header(headers, "X-Amz-Security-Token"), "token");
  EXPECT_TRUE(header(headers, "Authorization")
                  .starts_with("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260302/r-1/ses/"
                               "aws4_request, SignedHeaders=content-type;host;x-amz-date;"
                               "x-amz-security-token, Signature="));
}

}  // namespace
}  // namespace sojourn::channels::providers
