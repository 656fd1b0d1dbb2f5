#include <gtest/gtest.h>

#include "api/form_stamp.h"
#include "api/signup.h"
#include "api/testing/fake_runtime.h"
#include "base/text.h"
#include "domain/events/standard_names.h"
#include "runtime/event_log.h"
#include "runtime/tracking_token.h"

namespace sojourn::api {
namespace {

using net::Method;
using runtime::TokenKind;
namespace names = events::names;

constexpr std::string_view topic = "{kind: topic, key: news, name: News}";
constexpr std::string_view form = R"(
kind: form
key: newsletter
title: Our <letter>
consent: I want it.
topics: [news]
fields:
  - {attribute: firstName, label: First name}
  - {attribute: size, type: select, options: [S, L]}
allowed_origins: ["https://shop.example"]
)";

class FormsTest : public testing::ApiTest {
 protected:
  void SetUp() override { define(std::string(form)); }
  void define(const std::string& text) {
    runtime_.set_rules({{.path = "t", .text = std::string(topic)}, {.path = "f", .text = text}});
  }
  [[nodiscard]] std::string stamp(Duration ago = Duration::seconds(5)) const {
    return make_form_stamp(runtime_.master_key(), "newsletter", runtime_.clock().now() - ago);
  }
  [[nodiscard]] net::Response submit(const std::string& body, net::Headers headers = {},
                                     std::string peer = "192.0.2.77") {
    headers.add("Content-Type", "application/x-www-form-urlencoded");
    return send(Method::post, "/f/newsletter",
                {.headers = std::move(headers), .body = body, .peer = std::move(peer)});
  }
  [[nodiscard]] net::Response sign_up(const std::string& email) {
    return submit("consent=yes&started=" + stamp() + "&email=" + encode_percent(email));
  }
  [[nodiscard]] std::vector<std::string> event_names() const {
    std::vector<std::string> all;
    for (const events::Event& event : runtime_.submitted()) all.push_back(event.name);
    return all;
  }
  [[nodiscard]] events::Event last(std::string_view name) const {
    events::Event found;
    for (const events::Event& event : runtime_.submitted()) {
      if (event.name == name) found = event;
    }
    return found;
  }
  [[nodiscard]] static std::string text(const events::Event& event, std::string_view name) {
    const Value* value = event.properties.find(name);
    return value == nullptr ? "absent" : *value->as_string();
  }
  /// The mail that the last sign-up asked for, as the outbox has it: the path of its link.
  [[nodiscard]] std::string confirmation_link() {
    const events::Event asked = last(names::confirmation_requested);
    messages::Message message;
    message.id = {40};
    message.key = text(asked, "key");
    message.contact = {{{7}}};
    message.channel = "email";
    message.address = text(asked, "address");
    EXPECT_TRUE(runtime_.write(
        [&](store::StateTransaction& transaction) { return transaction.put_message(message); }));
    return "/d/" +
           runtime::make_token(runtime_.master_key(), TokenKind::confirmation, {.message = {40}});
  }
};

using Names = std::vector<std::string>;

TEST_F(FormsTest, ThePageAsksWhatTheFormSays) {
  const net::Response response = send(Method::get, "/f/newsletter");
  EXPECT_EQ(response.status, 200);
  EXPECT_NE(response.body.find("Our &lt;letter&gt;"), std::string::npos);
  EXPECT_NE(response.body.find("name=\"firstName\""), std::string::npos);
  EXPECT_NE(response.body.find("<option>L</option>"), std::string::npos);
  EXPECT_NE(response.body.find("I want it."), std::string::npos);
  EXPECT_EQ(response.body.find("<script"), std::string::npos);
  EXPECT_EQ(send(Method::get, "/f/other").status, 404);
  EXPECT_EQ(send(Method::post, "/f/other").status, 404);
  EXPECT_TRUE(runtime_.submitted().empty());
}

TEST_F(FormsTest, DoubleOptInAsksTheAddressFirst) {
  const net::Response response =
      submit("consent=yes&firstName=Ann&size=L&email=Ann%40Example.com&started=" + stamp(),
             {{"Accept-Language", "fr"}});
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(event_names(), (Names{"Form Submitted", "Confirmation Requested"}));
  const events::Event submitted = runtime_.submitted().front();
  EXPECT_EQ(text(submitted, "confirmation"), "pending");
  EXPECT_EQ(to_json(*submitted.properties.find("fields")), R"({"firstName":"Ann","size":"L"})");
  EXPECT_TRUE(submitted.traits.empty()) << "nothing is known of the contact yet";
  EXPECT_TRUE(submitted.anonymous_id.starts_with("form-"));
  const events::Event asked = runtime_.submitted().back();
  EXPECT_EQ(asked.trust, events::Trust::system);
  EXPECT_EQ(asked.anonymous_id, submitted.anonymous_id);
  EXPECT_EQ(text(asked, "address"), "Ann@example.com");
  EXPECT_EQ(text(asked, "template"), "confirm-subscription");
}

TEST_F(FormsTest, ConfirmingWritesTheContactAndTheEvidence) {
  ASSERT_EQ(submit("consent=yes&firstName=Ann&email=ann%40example.com&started=" + stamp()).status,
            200);
  const std::string link = confirmation_link();
  const std::size_t before = runtime_.submitted().size();
  EXPECT_EQ(send(Method::get, link).status, 200);
  EXPECT_EQ(send(Method::head, link).status, 200);
  EXPECT_EQ(runtime_.submitted().size(), before) << "GET changes nothing";

  const net::Response done = send(Method::post, link);
  EXPECT_EQ(done.status, 200);
  const std::vector<events::Event> events = runtime_.submitted();
  ASSERT_EQ(events.size(), before + 3);
  EXPECT_EQ(to_json(events[before].traits), R"({"firstName":"Ann","email":"ann@example.com"})");
  const events::Event& opted_in = events[before + 1];
  EXPECT_EQ(opted_in.name, names::subscribed);
  EXPECT_EQ(text(opted_in, "topic"), "news");
  EXPECT_EQ(text(opted_in, "source"), "double_opt_in");
  EXPECT_EQ(text(opted_in, "wording"), "form/newsletter/1");
  EXPECT_EQ(text(opted_in, "wordingHash").size(), 64u);
  EXPECT_NE(text(opted_in, "evidence").find("192.0.2.0"), std::string::npos);
  EXPECT_EQ(events[before + 2].name, names::subscription_confirmed);

  EXPECT_EQ(send(Method::post, link).status, 200) << "pressed twice";
  EXPECT_EQ(runtime_.submitted().size(), before + 3);
}

TEST_F(FormsTest, ALinkWorksFor72Hours) {
  ASSERT_EQ(sign_up("ann@example.com").status, 200);
  const std::string link = confirmation_link();
  runtime_.manual_clock().set(testing::start_time + confirmation_life);
  EXPECT_EQ(send(Method::get, link).status, 200);
  runtime_.manual_clock().set(testing::start_time + confirmation_life + Duration{1});
  EXPECT_EQ(send(Method::get, link).status, 410);
  EXPECT_EQ(send(Method::post, link).status, 410);
  EXPECT_EQ(last(names::subscribed).name, "");
}

TEST_F(FormsTest, AForgedLinkConfirmsNothing) {
  ASSERT_EQ(sign_up("ann@example.com").status, 200);
  std::string link = confirmation_link();
  link.back() = link.back() == 'A' ? 'B' : 'A';
  EXPECT_EQ(send(Method::post, link).status, 404);
  const std::string other =
      "/d/" + runtime::make_token(runtime_.master_key(), TokenKind::preferences, {.message = {40}});
  EXPECT_EQ(send(Method::post, other).status, 404);
  EXPECT_EQ(last(names::subscribed).name, "");
}

TEST_F(FormsTest, AnAddressIsAskedThreeTimesADay) {
  for (std::uint64_t i = 0; i < confirmations_max; ++i) {
    EXPECT_EQ(sign_up("ann@example.com").status, 200);
  }
  const auto asked = [&] {
    const Names all = event_names();
    return std::count(all.begin(), all.end(), names::confirmation_requested);
  };
  EXPECT_EQ(asked(), 3);
  EXPECT_EQ(sign_up("ann@example.com").status, 200) << "and nobody learns of it";
  EXPECT_EQ(asked(), 3);
  EXPECT_EQ(sign_up("ben@example.com").status, 200);
  EXPECT_EQ(asked(), 4);
  runtime_.manual_clock().set(testing::start_time + confirmation_window + Duration{1});
  EXPECT_EQ(sign_up("ann@example.com").status, 200);
  EXPECT_EQ(asked(), 5);
}

TEST_F(FormsTest, WithoutDoubleOptInTheContactIsSignedUpAtOnce) {
  define(std::string(form) + "double_opt_in: false\n");
  ASSERT_EQ(submit("consent=yes&firstName=Ann&email=ann%40example.com&started=" + stamp()).status,
            200);
  EXPECT_EQ(event_names(), (Names{"Form Submitted", "Contact Identified", "Subscribed"}));
  EXPECT_EQ(to_json(last(names::identified).traits),
            R"({"firstName":"Ann","email":"ann@example.com"})");
  EXPECT_EQ(text(last(names::subscribed), "source"), "form");
}

TEST_F(FormsTest, WhoIsKnownIsNotRewrittenByAStranger) {
  define(std::string(form) + "double_opt_in: false\n");
  const contacts::ContactId ann{{{5}}};
  ASSERT_TRUE(runtime_.write([&](store::StateTransaction& transaction) {
    reaction::ContactState state;
    state.id = ann;
    return transaction.put_contact({.id = ann,
                                    .user_id = "ann",
                                    .email = "ann@example.com",
                                    .name = "",
                                    .first_seen = testing::start_time,
                                    .last_seen = testing::start_time,
                                    .state = reaction::encode(state)});
  }));
  ASSERT_EQ(submit("consent=yes&firstName=X&email=ann%40example.com&started=" + stamp()).status,
            200);
  EXPECT_EQ(event_names(), (Names{"Form Submitted", "Subscribed"}));
  EXPECT_EQ(last(names::form_submitted).contact, ann.hash);
}

TEST_F(FormsTest, WhoHasOptedOutComesBackByConfirmingOnly) {
  define(std::string(form) + "double_opt_in: false\n");
  const HashKey key = runtime::address_key(runtime_.master_key());
  ASSERT_TRUE(runtime_.write([&](store::StateTransaction& transaction) {
    return transaction.put_consent({.address = keyed_hash(key, {"email", "ann@example.com"}),
                                    .channel = "email",
                                    .topic = "",
                                    .state = "opted_out",
                                    .at = testing::start_time,
                                    .source = "one_click",
                                    .evidence = "",
                                    .contact = {}});
  }));
  ASSERT_EQ(sign_up("ann@example.com").status, 200);
  EXPECT_EQ(event_names(), (Names{"Form Submitted", "Confirmation Requested"}));
}

TEST_F(FormsTest, WhatIsWrongIsSaidAndNothingIsTaken) {
  const std::string good = "consent=yes&email=a%40example.com&started=" + stamp();
  const struct {
    std::string body;
    int status;
    std::string_view said;
  } cases[] = {
      {"consent=yes&email=nobody&started=" + stamp(), 422, "no email address"},
      {"consent=yes&email=a%40b.c%3Ex&started=" + stamp(), 422, "no email address"},
      {"email=a%40example.com&started=" + stamp(), 400, "tick the box"},
      {good + "&size=XL", 422, "one of what is offered"},
      {good + "&website=x", 422, "hidden field"},
      {"consent=yes&email=a%40example.com", 422, "from this page"},
      {"consent=yes&email=a%40example.com&started=x", 422, "from this page"},
      {"consent=yes&email=a%40example.com&started=" + stamp(form_open_min - Duration{1}), 422,
       "That was quick"},
      {"consent=yes&email=a%40example.com&started=" + stamp(form_open_max + Duration{1}), 422,
       "open for long"},
  };
  std::string peer = "192.0.2.1";
  for (const auto& each : cases) {
    peer.back() = static_cast<char>(peer.back() + 1);
    const net::Response response = submit(each.body, {}, peer);
    EXPECT_EQ(response.status, each.status) << each.body;
    EXPECT_NE(response.body.find(each.said), std::string::npos) << each.body;
    EXPECT_NE(response.body.find("role=\"alert\""), std::string::npos);
  }
  EXPECT_TRUE(runtime_.submitted().empty());
}

TEST_F(FormsTest, AnotherPageMayPostWhereTheFormAllowsIt) {
  const std::string body = "consent=yes&email=a%40example.com";
  const net::Response response = submit(body, {{"Origin", "https://shop.example"}});
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.headers.find("Access-Control-Allow-Origin"), "https://shop.example");
  const net::Response foreign = submit(body, {{"Origin", "https://evil.example"}});
  EXPECT_EQ(foreign.status, 422);
  EXPECT_FALSE(foreign.headers.find("Access-Control-Allow-Origin"));
}

TEST_F(FormsTest, OneClientPostsSoOftenAndNoMore) {
  for (std::size_t i = 0; i < attempts_max; ++i) {
    EXPECT_EQ(sign_up("a" + std::to_string(i) + "@example.com").status, 200);
  }
  EXPECT_EQ(sign_up("last@example.com").status, 429);
}

}  // namespace
}  // namespace sojourn::api
