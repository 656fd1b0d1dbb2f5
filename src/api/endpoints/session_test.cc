#include <gtest/gtest.h>

#include "api/accounts.h"
#include "api/attempts.h"
#include "api/testing/fake_runtime.h"

namespace sojourn::api {
namespace {

using net::Method;

class SessionTest : public testing::ApiTest {
 protected:
  static constexpr std::string_view setup_body =
      R"({"workspaceName":"Acme","email":"Ann@Example.com","password":"correct horse",)"
      R"("timezone":"Europe/Paris","publicUrl":"https://news.example.com/"})";

  [[nodiscard]] net::Response post_json(std::string_view path, std::string_view body,
                                        net::Headers headers = {}) {
    headers.add("Content-Type", "application/json");
    return send(Method::post, path, {.headers = std::move(headers), .body = std::string(body)});
  }
  [[nodiscard]] net::Response sign_in(std::string_view password = "correct horse",
                                      std::string_view email = "ann@example.com",
                                      std::string peer = "192.0.2.77") {
    return send(Method::post, "/api/v1/session",
                {.headers = {{"Content-Type", "application/json"}},
                 .body = to_json(Object{{"email", Value(email)}, {"password", Value(password)}}),
                 .peer = std::move(peer)});
  }
  static std::string cookie_of(const net::Response& response) {
    const std::string_view header = response.headers.find("Set-Cookie").value_or("");
    return std::string(header.substr(0, header.find(';')));
  }
  [[nodiscard]] net::Response with_cookie(Method method, std::string_view path,
                                          std::string_view cookie, net::Headers headers = {}) {
    headers.add("Cookie", cookie);
    headers.add("Content-Type", "application/json");
    return send(method, path, {.headers = std::move(headers), .body = "{}"});
  }
};

TEST_F(SessionTest, TheSetUpMakesAUserKeysAndASessionOnce) {
  open();
  EXPECT_EQ(at(send(Method::get, "/api/v1/setup"), "needed"), "true");
  const net::Response made = post_json("/api/v1/setup", setup_body);
  ASSERT_EQ(made.status, 201) << made.body;
  EXPECT_EQ(at(made, "session.email"), "\"ann@example.com\"");
  EXPECT_EQ(at(made, "session.workspace.name"), "\"Acme\"");
  EXPECT_EQ(at(made, "session.workspace.timezone"), "\"Europe/Paris\"");
  EXPECT_TRUE(at(made, "serverKey").starts_with("\"sk_"));
  EXPECT_TRUE(at(made, "browserKey").starts_with("\"bk_"));
  EXPECT_TRUE(at(made, "apiKey").starts_with("\"ak_"));
  EXPECT_EQ(with_cookie(Method::get, "/api/v1/home", cookie_of(made)).status, 200);
  EXPECT_EQ(at(send(Method::get, "/api/v1/setup"), "needed"), "false");
  EXPECT_EQ(code_of(post_json("/api/v1/setup", setup_body)), "setup_done");
}

TEST_F(SessionTest, TheKeysOfTheSetUpWorkAtOnce) {
  open();
  const std::string key_text = at(post_json("/api/v1/setup", setup_body), "apiKey");
  const std::string key = key_text.substr(1, key_text.size() - 2);
  EXPECT_EQ(
      send(Method::get, "/api/v1/home", {.headers = {{"Authorization", "Bearer " + key}}}).status,
      200);
}

TEST_F(SessionTest, TheSetUpNamesTheFieldThatIsWrong) {
  const struct {
    const char* body;
    const char* code;
    const char* field;
  } cases[] = {
      {R"({})", "missing_field", "\"workspaceName\""},
      {R"({"workspaceName":""})", "too_short", "\"workspaceName\""},
      {R"({"workspaceName":"A","email":"nobody","password":"correct horse"})", "invalid_email",
       "\"email\""},
      {R"({"workspaceName":"A","email":"a@b.c","password":"123456789"})", "too_short",
       "\"password\""},
      {R"({"workspaceName":"A","email":"a@b.c","password":"1234567890","timezone":"Mars"})",
       "unknown_time_zone", "\"timezone\""},
      {R"({"workspaceName":"A","email":"a@b.c","password":"1234567890","publicUrl":"ftp://x"})",
       "invalid_url", "\"publicUrl\""},
  };
  open();
  for (const auto& c : cases) {
    const net::Response response = post_json("/api/v1/setup", c.body);
    EXPECT_EQ(code_of(response), c.code) << c.body;
    EXPECT_EQ(at(response, "field"), c.field) << c.body;
  }
  EXPECT_EQ(at(send(Method::get, "/api/v1/setup"), "needed"), "true");
}

TEST_F(SessionTest, SigningInSetsACookieThatScriptsCannotRead) {
  open();
  ASSERT_EQ(post_json("/api/v1/setup", setup_body).status, 201);
  const net::Response signed_in = sign_in("correct horse", " ANN@example.com ");
  ASSERT_EQ(signed_in.status, 201) << signed_in.body;
  const std::string cookie(signed_in.headers.find("Set-Cookie").value());
  EXPECT_TRUE(cookie.starts_with("sojourn_session="));
  EXPECT_NE(cookie.find("; HttpOnly; SameSite=Lax"), std::string::npos);
  EXPECT_EQ(cookie.find("Secure"), std::string::npos);
  const net::Response session = with_cookie(Method::get, "/api/v1/session", cookie_of(signed_in));
  EXPECT_EQ(at(session, "email"), "\"ann@example.com\"");
  EXPECT_EQ(at(session, "csrf"), "\"1\"");
}

TEST_F(SessionTest, TheCookieIsSecureWhereTheServerIsReachedByTls) {
  open({.public_url = "https://news.example.com"});
  const net::Response made = post_json("/api/v1/setup", setup_body);
  EXPECT_NE(made.headers.find("Set-Cookie")->find("; Secure"), std::string::npos);
}

TEST_F(SessionTest, AWrongPasswordAndAnUnknownEmailAreAnsweredAlike) {
  open();
  ASSERT_EQ(post_json("/api/v1/setup", setup_body).status, 201);
  const net::Response wrong = sign_in("wrong horse!");
  const net::Response unknown = sign_in("correct horse", "bob@example.com");
  EXPECT_EQ(wrong.status, 401);
  EXPECT_EQ(wrong.body, unknown.body);
  EXPECT_EQ(code_of(wrong), "sign_in_failed");
}

TEST_F(SessionTest, TooManyFailuresOfOneAddressHaveToWait) {
  open();
  ASSERT_EQ(post_json("/api/v1/setup", setup_body).status, 201);
  for (std::size_t i = 0; i < attempts_max; ++i) EXPECT_EQ(sign_in("wrong").status, 401);
  const net::Response refused = sign_in();
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.headers.find("Retry-After"), "900");
  EXPECT_EQ(sign_in("correct horse", "ann@example.com", "192.0.2.78").status, 201);
  real_clock_.advance(attempts_window);
  EXPECT_EQ(sign_in().status, 201);
}

TEST_F(SessionTest, EndsWhenItIsClosed) {
  open();
  const std::string cookie = cookie_of(post_json("/api/v1/setup", setup_body));
  const net::Response closed =
      with_cookie(Method::delete_, "/api/v1/session", cookie, {{"X-Sojourn-Csrf", "1"}});
  EXPECT_EQ(closed.status, 204);
  EXPECT_NE(closed.headers.find("Set-Cookie")->find("Max-Age=0"), std::string::npos);
  EXPECT_EQ(with_cookie(Method::get, "/api/v1/home", cookie).status, 401);
}

TEST_F(SessionTest, EndsAfterTwelveHoursWithoutUse) {
  open();
  const std::string cookie = cookie_of(post_json("/api/v1/setup", setup_body));
  real_clock_.advance(session_idle_max - Duration::milliseconds(1));
  EXPECT_EQ(with_cookie(Method::get, "/api/v1/home", cookie).status, 200);
  real_clock_.advance(session_idle_max - Duration::milliseconds(1));
  EXPECT_EQ(with_cookie(Method::get, "/api/v1/home", cookie).status, 200);
  real_clock_.advance(session_idle_max);
  EXPECT_EQ(with_cookie(Method::get, "/api/v1/home", cookie).status, 401);
}

TEST_F(SessionTest, EndsAfterFourteenDaysHoweverMuchItIsUsed) {
  open();
  const std::string cookie = cookie_of(post_json("/api/v1/setup", setup_body));
  for (int half_day = 1; half_day < 28; ++half_day) {
    real_clock_.advance(Duration::hours(12) - Duration::minutes(1));
    ASSERT_EQ(with_cookie(Method::get, "/api/v1/home", cookie).status, 200) << half_day;
  }
  real_clock_.set(testing::start_time + session_age_max);
  EXPECT_EQ(with_cookie(Method::get, "/api/v1/home", cookie).status, 401);
}

TEST_F(SessionTest, MovingAVirtualClockSignsNobodyOut) {
  open();
  const std::string cookie = cookie_of(post_json("/api/v1/setup", setup_body));
  runtime_.manual_clock().advance(Duration::days(30));
  EXPECT_EQ(with_cookie(Method::get, "/api/v1/home", cookie).status, 200);
}

TEST_F(SessionTest, AChangeByCookieMustComeFromThisServersApp) {
  open({.public_url = "https://news.example.com"});
  const std::string cookie = cookie_of(post_json("/api/v1/setup", setup_body));
  const std::string path = "/api/v1/sending/resume";
  EXPECT_EQ(code_of(with_cookie(Method::post, path, cookie)), "csrf_required");
  EXPECT_EQ(code_of(with_cookie(Method::post, path, cookie, {{"Origin", "https://evil.example"}})),
            "csrf_required");
  EXPECT_EQ(code_of(with_cookie(Method::post, path, cookie, {{"Origin", "null"}})),
            "csrf_required");
  EXPECT_EQ(with_cookie(Method::post, path, cookie, {{"X-Sojourn-Csrf", "1"}}).status, 200);
  EXPECT_EQ(
      with_cookie(Method::post, path, cookie, {{"Origin", "https://news.example.com"}}).status,
      200);
  EXPECT_EQ(with_cookie(Method::post, path, cookie, {{"Origin", "http://sojourn.example"}}).status,
            200);
}

TEST_F(SessionTest, AnApiKeyHasNoEmailAndNeedsNoCsrf) {
  const net::Response session = get("/api/v1/session");
  EXPECT_EQ(at(session, "email"), "null");
  EXPECT_EQ(at(session, "csrf"), "null");
}

TEST(FindCookie, TakesTheOneOfThatName) {
  EXPECT_EQ(find_cookie("a=1; sojourn_session=x=y; b=2", "sojourn_session"), "x=y");
  EXPECT_EQ(find_cookie("xsojourn_session=1", "sojourn_session"), std::nullopt);
  EXPECT_EQ(find_cookie("", "sojourn_session"), std::nullopt);
}

TEST(Bootstrap, MakesWhatTheEnvironmentNames) {
  testing::FakeRuntime runtime;
  const BootstrapOptions options{.write_key = "wk",
                                 .browser_key = "bk",
                                 .api_key = "wk",
                                 .admin_email = "Ann@Example.com",
                                 .admin_password = "correct horse",
                                 .password_cost = {.memory_bytes = 8192, .passes = 1}};
  EXPECT_EQ(bootstrap(runtime, options).value(), Bootstrap::made);
  AccessKeys keys(runtime.master_key());
  const auto view = std::move(runtime.store().view().value());
  ASSERT_TRUE(keys.load(*view));
  EXPECT_EQ(keys.find_write_key("wk")->kind, KeyKind::server);
  EXPECT_EQ(keys.find_write_key("bk")->kind, KeyKind::browser);
  EXPECT_EQ(keys.find_api_key("wk")->kind, KeyKind::api);
  EXPECT_EQ(keys.find_write_key("bk")->record.shown, "bk");
  EXPECT_EQ(keys.find_write_key("wk")->record.shown, "");
  EXPECT_EQ(keys.find_api_key("bk"), nullptr);
  const auto user = view->user("ann@example.com").value();
  ASSERT_TRUE(user);
  EXPECT_TRUE(verify_password(user->password_hash, "correct horse", options.password_cost));
}

TEST(Bootstrap, LeavesAWorkspaceThatIsThereAlone) {
  testing::FakeRuntime runtime;
  EXPECT_EQ(bootstrap(runtime, {}).value(), Bootstrap::not_asked);
  EXPECT_EQ(bootstrap(runtime, {.write_key = "first"}).value(), Bootstrap::made);
  EXPECT_EQ(bootstrap(runtime, {.write_key = "second"}).value(), Bootstrap::not_empty);
}

TEST(Bootstrap, RefusesWhatCannotWork) {
  testing::FakeRuntime runtime;
  const struct {
    BootstrapOptions options;
    const char* code;
  } cases[] = {
      {{.admin_email = "a@b.c"}, "missing_field"},
      {{.admin_password = "correct horse"}, "missing_field"},
      {{.admin_email = "nobody", .admin_password = "correct horse"}, "invalid_email"},
      {{.write_key = "same", .browser_key = "same"}, "invalid_key"},
      {{.write_key = "with:colon"}, "invalid_key"},
      {{.write_key = std::string(access_key_bytes_max + 1, 'x')}, "invalid_key"},
  };
  for (const auto& c : cases) EXPECT_EQ(bootstrap(runtime, c.options).error().code, c.code);
  EXPECT_EQ(bootstrap(runtime, {.write_key = std::string(access_key_bytes_max, 'x')}).value(),
            Bootstrap::made);
}

}  // namespace
}  // namespace sojourn::api
