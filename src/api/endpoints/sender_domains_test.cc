#include <gtest/gtest.h>

#include "api/testing/fake_runtime.h"

namespace sojourn::api::testing {
namespace {

class SenderDomainEndpoints : public ApiTest {
 protected:
  static constexpr std::string_view all = "/api/v1/sender-domains";
  static constexpr std::string_view one = "/api/v1/sender-domains/news.example.com";

  net::Response add(const std::string& domain) {
    return post(all, R"({"domain":")" + domain + R"("})");
  }
  net::Response remove(std::string_view path) {
    return send(net::Method::delete_, path, {.headers = {{"Authorization", "Bearer ak_api"}}});
  }
};

TEST_F(SenderDomainEndpoints, ShowWhatToPublishAndNoSecret) {
  const net::Response added = add("News.Example.com");
  ASSERT_EQ(added.status, 201) << added.body;
  EXPECT_EQ(at(added, "domain"), "\"news.example.com\"");
  EXPECT_EQ(at(added, "state"), "\"waiting\"");
  const Value body = body_of(added);
  const Value::List& records = *body.as_object()->find("records")->as_list();
  ASSERT_EQ(records.size(), 2U);
  const Object& record = *records[1].as_object();
  EXPECT_EQ(*record.find("name")->as_string(), "s1r._domainkey.news.example.com");
  EXPECT_EQ(*record.find("type")->as_string(), "TXT");
  EXPECT_EQ(*record.find("value")->as_string(), "v=DKIM1; p=rsa 1");
  EXPECT_EQ(*record.find("purpose")->as_string(), "dkim");
  const Value::List& advice = *body.as_object()->find("advice")->as_list();
  ASSERT_EQ(advice.size(), 2U);
  EXPECT_EQ(*advice[1].as_object()->find("name")->as_string(), "_dmarc.news.example.com");
  EXPECT_EQ(added.body.find("secret"), std::string::npos);
  EXPECT_EQ(get(one).body, added.body);
}

TEST_F(SenderDomainEndpoints, SplitLongValuesIntoStringsOf255) {
  signer_.padding = std::string(500, 'x');
  const net::Response added = add("news.example.com");
  ASSERT_EQ(added.status, 201) << added.body;
  const Value body = body_of(added);
  const Object& record = *body.as_object()->find("records")->as_list()->front().as_object();
  std::string joined;
  const Value::List& strings = *record.find("strings")->as_list();
  for (const Value& part : strings) {
    EXPECT_LE(part.as_string()->size(), 255U);
    joined += *part.as_string();
  }
  EXPECT_EQ(strings.size(), 3U);
  EXPECT_EQ(strings.front().as_string()->size(), 255U);
  EXPECT_EQ(joined, *record.find("value")->as_string());
}

TEST_F(SenderDomainEndpoints, LeadAKeyThroughItsLife) {
  ASSERT_EQ(add("news.example.com").status, 201);
  const std::string path(one);
  EXPECT_EQ(at(post(path + "/activate", "{}"), "state"), "\"signing\"");
  EXPECT_EQ(signer_.used().size(), 2U);
  EXPECT_EQ(at(post(path + "/rotate", "{}"), "state"), "\"rotating\"");
  const net::Response list = get(all);
  EXPECT_EQ(body_of(list).as_object()->find("items")->as_list()->size(), 1U);
  EXPECT_EQ(at(list, "next"), "null");
  EXPECT_EQ(remove(one).status, 204);
  EXPECT_TRUE(signer_.used().empty());
  EXPECT_EQ(get(one).status, 404);
}

TEST_F(SenderDomainEndpoints, TellWhatDnsSays) {
  using Status = channels::SenderFinding::Status;
  ASSERT_EQ(add("news.example.com").status, 201);
  const std::string path = std::string(one) + "/check";
  const net::Response before = get(path);
  EXPECT_EQ(before.status, 200);
  EXPECT_EQ(at(before, "checkedAt"), "null");
  EXPECT_EQ(at(before, "state"), "null");
  const std::string value = "v=spf1 " + std::string(300, 'x');
  sender_checks_.findings = {
      {.check = "dkim", .status = Status::passed, .code = "dkim_ok", .message = "ours"},
      {.check = "spf",
       .status = Status::failed,
       .code = "spf_missing",
       .message = "none",
       .name = "news.example.com",
       .found = {"x"},
       .expected = "one",
       .publish = {{"news.example.com", "TXT", value}}}};
  const net::Response checked = post(path, "{}");
  ASSERT_EQ(checked.status, 200) << checked.body;
  EXPECT_EQ(at(checked, "state"), "\"failed\"");
  const Value body = body_of(checked);
  const Value::List& findings = *body.as_object()->find("findings")->as_list();
  ASSERT_EQ(findings.size(), 2U);
  const Object& spf = *findings[1].as_object();
  EXPECT_EQ(*spf.find("code")->as_string(), "spf_missing");
  const Object& record = *spf.find("publish")->as_list()->front().as_object();
  EXPECT_EQ(*record.find("value")->as_string(), value);
  EXPECT_EQ(record.find("strings")->as_list()->size(), 2U);
  EXPECT_EQ(get(path).body, checked.body);
}

TEST_F(SenderDomainEndpoints, CheckTheKeysThatSignOrWait) {
  ASSERT_EQ(add("news.example.com").status, 201);
  const std::string path(one);
  static_cast<void>(post(path + "/activate", "{}"));
  static_cast<void>(post(path + "/rotate", "{}"));
  static_cast<void>(post(path + "/activate", "{}"));
  static_cast<void>(post(path + "/rotate", "{}"));
  ASSERT_EQ(post(path + "/check", "{}").status, 200);
  EXPECT_EQ(sender_checks_.requested.domain, "news.example.com");
  std::string keys;
  for (const auto& key : sender_checks_.requested.keys) {
    keys += key.selector + (key.signs ? " signs, " : " waits, ");
  }
  EXPECT_EQ(keys, "s2e signs, s2r signs, s3e waits, s3r waits, ");
}

TEST_F(SenderDomainEndpoints, RefuseChecksOfOthersAndTooMany) {
  EXPECT_EQ(code_of(post("/api/v1/sender-domains/other.example/check", "{}")),
            "unknown_sender_domain");
  EXPECT_EQ(code_of(get("/api/v1/sender-domains/other.example/check")), "unknown_sender_domain");
  ASSERT_EQ(add("news.example.com").status, 201);
  sender_checks_.fails = Error{.code = "checks_busy", .message = "20 domains wait"};
  const net::Response busy = post(std::string(one) + "/check", "{}");
  EXPECT_EQ(busy.status, 429);
  EXPECT_EQ(code_of(busy), "checks_busy");
}

TEST_F(SenderDomainEndpoints, RefuseWithCodes) {
  EXPECT_EQ(code_of(add("localhost")), "invalid_domain");
  EXPECT_EQ(add("localhost").status, 422);
  EXPECT_EQ(code_of(add(std::string(513, 'a'))), "too_long");
  EXPECT_EQ(code_of(post(all, "{}")), "missing_field");
  ASSERT_EQ(add("news.example.com").status, 201);
  const net::Response again = add("news.example.com");
  EXPECT_EQ(again.status, 409);
  EXPECT_EQ(code_of(again), "sender_domain_exists");
  EXPECT_EQ(at(again, "field"), "\"domain\"");
  EXPECT_EQ(at(again, "value"), "\"news.example.com\"");
  const net::Response unknown = post("/api/v1/sender-domains/other.example/rotate", "{}");
  EXPECT_EQ(unknown.status, 404);
  EXPECT_EQ(code_of(unknown), "unknown_sender_domain");
  EXPECT_EQ(send(net::Method::get, all).status, 401);
}

}  // namespace
}  // namespace sojourn::api::testing
