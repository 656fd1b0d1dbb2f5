#include <gtest/gtest.h>

#include "api/testing/fake_runtime.h"
#include "domain/events/standard_names.h"
#include "runtime/webhook_keys.h"

namespace sojourn::api {
namespace {

using events::Event;
using events::Trust;
using net::Method;

class HookTest : public testing::ApiTest {
 protected:
  void SetUp() override {
    runtime_.set_rules({journey(1, "welcome", "{webhook: crm}"),
                        journey(2, "renew", "[{webhook: billing}, {webhook: crm}]"),
                        journey(3, "order", "{event: Order Completed}")});
    add_keys();
    open({.public_url = "https://news.example.com"});
  }
  static reaction::DefinitionSource journey(std::uint32_t number, const std::string& key,
                                            const std::string& trigger) {
    return {.path = key + ".yaml",
            .text = "kind: journey\nkey: " + key + "\nname: " + key + "\ntrigger: " + trigger +
                    "\nsteps:\n  - id: stop\n    exit: done\n",
            .number = number};
  }
  [[nodiscard]] std::string path(std::string_view key) const {
    return "/hooks/" + runtime::make_hook_token(runtime_.master_key(), key);
  }
  net::Response hook(std::string body, std::string query = {}, net::Headers headers = {}) {
    return send(
        Method::post, path("crm"),
        {.headers = std::move(headers), .body = std::move(body), .query = std::move(query)});
  }
  contacts::ContactId add_contact(const std::string& email) {
    const contacts::ContactId id = contacts::derive_contact_id(
        runtime_.master_key(), {std::string(contacts::kinds::user_id), email});
    EXPECT_TRUE(runtime_.write([&](store::StateTransaction& transaction) {
      return transaction.put_contact({.id = id,
                                      .user_id = "",
                                      .email = email,
                                      .name = "",
                                      .first_seen = testing::start_time,
                                      .last_seen = testing::start_time,
                                      .state = ""});
    }));
    return id;
  }
};

TEST_F(HookTest, AreListedWithTheirAddressesAndJourneys) {
  const net::Response response = get("/api/v1/webhooks");
  ASSERT_EQ(response.status, 200) << response.body;
  EXPECT_EQ(at(response, "items.0.key"), R"("billing")");
  EXPECT_EQ(at(response, "items.0.journeys"), R"(["renew"])");
  EXPECT_EQ(at(response, "items.1.key"), R"("crm")");
  EXPECT_EQ(at(response, "items.1.journeys"), R"(["renew","welcome"])");
  EXPECT_EQ(at(response, "items.1.url"), "\"https://news.example.com" + path("crm") + '"');
  EXPECT_EQ(at(response, "items.2"), "absent");
}

TEST_F(HookTest, ShowTheSigningSecret) {
  EXPECT_EQ(at(get("/api/v1/webhooks/secret"), "secret"),
            '"' + runtime::webhook_secret(runtime_.master_key()) + '"');
}

TEST_F(HookTest, MakeAnEventOfTheBody) {
  const net::Response response =
      hook(R"({"userId":7,"anonymousId":"a","webhook":"forged","deal":{"stage":"won"}})", {},
           {{"webhook-id", "msg_1"}, {"Content-Type", "application/cloudevents+json"}});
  ASSERT_EQ(response.status, 202) << response.body;
  EXPECT_EQ(at(response, "eventId"), R"("hook/crm/msg_1")");
  ASSERT_EQ(runtime_.submitted().size(), 1U);
  const Event event = runtime_.submitted().back();
  EXPECT_EQ(event.message_id, "hook/crm/msg_1");
  EXPECT_EQ(event.name, events::names::webhook_received);
  EXPECT_EQ(event.trust, Trust::server_key);
  EXPECT_EQ(event.user_id, "7");
  EXPECT_EQ(event.anonymous_id, "a");
  EXPECT_EQ(to_json(event.properties),
            R"({"userId":7,"anonymousId":"a","webhook":"crm","deal":{"stage":"won"}})");
}

TEST_F(HookTest, FindTheContactWhereTheSenderPutsIt) {
  const contacts::ContactId ann = add_contact("ann@example.com");
  EXPECT_EQ(hook(R"({"email":" Ann@example.com"})").status, 202);
  EXPECT_EQ(runtime_.submitted().back().contact, ann.hash);
  EXPECT_EQ(hook(R"({"customer":{"id":"c7"}})", "user_id=customer.id").status, 202);
  EXPECT_EQ(runtime_.submitted().back().user_id, "c7");
  EXPECT_EQ(hook(R"({"visitors":[{"key":"v"}]})", "anonymous_id=visitors.0.key").status, 202);
  EXPECT_EQ(runtime_.submitted().back().anonymous_id, "v");
  EXPECT_EQ(hook(R"({"to":"ann@example.com","email":"x@example.com"})", "email=to").status, 202);
  EXPECT_EQ(runtime_.submitted().back().contact, ann.hash);
  EXPECT_NE(runtime_.submitted()[0].message_id, runtime_.submitted()[1].message_id);
}

TEST_F(HookTest, RefuseWhatNamesNobodyOrCannotBeRead) {
  struct Case {
    std::string body;
    std::string query;
    int status;
    std::string code;
  };
  for (const Case& c :
       {Case{"", "", 400, "malformed_json"}, Case{"{", "", 400, "malformed_json"},
        Case{"[1]", "", 400, "not_an_object"}, Case{"{}", "", 422, "no_contact_named"},
        Case{R"({"userId":null,"email":""})", "", 422, "no_contact_named"},
        Case{R"({"userId":"u"})", "user_id=customer.id", 422, "no_contact_named"},
        Case{R"({"email":"nobody@example.com"})", "", 422, "no_contact_found"},
        Case{R"({"userId":{"id":1}})", "", 400, "wrong_type"},
        Case{R"({"userId":")" + std::string(256, 'u') + R"("})", "", 400, "too_long"},
        Case{R"({"userId":"u"})", "user_id=" + std::string(257, 'p'), 400, "too_long"}}) {
    const net::Response response = hook(c.body, c.query);
    EXPECT_EQ(response.status, c.status) << c.body << response.body;
    EXPECT_EQ(code_of(response), c.code) << c.body;
  }
  const net::Response long_id =
      hook(R"({"userId":"u"})", {}, {{"webhook-id", std::string(256, 'i')}});
  EXPECT_EQ(code_of(long_id), "too_long");
  EXPECT_TRUE(runtime_.submitted().empty());
}

TEST_F(HookTest, AreAtTheirOwnAddressesOnly) {
  for (const std::string& other :
       {std::string("/hooks/crm"), std::string("/hooks/x"), path("crm") + "A"}) {
    const net::Response response = send(Method::post, other, {.body = R"({"userId":"u"})"});
    EXPECT_EQ(response.status, 404) << other;
    EXPECT_EQ(code_of(response), "unknown_webhook") << other;
  }
  EXPECT_EQ(send(Method::get, path("crm")).status, 405);
  EXPECT_EQ(send(Method::get, "/hooks").status, 404);
}

}  // namespace
}  // namespace sojourn::api
