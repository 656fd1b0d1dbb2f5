#include "api/endpoints/webhook_endpoints.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/testing/team.h"
#include "runtime/webhook_deliveries.h"
#include "runtime/webhook_kinds.h"
#include "store/webhooks.h"

namespace sojourn::api {
namespace {

using net::Method;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::string_view path = "/api/v1/webhook-endpoints";
constexpr std::string_view valid = R"({"url":"https://a.example/h","events":["message.sent"]})";

class WebhookEndpoints : public testing::TeamTest {
 protected:
  void SetUp() override {
    add_keys();
    open();
    add_user("ann@example.com", "admin");
    add_user("bea@example.com", "editor");
    ann_ = sign_in("ann@example.com");
  }
  [[nodiscard]] std::string of(const std::string& id, std::string_view rest = "") const {
    return std::string(path) + "/" + id + std::string(rest);
  }
  [[nodiscard]] std::string text_at(const net::Response& response, std::string_view field) {
    const std::string quoted = at(response, field);
    return quoted.substr(1, quoted.size() - 2);
  }
  /// The id of a webhook that was made.
  [[nodiscard]] std::string add() {
    const net::Response made = as(ann_, Method::post, path, std::string(valid));
    EXPECT_EQ(made.status, 201) << made.body;
    return text_at(made, "id");
  }
  [[nodiscard]] store::WebhookEndpoint stored() {
    const auto view = std::move(runtime_.store().view().value());
    return store::webhooks_of(*view).webhook_endpoints().value().front();
  }
  void put(const store::WebhookDelivery& delivery) {
    ASSERT_TRUE(runtime_.write([&](store::StateTransaction& transaction) {
      return store::webhooks_of(transaction).put_webhook_delivery(delivery);
    }));
  }

  std::string ann_;
};

TEST_F(WebhookEndpoints, ShowTheirSecretOnceAndKeepItSealed) {
  const net::Response made = as(ann_, Method::post, path, std::string(valid));
  ASSERT_EQ(made.status, 201) << made.body;
  EXPECT_THAT(made.body, HasSubstr(R"("secret":"whsec_)"));
  EXPECT_THAT(as(ann_, Method::get, path).body, Not(HasSubstr("secret\"")));
  const std::string secret = text_at(made, "secret").substr(6);
  EXPECT_THAT(stored().secret, Not(HasSubstr(secret.substr(0, 12))));
  const net::Response rotated = as(ann_, Method::post, of(text_at(made, "id"), "/secret"));
  ASSERT_EQ(rotated.status, 200) << rotated.body;
  EXPECT_NE(text_at(rotated, "secret"), text_at(made, "secret"));
  EXPECT_NE(at(rotated, "oldSecretUntil"), "null");
  for (const std::string& line : audit()) EXPECT_THAT(line, Not(HasSubstr(secret)));
}

TEST_F(WebhookEndpoints, AreAnAdminsAlone) {
  const std::string bea = sign_in("bea@example.com");
  EXPECT_EQ(code_of(as(bea, Method::get, path)), "not_permitted");
  EXPECT_EQ(code_of(as(bea, Method::post, path, std::string(valid))), "not_permitted");
}

TEST_F(WebhookEndpoints, WhatIsNoneIsRefused) {
  const struct {
    std::string text;
    std::string code;
    std::string field;
  } cases[] = {
      {R"({"events":["message.sent"]})", "missing_field", "url"},
      {R"({"url":"ftp://a.example","events":["message.sent"]})", "invalid_url", "url"},
      {R"({"url":"https://","events":["message.sent"]})", "invalid_url", "url"},
      {R"({"url":"https:///x","events":["message.sent"]})", "invalid_url", "url"},
      {R"({"url":"https://a:b@a.example","events":["message.sent"]})", "invalid_url", "url"},
      {R"({"url":"https://a.example/#x","events":["message.sent"]})", "invalid_url", "url"},
      {R"({"url":"https://a.example/ x","events":["message.sent"]})", "invalid_url", "url"},
      {R"({"url":"https://a.example/)" + std::string(2048, 'x') + R"(","events":["x"]})",
       "too_long", "url"},
      {R"({"url":"https://a.example"})", "invalid_events", "events"},
      {R"({"url":"https://a.example","events":[]})", "invalid_events", "events"},
      {R"({"url":"https://a.example","events":["message.read"]})", "invalid_events", "events"},
      {R"({"url":"https://a.example","events":["webhook.test"]})", "invalid_events", "events"},
      {R"({"url":"https://a.example","events":[7]})", "invalid_events", "events"},
      {R"({"url":"https://a.example","events":["message.sent"],"description":")" +
           std::string(501, 'x') + R"("})",
       "too_long", "description"},
  };
  for (const auto& [text, code, field] : cases) {
    const net::Response refused = as(ann_, Method::post, path, text);
    EXPECT_EQ(code_of(refused), code) << text;
    EXPECT_EQ(at(refused, "field"), "\"" + field + "\"") << text;
  }
  EXPECT_THAT(as(ann_, Method::get, path).body, HasSubstr(R"("items":[])"));
  EXPECT_EQ(code_of(as(ann_, Method::get, of("00"))), "unknown_webhook_endpoint");
}

TEST_F(WebhookEndpoints, TakeEachKindThatThereIs) {
  std::string kinds;
  for (const runtime::WebhookKind& kind : runtime::webhook_kinds()) {
    kinds += (kinds.empty() ? "\"" : ",\"") + std::string(kind.name) + "\"";
  }
  const net::Response made =
      as(ann_, Method::post, path, R"({"url":"https://a.example","events":[)" + kinds + "]}");
  EXPECT_EQ(made.status, 201) << made.body;
  EXPECT_EQ(at(made, "events"), "[" + kinds + "]");
}

TEST_F(WebhookEndpoints, EndAtTheirLimit) {
  for (int i = 0; i < 20; ++i) (void)add();
  EXPECT_EQ(code_of(as(ann_, Method::post, path, std::string(valid))),
            "too_many_webhook_endpoints");
}

TEST_F(WebhookEndpoints, AreSwitchedOffAndOn) {
  const std::string id = add();
  const net::Response off = as(ann_, Method::patch, of(id), R"({"on":false})");
  EXPECT_EQ(at(off, "offReason"), "\"manual\"");
  EXPECT_EQ(code_of(as(ann_, Method::post, of(id, "/test"))), "webhook_off");
  const std::size_t lines = audit().size();
  EXPECT_EQ(as(ann_, Method::patch, of(id), R"({"on":false})").status, 200);
  EXPECT_EQ(audit().size(), lines);
  // Switched on it is told what happens from then on.
  ASSERT_TRUE(runtime_.write([&](store::StateTransaction& transaction) {
    return transaction.append_audit("ann", "x", "y", "", {1});
  }));
  const net::Response on = as(ann_, Method::patch, of(id), R"({"on":true,"description":"d"})");
  EXPECT_EQ(at(on, "on"), "true");
  EXPECT_EQ(at(on, "description"), "\"d\"");
  EXPECT_EQ(stored().cursor.audit, lines + 1);
  EXPECT_EQ(as(ann_, Method::delete_, of(id)).status, 204);
  EXPECT_EQ(code_of(as(ann_, Method::delete_, of(id))), "unknown_webhook_endpoint");
}

TEST_F(WebhookEndpoints, WhatFailedIsSentAgainAndWhatWaitsAtOnce) {
  const std::string id = add();
  const store::WebhookDelivery failed{.number = 1,
                                      .endpoint = stored().id,
                                      .id = "event-9",
                                      .kind = "message.sent",
                                      .body = "{}",
                                      .state = store::WebhookState::failed,
                                      .due = {1},
                                      .attempts = 10,
                                      .status = 500,
                                      .error = {},
                                      .created_at = {1},
                                      .ended_at = Timestamp{2}};
  store::WebhookDelivery waiting = failed;
  waiting.number = 2;
  waiting.state = store::WebhookState::queued;
  waiting.due = Timestamp::never();
  waiting.ended_at.reset();
  put(failed);
  put(waiting);
  const net::Response again = as(ann_, Method::post, of(id, "/deliveries/1/replay"));
  ASSERT_EQ(again.status, 202) << again.body;
  EXPECT_EQ(at(again, "id"), "\"3\"");
  EXPECT_EQ(at(again, "webhookId"), "\"event-9\"");
  EXPECT_EQ(at(again, "attempts"), "0");
  const net::Response sooner = as(ann_, Method::post, of(id, "/deliveries/2/replay"));
  EXPECT_EQ(at(sooner, "id"), "\"2\"");
  EXPECT_EQ(at(sooner, "dueAt"), "\"2027-01-15T08:00:00.000Z\"");
  EXPECT_EQ(code_of(as(ann_, Method::post, of(id, "/deliveries/7/replay"))),
            "unknown_webhook_delivery");
  EXPECT_EQ(code_of(as(ann_, Method::get, of(id, "/deliveries/x"))), "unknown_webhook_delivery");
  const net::Response one = as(ann_, Method::get, of(id, "/deliveries/1"));
  EXPECT_EQ(at(one, "body"), "\"{}\"");
  EXPECT_EQ(at(one, "log"), "[]");
}

TEST_F(WebhookEndpoints, DeliveriesAreListedNewestFirstInPages) {
  const std::string id = add();
  for (std::uint64_t number = 1; number <= 3; ++number) {
    put({.number = number,
         .endpoint = stored().id,
         .id = "event-1",
         .kind = "message.sent",
         .body = "{}",
         .state = number == 2 ? store::WebhookState::failed : store::WebhookState::queued,
         .due = {1},
         .error = {},
         .created_at = {1}});
  }
  const auto list = [&](const std::string& query) {
    return send(Method::get, of(id, "/deliveries"),
                {.headers = {{"Cookie", ann_}}, .query = query});
  };
  const net::Response first = list("limit=2");
  EXPECT_THAT(first.body, HasSubstr(R"({"items":[{"id":"3",)"));
  const std::string next = text_at(first, "next");
  EXPECT_THAT(list("limit=2&cursor=" + next).body, HasSubstr(R"({"items":[{"id":"1",)"));
  EXPECT_THAT(list("state=failed").body, HasSubstr(R"({"items":[{"id":"2",)"));
  EXPECT_EQ(at(list("limit=3"), "next"), "null");
  EXPECT_EQ(code_of(list("state=lost")), "unknown_value");
}

TEST_F(WebhookEndpoints, HomeTellsOfThoseThatWereSwitchedOff) {
  (void)add();
  EXPECT_THAT(get("/api/v1/home").body, Not(HasSubstr("webhooks_off")));
  store::WebhookEndpoint off = stored();
  off.off_reason = runtime::webhook_off::failing;
  ASSERT_TRUE(runtime_.write([&](store::StateTransaction& transaction) {
    return store::webhooks_of(transaction).put_webhook_progress(off);
  }));
  EXPECT_THAT(get("/api/v1/home").body, HasSubstr("1 webhook was switched off"));
}

}  // namespace
}  // namespace sojourn::api
