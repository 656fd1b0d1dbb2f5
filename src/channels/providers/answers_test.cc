// What each service's answers mean for the mail and for us.
#include <gtest/gtest.h>

#include "channels/providers/answer_rules.h"
#include "channels/providers/provider.h"

namespace sojourn::channels::providers {
namespace {

using Kind = Outcome::Kind;

constexpr std::string_view ses = "ses://AKIA:secret@eu-west-1";
constexpr std::string_view sendgrid = "sendgrid://key@";
constexpr std::string_view postmark = "postmark://key@";
constexpr std::string_view mailgun = "mailgun://key@mg.example.com";

struct Case {
  std::string_view url;
  int status;
  std::string_view body;
  Kind kind;
  std::string_view reason;
  Standing standing = Standing::fine;
  std::string_view error_type = {};
};

constexpr auto refused = Standing::refused;
constexpr auto slow = Standing::slow_down;

const Case cases[] = {
    {ses, 200, R"({"MessageId":"0100"})", Kind::accepted, ""},
    {ses, 200, "<html>sign in to the network</html>", Kind::uncertain, "unreachable"},
    {ses, 400, R"({"message":"Email address is not verified. a@b"})", Kind::deferred, "sender_auth",
     refused, "MessageRejected"},
    {ses, 400, R"({"message":"Address blacklisted."})", Kind::failed, "policy", Standing::fine,
     "MessageRejected:http://internal.amazon.com/"},
    {ses, 400, R"({"message":"bad"})", Kind::failed, "our_error", Standing::fine,
     "BadRequestException"},
    {ses, 400, R"({"__type":"com.amazonaws#LimitExceededException","message":"Daily quota"})",
     Kind::deferred, "throttled", slow},
    {ses, 400, "{}", Kind::deferred, "sender_auth", refused, "AccountSuspendedException"},
    {ses, 400, "{}", Kind::deferred, "sender_auth", refused, "SendingPausedException"},
    {ses, 400, "{}", Kind::deferred, "sender_auth", refused, "MailFromDomainNotVerifiedException"},
    {ses, 404, "{}", Kind::deferred, "sender_auth", refused, "NotFoundException"},
    {ses, 429, R"({"message":"Maximum sending rate exceeded."})", Kind::deferred, "throttled", slow,
     "TooManyRequestsException"},
    {ses, 403, R"({"message":"The request signature we calculated does not match"})",
     Kind::deferred, "login_refused", refused, "SignatureDoesNotMatch"},
    {ses, 400, "{}", Kind::deferred, "login_refused", refused, "ExpiredTokenException"},
    {ses, 500, "{}", Kind::uncertain, "unreachable", Standing::fine,
     "InternalServiceErrorException"},
    {ses, 503, "{}", Kind::deferred, "unreachable", slow},

    {sendgrid, 202, "", Kind::accepted, ""},
    {sendgrid, 200, "", Kind::uncertain, "unreachable"},
    {sendgrid, 400, R"({"errors":[{"message":"Does not contain a valid address."}]})", Kind::failed,
     "our_error"},
    {sendgrid, 401, R"({"errors":[{"message":"The provided authorization grant is invalid"}]})",
     Kind::deferred, "login_refused", refused},
    {sendgrid, 401, R"({"errors":[{"message":"Maximum credits exceeded"}]})", Kind::deferred,
     "throttled", slow},
    {sendgrid, 403,
     R"({"errors":[{"message":"The from address does not match a verified Sender Identity."}]})",
     Kind::deferred, "sender_auth", refused},
    {sendgrid, 413, "", Kind::failed, "our_error"},
    {sendgrid, 429, R"({"errors":[{"message":"too many requests"}]})", Kind::deferred, "throttled",
     slow},
    {sendgrid, 500, "", Kind::uncertain, "unreachable"},

    {postmark, 200, R"({"ErrorCode":0,"Message":"OK","MessageID":"b7bc"})", Kind::accepted, ""},
    {postmark, 200, R"({"ErrorCode":300,"Message":"Invalid email request"})", Kind::failed,
     "our_error"},
    {postmark, 200, "hello", Kind::uncertain, "unreachable"},
    {postmark, 422, R"({"ErrorCode":406,"Message":"You tried to send to an inactive recipient"})",
     Kind::failed, "hard_bounce"},
    {postmark, 422, R"({"ErrorCode":300,"Message":"Invalid 'To' address"})", Kind::failed,
     "our_error"},
    {postmark, 401, R"({"ErrorCode":10,"Message":"Bad or missing Server API token."})",
     Kind::deferred, "login_refused", refused},
    {postmark, 422, R"({"ErrorCode":400,"Message":"The 'From' address is no Sender Signature"})",
     Kind::deferred, "sender_auth", refused},
    {postmark, 422, R"({"ErrorCode":412,"Message":"Account pending approval"})", Kind::deferred,
     "sender_auth", refused},
    {postmark, 422, R"({"ErrorCode":1235,"Message":"The stream provided: 'x' does not exist"})",
     Kind::deferred, "sender_auth", refused},
    {postmark, 503, R"({"ErrorCode":100,"Message":"Maintenance"})", Kind::deferred, "unreachable",
     slow},
    {postmark, 500, "", Kind::uncertain, "unreachable"},

    {mailgun, 200, R"({"id":"<2026@mg.example.com>","message":"Queued. Thank you."})",
     Kind::accepted, ""},
    {mailgun, 200, "Mailgun Magnificent API", Kind::uncertain, "unreachable"},
    {mailgun, 400, R"({"message":"to parameter is not a valid address"})", Kind::failed,
     "our_error"},
    {mailgun, 401, "Forbidden", Kind::deferred, "login_refused", refused},
    {mailgun, 402, "", Kind::deferred, "sender_auth", refused},
    {mailgun, 403, R"({"message":"Sandbox subdomains are for test purposes only."})",
     Kind::deferred, "sender_auth", refused},
    {mailgun, 404, R"({"message":"Domain not found: mg.example.com"})", Kind::deferred,
     "sender_auth", refused},
    {mailgun, 429, R"({"message":"too many requests"})", Kind::deferred, "throttled", slow},
    {mailgun, 502, "", Kind::uncertain, "unreachable"},

    {sendgrid, 302, "", Kind::deferred, "invalid_reply", slow},
    {sendgrid, 408, "", Kind::deferred, "unreachable", slow},
    {sendgrid, 504, "", Kind::uncertain, "unreachable"},
    {sendgrid, 418, "", Kind::failed, "our_error"},
};

TEST(ProviderAnswer, MeansWhatTheTableSays) {
  for (const Case& c : cases) {
    net::WebResponse response;
    response.status = c.status;
    response.body = c.body;
    if (!c.error_type.empty()) response.headers.add("X-Amzn-Errortype", c.error_type);
    const Verdict verdict = make_provider(*parse_provider_url(c.url))->verdict(response);
    const std::string name =
        std::string(c.url.substr(0, 5)) + " " + std::to_string(c.status) + std::string(c.body);
    EXPECT_EQ(verdict.outcome.kind, c.kind) << name;
    EXPECT_EQ(verdict.outcome.reason, c.reason) << name;
    EXPECT_EQ(verdict.standing, c.standing) << name;
    EXPECT_EQ(verdict.outcome.suppress_address, c.reason == "hard_bounce") << name;
    EXPECT_TRUE(verdict.outcome.reply.starts_with(std::to_string(c.status))) << name;
  }
}

TEST(ProviderAnswer, WaitsAsLongAsTheServiceAsksAndAMinuteAtLeast) {
  const auto provider = make_provider(*parse_provider_url(sendgrid));
  net::WebResponse response;
  response.status = 429;
  EXPECT_EQ(provider->verdict(response).outcome.retry_after, Duration::minutes(1));
  response.retry_after = Duration::hours(2);
  EXPECT_EQ(provider->verdict(response).outcome.retry_after, Duration::hours(2));
}

TEST(ProviderAnswer, IsShownAsOnePrintableLineOfBoundedLength) {
  const std::string line =
      shown({.status = 400, .code = "Code", .words = "a\r\nb\x1b" + std::string(1000, 'x')});
  EXPECT_TRUE(line.starts_with("400 Code: a  b?xxx")) << line;
  EXPECT_EQ(line.size(), 512U);
  EXPECT_EQ(shown({.status = 202}), "202 ");
}

}  // namespace
}  // namespace sojourn::channels::providers
