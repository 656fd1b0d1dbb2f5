#include <gtest/gtest.h>

#include "api/endpoints/hosted_page.h"
#include "api/testing/fake_runtime.h"
#include "domain/events/standard_names.h"
#include "runtime/event_log.h"
#include "runtime/tracking_token.h"

namespace sojourn::api {
namespace {

using net::Method;
using runtime::TokenKind;
namespace names = events::names;

class PreferencesTest : public testing::ApiTest {
 protected:
  void SetUp() override {
    messages::Message message;
    message.id = {17};
    message.key = "run/step/1/email";
    message.contact = {{{9, 9}}};
    message.channel = "email";
    message.address = "ann@example.com";
    message.queued_at = testing::start_time;
    message.due = testing::start_time;
    ASSERT_TRUE(runtime_.write(
        [&](store::StateTransaction& transaction) { return transaction.put_message(message); }));
    define({"{kind: workspace, key: shop, name: The <Shop>, brand_color: \"#0a7d5c\"}",
            "{kind: topic, key: news, name: News, description: Once a week}",
            "{kind: topic, key: deals, name: Deals, default: opted_out}",
            "{kind: topic, key: vip, name: For few, default: opted_out, visibility: private}"});
  }
  void define(const std::vector<std::string>& texts) {
    std::vector<reaction::DefinitionSource> sources;
    for (const std::string& text : texts) sources.push_back({.path = "d", .text = text});
    runtime_.set_rules(sources);
  }
  void say(std::string_view topic, std::string_view state) {
    const HashKey key = runtime::address_key(runtime_.master_key());
    ASSERT_TRUE(runtime_.write([&](store::StateTransaction& transaction) {
      return transaction.put_consent({.address = keyed_hash(key, {"email", "ann@example.com"}),
                                      .channel = "email",
                                      .topic = std::string(topic),
                                      .state = std::string(state),
                                      .at = testing::start_time,
                                      .source = "test",
                                      .evidence = "",
                                      .contact = {}});
    }));
  }
  [[nodiscard]] std::string path(TokenKind kind = TokenKind::preferences) const {
    return "/p/" + runtime::make_token(runtime_.master_key(), kind, {.message = {17}});
  }
  /// `topic in|out` of each answer that was recorded.
  [[nodiscard]] std::vector<std::string> recorded() const {
    std::vector<std::string> answers;
    for (const events::Event& event : runtime_.submitted()) {
      const Value* topic = event.properties.find("topic");
      answers.push_back(*topic->as_string() + (event.name == names::subscribed ? " in" : " out"));
    }
    return answers;
  }
  [[nodiscard]] net::Response choose(std::string body) {
    return send(Method::post, path(),
                {.headers = {{"Content-Type", "application/x-www-form-urlencoded"},
                             {"User-Agent", "Browser 1"}},
                 .body = std::move(body)});
  }
};

using Answers = std::vector<std::string>;

bool is_ticked(const net::Response& response, std::string_view topic) {
  const std::string box = "value=\"" + std::string(topic) + "\"";
  const std::size_t place = response.body.find(box);
  if (place == std::string::npos) return false;
  const std::string rest = response.body.substr(place, response.body.find('>', place) - place);
  return rest.find(" checked") != std::string::npos;
}

TEST_F(PreferencesTest, ThePageShowsWhatHoldsAndChangesNothing) {
  for (const Method method : {Method::get, Method::head}) {
    const net::Response response = send(method, path());
    EXPECT_EQ(response.status, 200);
  }
  const net::Response response = send(Method::get, path());
  EXPECT_TRUE(is_ticked(response, "news"));
  EXPECT_FALSE(is_ticked(response, "deals"));
  EXPECT_EQ(response.body.find("For few"), std::string::npos) << "it is private";
  EXPECT_NE(response.body.find("ann@example.com"), std::string::npos);
  EXPECT_NE(response.body.find("The &lt;Shop&gt;"), std::string::npos);
  EXPECT_NE(response.body.find("#0a7d5c"), std::string::npos);
  EXPECT_EQ(response.body.find("<script"), std::string::npos);
  EXPECT_TRUE(runtime_.submitted().empty());
}

TEST_F(PreferencesTest, ThePageMayLoadNothingAndBeFramedByNobody) {
  const net::Response response = send(Method::get, path());
  const std::string policy(response.headers.find("Content-Security-Policy").value_or(""));
  EXPECT_TRUE(policy.starts_with("default-src 'none'; style-src 'nonce-")) << policy;
  EXPECT_NE(policy.find("frame-ancestors 'none'"), std::string::npos);
  EXPECT_EQ(policy.find("unsafe"), std::string::npos);
  EXPECT_EQ(response.headers.find("Cache-Control"), "no-store");
  EXPECT_EQ(response.headers.find("Referrer-Policy"), "no-referrer");
  EXPECT_FALSE(response.headers.find("Set-Cookie"));
}

TEST_F(PreferencesTest, OnlyWhatChangesIsRecorded) {
  EXPECT_EQ(choose("action=save&topic=news").status, 200);
  EXPECT_EQ(recorded(), Answers{});
  const net::Response response = choose("action=save&topic=deals");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(recorded(), (Answers{"news out", "deals in"}));
  EXPECT_TRUE(is_ticked(response, "deals"));
  EXPECT_FALSE(is_ticked(response, "news"));
  const events::Event event = runtime_.submitted().back();
  EXPECT_EQ(event.contact, (Hash128{{9, 9}}));
  EXPECT_EQ(event.trust, events::Trust::system);
  EXPECT_EQ(*event.properties.find("source"), Value("preferences"));
  EXPECT_EQ(*event.properties.find("address"), Value("ann@example.com"));
  EXPECT_EQ(event.properties.find("wordingHash")->as_string()->size(), 64u);
  EXPECT_EQ(to_json(event.context), R"({"ip":"192.0.2.0","userAgent":"Browser 1"})");
}

TEST_F(PreferencesTest, APrivateTopicCanBeLeftAndNotJoined) {
  EXPECT_EQ(choose("action=save&topic=news&topic=vip").status, 200);
  EXPECT_EQ(recorded(), Answers{});
  say("vip", "opted_in");
  EXPECT_TRUE(is_ticked(send(Method::get, path()), "vip"));
  EXPECT_EQ(choose("action=save&topic=news").status, 200);
  EXPECT_EQ(recorded(), Answers{"vip out"});
}

TEST_F(PreferencesTest, EverythingIsOneAnswer) {
  const net::Response response = choose("action=all&topic=news");
  EXPECT_EQ(recorded(), Answers{" out"});
  EXPECT_FALSE(is_ticked(response, "news"));
}

TEST_F(PreferencesTest, WhoHasLeftEverythingCanTakeUpOneTopic) {
  say("", "opted_out");
  EXPECT_FALSE(is_ticked(send(Method::get, path()), "news"));
  EXPECT_TRUE(is_ticked(choose("action=save&topic=news"), "news"));
  EXPECT_EQ(recorded(), Answers{"news in"});
}

TEST_F(PreferencesTest, MultipartIsReadTheSame) {
  EXPECT_EQ(send(Method::post, path(),
                 {.headers = {{"Content-Type", "multipart/form-data; boundary=b"}},
                  .body = "--b\r\nContent-Disposition: form-data; name=\"topic\"\r\n\r\n"
                          "deals\r\n--b--\r\n"})
                .status,
            200);
  EXPECT_EQ(recorded(), (Answers{"news out", "deals in"}));
}

TEST_F(PreferencesTest, WithoutTopicsThereIsOneChoice) {
  define({"{kind: workspace, key: shop}"});
  EXPECT_TRUE(is_ticked(send(Method::get, path()), "*"));
  EXPECT_EQ(choose("action=save").status, 200);
  EXPECT_EQ(recorded(), Answers{" out"});
}

TEST_F(PreferencesTest, AForgedTokenChangesNothingAndSaysNothing) {
  std::string changed = path();
  changed.back() = changed.back() == 'A' ? 'B' : 'A';
  const net::Response real = send(Method::get, "/p/x");
  for (const std::string& bad : {changed, path(TokenKind::unsubscribe), std::string("/p/x")}) {
    for (const Method method : {Method::get, Method::post}) {
      const net::Response response = send(method, bad, {.body = "action=all"});
      EXPECT_EQ(response.status, 404) << bad;
      EXPECT_EQ(response.body.find("ann@example.com"), std::string::npos);
      EXPECT_EQ(response.body.size(), real.body.size());
    }
  }
  EXPECT_TRUE(runtime_.submitted().empty());
}

TEST_F(PreferencesTest, AChoiceThatCannotBeStoredIsNotConfirmed) {
  runtime_.disk_fails = Error{.code = "disk_full", .message = "full"};
  EXPECT_EQ(choose("action=all").status, 503);
}

TEST(HostedPage, TextOnAColourIsTheOneThatReadsBetter) {
  EXPECT_EQ(text_color_on("#ffffff"), "#000000");
  EXPECT_EQ(text_color_on("#ffd400"), "#000000");
  EXPECT_EQ(text_color_on("#000000"), "#ffffff");
  EXPECT_EQ(text_color_on("#0a3d7c"), "#ffffff");
}

}  // namespace
}  // namespace sojourn::api
