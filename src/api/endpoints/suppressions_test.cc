#include <gtest/gtest.h>

#include "api/testing/fake_runtime.h"
#include "domain/events/standard_names.h"
#include "runtime/event_log.h"

namespace sojourn::api {
namespace {

using net::Method;
using Kind = runtime::SuppressionChange::Kind;

class SuppressionsTest : public testing::ApiTest {
 protected:
  void suppress(std::string_view address, std::string_view topic = "",
                std::string_view state = "suppressed", std::string_view source = "bounce") {
    const HashKey key = runtime::address_key(runtime_.master_key());
    ASSERT_TRUE(runtime_.write([&](store::StateTransaction& transaction) {
      return transaction.put_consent({.address = keyed_hash(key, {"email", address}),
                                      .channel = "email",
                                      .topic = std::string(topic),
                                      .state = std::string(state),
                                      .at = testing::start_time,
                                      .source = std::string(source),
                                      .evidence = "",
                                      .contact = {}});
    }));
  }
};

TEST_F(SuppressionsTest, AddressesAreSuppressedAndLiftedByTheRuntime) {
  const net::Response added =
      post("/api/v1/suppressions",
           R"({"addresses":["A@Example.com","b@example.com"],"topic":"news","note":"asked"})");
  EXPECT_EQ(added.status, 200) << added.body;
  EXPECT_EQ(at(added, "addresses"), "2");
  ASSERT_EQ(runtime_.suppressions.size(), 2u);
  EXPECT_EQ(runtime_.suppressions[0].kind, Kind::suppress);
  EXPECT_EQ(runtime_.suppressions[0].address, "A@example.com");
  EXPECT_EQ(runtime_.suppressions[0].topic, "news");
  EXPECT_EQ(runtime_.suppressions[0].source, "manual");
  EXPECT_EQ(runtime_.suppressions[0].note, "asked");
  EXPECT_EQ(post("/api/v1/suppressions/lift", R"({"address":"a@example.com"})").status, 200);
  EXPECT_EQ(runtime_.suppressions.back().kind, Kind::lift);
}

TEST_F(SuppressionsTest, WhatIsNoAddressIsRefusedWhole) {
  const struct {
    std::string_view body;
    std::string_view code;
    std::string_view field;
  } cases[] = {
      {"{}", "missing_field", "address"},
      {R"({"address":"nobody"})", "invalid_email", "address"},
      {R"({"addresses":["a@example.com","b"]})", "invalid_email", "addresses[1]"},
      {R"({"addresses":[7]})", "invalid_email", "addresses[0]"},
      {R"({"addresses":"a@example.com"})", "wrong_type", "addresses"},
      {R"({"address":"a@example.com","source":"rumour"})", "unknown_value", "source"},
  };
  for (const auto& each : cases) {
    const net::Response response = post("/api/v1/suppressions", std::string(each.body));
    EXPECT_EQ(code_of(response), each.code) << each.body;
    EXPECT_EQ(at(response, "field"), "\"" + std::string(each.field) + "\"") << each.body;
  }
  EXPECT_TRUE(runtime_.suppressions.empty());
}

TEST_F(SuppressionsTest, OneCallTakesAThousand) {
  const auto many = [](std::size_t count) {
    std::string body = R"({"addresses":[)";
    for (std::size_t i = 0; i < count; ++i) {
      body += (i == 0 ? "\"a" : ",\"a") + std::to_string(i) + "@example.com\"";
    }
    return body + "]}";
  };
  EXPECT_EQ(post("/api/v1/suppressions", many(1'000)).status, 200);
  EXPECT_EQ(code_of(post("/api/v1/suppressions", many(1'001))), "too_many_items");
}

TEST_F(SuppressionsTest, TheListSaysWhyAndNotWho) {
  suppress("a@example.com");
  suppress("b@example.com", "", "opted_out", "one_click");
  suppress("c@example.com", "news", "suppressed", "complaint");
  const net::Response list = get("/api/v1/suppressions");
  EXPECT_EQ(at(list, "items.0.scope"), "\"topic\"");
  EXPECT_EQ(at(list, "items.0.reason"), "\"complaint\"");
  EXPECT_EQ(at(list, "items.1.scope"), "\"marketing\"");
  EXPECT_EQ(at(list, "items.1.reason"), "\"unsubscribed\"");
  EXPECT_EQ(at(list, "items.2.reason"), "\"hard_bounce\"");
  EXPECT_EQ(list.body.find("example.com"), std::string::npos);
  const net::Response one = get("/api/v1/suppressions", "address=b%40Example.com");
  EXPECT_EQ(at(one, "items.0.source"), "\"one_click\"");
  EXPECT_EQ(at(one, "items.1"), "absent");
}

TEST_F(SuppressionsTest, TheListComesInPages) {
  for (const char* address : {"a@example.com", "b@example.com", "c@example.com"}) {
    suppress(address);
  }
  const net::Response first = get("/api/v1/suppressions", "limit=2");
  EXPECT_EQ(at(first, "items.2"), "absent");
  std::string next = at(first, "next");
  ASSERT_GT(next.size(), 2u);
  next = next.substr(1, next.size() - 2);
  const net::Response second = get("/api/v1/suppressions", "limit=2&cursor=" + next);
  EXPECT_NE(at(second, "items.0"), "absent");
  EXPECT_EQ(at(second, "items.1"), "absent");
  EXPECT_EQ(at(second, "next"), "null");
}

class ConsentsTest : public SuppressionsTest {
 protected:
  void SetUp() override {
    reaction::ContactState state;
    state.id = ann;
    state.attributes.write("email", Value("ann@Example.com"), testing::start_time, {});
    ASSERT_TRUE(runtime_.write([&](store::StateTransaction& transaction) {
      return transaction.put_contact({.id = ann,
                                      .user_id = "ann",
                                      .email = "ann@example.com",
                                      .name = "",
                                      .first_seen = testing::start_time,
                                      .last_seen = testing::start_time,
                                      .state = reaction::encode(state)});
    }));
    runtime_.set_rules({{.path = "t", .text = "{kind: topic, key: news, name: News}"}});
  }
  const contacts::ContactId ann{{{5}}};
  const std::string path = "/api/v1/contacts/" + contacts::format(ann) + "/consents";
};

TEST_F(ConsentsTest, TheLedgerIsShownWithItsFold) {
  suppress("ann@example.com", "news", "opted_out", "page");
  const net::Response response = get(path);
  EXPECT_EQ(at(response, "address"), "\"ann@example.com\"");
  EXPECT_EQ(at(response, "topics.0.topic"), "null");
  EXPECT_EQ(at(response, "topics.0.state"), "\"unknown\"");
  EXPECT_EQ(at(response, "topics.0.wanted"), "true");
  EXPECT_EQ(at(response, "topics.1.state"), "\"opted_out\"");
  EXPECT_EQ(at(response, "topics.1.wanted"), "false");
  EXPECT_EQ(at(response, "lines.0.source"), "\"page\"");
}

TEST_F(ConsentsTest, ALineIsWrittenWithItsActorAndWording) {
  const net::Response response =
      post(path, R"({"state":"opted_in","topic":"news","wording":"Yes please","source":"fair"})");
  EXPECT_EQ(response.status, 201) << response.body;
  const events::Event event = runtime_.submitted().back();
  EXPECT_EQ(event.name, events::names::subscribed);
  EXPECT_EQ(event.trust, events::Trust::system);
  EXPECT_EQ(event.contact, ann.hash);
  EXPECT_EQ(*event.properties.find("address"), Value("ann@example.com"));
  EXPECT_EQ(*event.properties.find("source"), Value("fair"));
  EXPECT_EQ(*event.properties.find("basis"), Value("consent"));
  EXPECT_EQ(event.properties.find("wordingHash")->as_string()->size(), 64u);
  EXPECT_FALSE(event.properties.find("actor")->as_string()->empty());
}

TEST_F(ConsentsTest, WhatCannotBeSaidIsRefused) {
  EXPECT_EQ(code_of(post(path, R"({"state":"maybe"})")), "unknown_value");
  EXPECT_EQ(code_of(post(path, R"({"state":"opted_in","topic":"tips"})")), "unknown_value");
  EXPECT_EQ(code_of(post(path, "{}")), "missing_field");
  EXPECT_EQ(code_of(post("/api/v1/contacts/nobody/consents", R"({"state":"opted_in"})")),
            "unknown_contact");
  EXPECT_TRUE(runtime_.submitted().empty());
}

TEST_F(ConsentsTest, TheExportHoldsEverythingAndIsAudited) {
  suppress("ann@example.com", "news", "opted_out", "page");
  const net::Response response = get("/api/v1/contacts/" + contacts::format(ann) + "/export");
  EXPECT_EQ(response.status, 200);
  const Result<Value> file = parse_json(response.static_body);
  ASSERT_TRUE(file);
  for (const char* member : {"exportedAt", "complete", "profile", "events", "decisions", "messages",
                             "consents", "suppressions"}) {
    EXPECT_NE(file->as_object()->find(member), nullptr) << member;
  }
  EXPECT_EQ(*find_path(*file, "profile.email"), Value("ann@example.com"));
  EXPECT_EQ(*find_path(*file, "consents.0.topic"), Value("news"));
  const auto audit = (*runtime_.store().view())->audit(std::nullopt, 1);
  ASSERT_TRUE(audit && !audit->empty());
  EXPECT_EQ(audit->front().action, "contact.export");
}

}  // namespace
}  // namespace sojourn::api
