#include <gtest/gtest.h>

#include "api/testing/fake_runtime.h"
#include "domain/events/standard_names.h"
#include "runtime/tracking_token.h"

namespace sojourn::api {
namespace {

using net::Method;
using runtime::TokenKind;
namespace names = events::names;

class BeaconTest : public testing::ApiTest {
 protected:
  void SetUp() override {
    messages::Message message;
    message.id = {17};
    message.key = "run/step/1/email";
    message.contact = {{{9, 9}}};
    message.channel = "email";
    message.address = "ann@example.com";
    message.topic = "news <b>";
    message.journey = "hot-lead";
    message.run = 3;
    message.step = "case-study";
    message.links = {"https://example.com/case?a=1#b", "javascript:alert(1)"};
    message.queued_at = testing::start_time;
    message.due = testing::start_time;
    ASSERT_TRUE(runtime_.write(
        [&](store::StateTransaction& transaction) { return transaction.put_message(message); }));
  }
  [[nodiscard]] std::string path(TokenKind kind, std::uint32_t link = 0,
                                 std::uint64_t message = 17) const {
    return std::string(runtime::path_prefix(kind)) +
           runtime::make_token(runtime_.master_key(), kind, {.message = {message}, .link = link});
  }
  [[nodiscard]] std::string property(std::string_view name) const {
    const std::vector<events::Event> submitted = runtime_.submitted();
    const Value* value = submitted.back().properties.find(name);
    return value == nullptr ? "absent" : to_json(*value);
  }
};

TEST_F(BeaconTest, AClickIsRecordedAndLeadsToTheStoredLink) {
  const net::Response response =
      send(Method::get, path(TokenKind::click), {.headers = {{"User-Agent", "Browser 1"}}});
  EXPECT_EQ(response.status, 302);
  EXPECT_EQ(response.headers.find("Location"), "https://example.com/case?a=1#b");
  EXPECT_EQ(response.headers.find("Cache-Control"), "no-store");
  EXPECT_EQ(response.headers.find("Referrer-Policy"), "no-referrer");
  ASSERT_EQ(runtime_.submitted().size(), 1u);
  const events::Event event = runtime_.submitted()[0];
  EXPECT_EQ(event.name, names::link_clicked);
  EXPECT_EQ(event.trust, events::Trust::system);
  EXPECT_EQ(event.contact, (Hash128{{9, 9}}));
  EXPECT_EQ(property("message"), "\"17\"");
  EXPECT_EQ(property("journey"), "\"hot-lead\"");
  EXPECT_EQ(property("step"), "\"case-study\"");
  EXPECT_EQ(property("run"), "\"3\"");
  EXPECT_EQ(property("url"), "\"https://example.com/case?a=1#b\"");
  EXPECT_EQ(property("link"), "0");
  EXPECT_EQ(to_json(event.context), R"({"ip":"192.0.2.0","userAgent":"Browser 1"})");
}

TEST_F(BeaconTest, EachClickIsAnEventOfItsOwn) {
  EXPECT_EQ(send(Method::get, path(TokenKind::click)).status, 302);
  EXPECT_EQ(send(Method::get, path(TokenKind::click)).status, 302);
  ASSERT_EQ(runtime_.submitted().size(), 2u);
  EXPECT_NE(runtime_.submitted()[0].message_id, runtime_.submitted()[1].message_id);
}

TEST_F(BeaconTest, HeadLeadsTheSameWayAndIsMarkedAsAProgram) {
  EXPECT_EQ(send(Method::head, path(TokenKind::unsubscribe)).status, 200);
  EXPECT_TRUE(runtime_.submitted().empty());
  EXPECT_EQ(send(Method::head, path(TokenKind::click)).status, 302);
  EXPECT_EQ(property("machine"), "true");
  EXPECT_EQ(property("reason"), "\"head\"");
  EXPECT_EQ(send(Method::head, path(TokenKind::open)).status, 200);
  EXPECT_EQ(property("machine"), "true");
}

constexpr std::string_view browser =
    "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0";

TEST_F(BeaconTest, APersonsHitsAreMarkedToo) {
  EXPECT_LT(send(Method::get, path(TokenKind::open), {.headers = {{"User-Agent", browser}}}).status,
            400);
  EXPECT_EQ(property("machine"), "false");
  EXPECT_EQ(property("reason"), "absent");
  EXPECT_LT(
      send(Method::get, path(TokenKind::click), {.headers = {{"User-Agent", browser}}}).status,
      400);
  EXPECT_EQ(property("machine"), "false");
}

TEST_F(BeaconTest, ARobotIsMarkedAndLedOn) {
  const net::Response response =
      send(Method::get, path(TokenKind::click), {.headers = {{"User-Agent", "Examplebot/1.0"}}});
  EXPECT_EQ(response.status, 302);
  EXPECT_EQ(property("machine"), "true");
  EXPECT_EQ(property("reason"), "\"scanner_agent\"");
}

TEST_F(BeaconTest, AHitRightAfterTheMailIsOfAProgram) {
  ASSERT_TRUE(runtime_.write([&](store::StateTransaction& transaction) -> Result<void> {
    TRY(message, transaction.message({17}));
    message->sent_at = runtime_.clock().now();
    return transaction.put_message(*message);
  }));
  EXPECT_LT(
      send(Method::get, path(TokenKind::click), {.headers = {{"User-Agent", browser}}}).status,
      400);
  EXPECT_EQ(property("reason"), "\"too_soon\"");
}

TEST_F(BeaconTest, ABadTokenLeadsNowhere) {
  std::string changed = path(TokenKind::click);
  changed.back() = changed.back() == 'A' ? 'B' : 'A';
  const std::string cases[] = {changed,
                               path(TokenKind::click, 2),
                               path(TokenKind::click, 0, 18),
                               "/c/" + path(TokenKind::open).substr(3),
                               "/c/x",
                               "/o/x",
                               "/u/x",
                               "/c/" + std::string(5000, 'A')};
  for (const std::string& bad : cases) {
    const net::Response response = send(Method::get, bad);
    EXPECT_EQ(response.status, 404) << bad;
    EXPECT_FALSE(response.headers.find("Location")) << bad;
  }
  EXPECT_EQ(send(Method::post, "/u/x").status, 404);
  EXPECT_TRUE(runtime_.submitted().empty());
}

TEST_F(BeaconTest, ALinkThatIsNoWebAddressIsNotFollowed) {
  EXPECT_EQ(send(Method::get, path(TokenKind::click, 1)).status, 404);
  EXPECT_TRUE(runtime_.submitted().empty());
}

TEST_F(BeaconTest, AClickIsFollowedAlsoWhenItCannotBeRecorded) {
  runtime_.refuses = Error{.code = "queue_full", .message = "full"};
  EXPECT_EQ(send(Method::get, path(TokenKind::click)).status, 302);
}

TEST_F(BeaconTest, AnOpenIsRecordedByAnImageThatSetsNoCookie) {
  const net::Response response = send(Method::get, path(TokenKind::open));
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.content_type, "image/gif");
  EXPECT_EQ(response.static_body.size(), 43u);
  EXPECT_TRUE(response.static_body.starts_with("GIF89a"));
  EXPECT_FALSE(response.headers.find("Set-Cookie"));
  EXPECT_EQ(response.headers.find("Cache-Control"), "no-store");
  ASSERT_EQ(runtime_.submitted().size(), 1u);
  EXPECT_EQ(runtime_.submitted()[0].name, names::email_opened);
}

TEST_F(BeaconTest, TheUnsubscribePageAsksAndChangesNothing) {
  const net::Response response = send(Method::get, path(TokenKind::unsubscribe));
  EXPECT_EQ(response.status, 200);
  EXPECT_NE(response.body.find("<form method=\"post\">"), std::string::npos);
  EXPECT_NE(response.body.find("ann@example.com"), std::string::npos);
  EXPECT_NE(response.body.find("news &lt;b&gt;"), std::string::npos);
  EXPECT_TRUE(runtime_.submitted().empty());
}

TEST_F(BeaconTest, OneClickOptsOutOfTheTopicOfTheMail) {
  const net::Response response =
      send(Method::post, path(TokenKind::unsubscribe),
           {.headers = {{"Content-Type", "application/x-www-form-urlencoded"}},
            .body = "List-Unsubscribe=One-Click"});
  EXPECT_EQ(response.status, 200);
  EXPECT_FALSE(response.headers.find("Location"));
  ASSERT_EQ(runtime_.submitted().size(), 1u);
  EXPECT_EQ(runtime_.submitted()[0].name, names::unsubscribed);
  EXPECT_EQ(property("channel"), "\"email\"");
  EXPECT_EQ(property("address"), "\"ann@example.com\"");
  EXPECT_EQ(property("topic"), "\"news <b>\"");
  EXPECT_EQ(property("source"), "\"one_click\"");
}

TEST_F(BeaconTest, OneClickComesAsMultipartToo) {
  EXPECT_EQ(send(Method::post, path(TokenKind::unsubscribe),
                 {.headers = {{"Content-Type", "multipart/form-data; boundary=b"}},
                  .body = "--b\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\n"
                          "One-Click\r\n--b--\r\n"})
                .status,
            200);
  EXPECT_EQ(property("source"), "\"one_click\"");
}

TEST_F(BeaconTest, ThePageCanOptOutOfEverything) {
  EXPECT_EQ(send(Method::post, path(TokenKind::unsubscribe),
                 {.body = "List-Unsubscribe=One-Click&scope=all"})
                .status,
            200);
  EXPECT_EQ(property("topic"), "\"\"");
  EXPECT_EQ(property("source"), "\"page\"");
}

TEST_F(BeaconTest, AnOptOutIsAnsweredWhenItIsDurable) {
  open();
  runtime_.holds = true;
  testing::Client client;
  (*api_)(request(Method::post, path(TokenKind::unsubscribe)), client.reply());
  while (runtime_.submitted().empty()) std::this_thread::yield();
  EXPECT_FALSE(client.has_answer());
  runtime_.release();
  EXPECT_EQ(client.answer().status, 200);
}

TEST_F(BeaconTest, AnOptOutThatCannotBeStoredIsNotConfirmed) {
  runtime_.refuses = Error{.code = "queue_full", .message = "full"};
  EXPECT_EQ(send(Method::post, path(TokenKind::unsubscribe)).status, 429);
  runtime_.refuses.reset();
  runtime_.disk_fails = Error{.code = "disk_full", .message = "full"};
  EXPECT_EQ(send(Method::post, path(TokenKind::unsubscribe)).status, 503);
}

}  // namespace
}  // namespace sojourn::api
