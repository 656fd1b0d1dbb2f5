#include "api/endpoints/team.h"

#include <gtest/gtest.h>

#include "api/attempts.h"
#include "api/endpoints/begin_session.h"
#include "api/team.h"
#include "api/testing/team.h"

namespace sojourn::api {
namespace {

using net::Method;

class Team : public testing::TeamTest {
 protected:
  void SetUp() override {
    add_keys();
    open();
    add_user("ann@example.com", "owner");
    add_user("bea@example.com", "admin");
    add_user("cem@example.com", "viewer");
  }
  [[nodiscard]] net::Response change(std::string_view cookie, const std::string& email,
                                     const std::string& role) {
    return as(cookie, Method::put, "/api/v1/team/" + email, R"({"role":")" + role + R"("})");
  }
  [[nodiscard]] net::Response remove(std::string_view cookie, const std::string& email) {
    return as(cookie, Method::delete_, "/api/v1/team/" + email);
  }
};

TEST_F(Team, IsListedByEmailInPages) {
  const std::string cookie = sign_in("cem@example.com");
  const net::Response all = as(cookie, Method::get, "/api/v1/team");
  const std::string rest = R"(,"secondFactor":false,"createdAt":"2027-01-15T08:00:00.000Z"})";
  EXPECT_EQ(at(all, "items"), R"([{"email":"ann@example.com","role":"owner")" + rest +
                                  R"(,{"email":"bea@example.com","role":"admin")" + rest +
                                  R"(,{"email":"cem@example.com","role":"viewer")" + rest + "]");
  EXPECT_EQ(all.body.find("argon2"), std::string::npos);
  EXPECT_EQ(at(get("/api/v1/team", "limit=2"), "next").find("null"), std::string::npos);
}

TEST_F(Team, ANewRoleHoldsAtOnceAndEndsTheSessions) {
  const std::string admin = sign_in("bea@example.com");
  const std::string cookie = sign_in("cem@example.com");
  const net::Response changed = change(admin, "CEM@example.com", "editor");
  ASSERT_EQ(changed.status, 200) << changed.body;
  EXPECT_EQ(at(changed, "role"), "\"editor\"");
  EXPECT_FALSE(is_signed_in(cookie));
  const std::string again = sign_in("cem@example.com");
  EXPECT_EQ(at(as(again, Method::get, "/api/v1/session"), "role"), "\"editor\"");
  EXPECT_EQ(as(again, Method::post, "/api/v1/sending/resume").status, 200);
  EXPECT_TRUE(is_signed_in(admin));
}

TEST_F(Team, TheSameRoleChangesNothing) {
  const std::string admin = sign_in("bea@example.com");
  const std::string cookie = sign_in("cem@example.com");
  const std::size_t before = audit().size();
  EXPECT_EQ(change(admin, "cem@example.com", "viewer").status, 200);
  EXPECT_TRUE(is_signed_in(cookie));
  EXPECT_EQ(audit().size(), before);
}

TEST_F(Team, AnAdminChangesNoOwner) {
  const std::string admin = sign_in("bea@example.com");
  EXPECT_EQ(code_of(change(admin, "cem@example.com", "owner")), "owners_only");
  EXPECT_EQ(code_of(change(admin, "bea@example.com", "owner")), "owners_only");
  EXPECT_EQ(code_of(change(admin, "ann@example.com", "viewer")), "owners_only");
  EXPECT_EQ(code_of(remove(admin, "ann@example.com")), "owners_only");
  // An API key has what an admin has.
  const net::Response by_key =
      send(Method::put, "/api/v1/team/cem@example.com",
           {.headers = {{"Authorization", "Bearer ak_api"}, {"Content-Type", "application/json"}},
            .body = R"({"role":"owner"})"});
  EXPECT_EQ(code_of(by_key), "owners_only");
  EXPECT_EQ(user("cem@example.com")->role, "viewer");
  EXPECT_EQ(user("ann@example.com")->role, "owner");
}

TEST_F(Team, TheLastOwnerStays) {
  const std::string owner = sign_in("ann@example.com");
  EXPECT_EQ(code_of(change(owner, "ann@example.com", "admin")), "last_owner");
  EXPECT_EQ(code_of(remove(owner, "ann@example.com")), "last_owner");
  ASSERT_EQ(change(owner, "bea@example.com", "owner").status, 200);
  EXPECT_EQ(change(owner, "ann@example.com", "viewer").status, 200);
  EXPECT_FALSE(is_signed_in(owner));
  EXPECT_EQ(user("ann@example.com")->role, "viewer");
}

TEST_F(Team, WhoIsRemovedIsSignedOutAndCannotSignIn) {
  const std::string admin = sign_in("bea@example.com");
  const std::string cookie = sign_in("cem@example.com");
  EXPECT_EQ(remove(admin, "cem@example.com").status, 204);
  EXPECT_FALSE(is_signed_in(cookie));
  EXPECT_EQ(user("cem@example.com"), std::nullopt);
  EXPECT_EQ(audit().front(), "bea@example.com user.removed cem@example.com viewer");
  const net::Response sign_in =
      send(Method::post, "/api/v1/session",
           {.headers = {{"Content-Type", "application/json"}},
            .body = R"({"email":"cem@example.com","password":"correct horse"})"});
  EXPECT_EQ(code_of(sign_in), "sign_in_failed");
}

TEST_F(Team, WhoIsRemovedHearsNoMoreOfTheStream) {
  const std::string cookie = sign_in("cem@example.com");
  testing::Client client;
  (*api_)(request(Method::get, "/api/v1/stream", {.headers = {{"Cookie", cookie}}}),
          client.reply());
  const std::shared_ptr<net::StreamState> stream = client.stream();
  ASSERT_NE(stream, nullptr);
  EXPECT_EQ(remove(sign_in("bea@example.com"), "cem@example.com").status, 204);
  const auto has_ended = [&] {
    const std::lock_guard lock(stream->mutex);
    return stream->ended;
  };
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (!has_ended() && std::chrono::steady_clock::now() < end) std::this_thread::yield();
  EXPECT_TRUE(has_ended());
}

TEST_F(Team, SaysWhatIsWrong) {
  const std::string admin = sign_in("bea@example.com");
  EXPECT_EQ(code_of(change(admin, "dan@example.com", "viewer")), "unknown_user");
  EXPECT_EQ(code_of(remove(admin, "dan@example.com")), "unknown_user");
  EXPECT_EQ(code_of(change(admin, "cem@example.com", "king")), "unknown_value");
  EXPECT_EQ(code_of(as(admin, Method::put, "/api/v1/team/cem@example.com")), "missing_field");
}

TEST_F(Team, AChangeAsksAgainWhatItsCallerMay) {
  const Caller removed{.name = "dan@example.com", .email = "dan@example.com"};
  const Caller demoted{.name = "cem@example.com", .email = "cem@example.com"};
  for (const auto& [by, code] : {std::pair(removed, "not_signed_in"), {demoted, "not_permitted"}}) {
    EXPECT_EQ(change_role(runtime_, by, "bea@example.com", Role::viewer).error().code, code);
    EXPECT_EQ(remove_user(runtime_, by, "bea@example.com").error().code, code);
  }
}

TEST_F(Team, ASessionDoesNotBeginWithAPasswordThatWasChangedMeanwhile) {
  Context context({.runtime = runtime_,
                   .transfers = runtime_.transfers(),
                   .sender_domains = sender_domains_,
                   .sender_checks = sender_checks_,
                   .real_clock = real_clock_,
                   .web_files = web_files_});
  const Account checked = account("cem@example.com");
  EXPECT_TRUE(begin_session(context, checked));
  ASSERT_TRUE(change_password(runtime_, checked, "another"));
  EXPECT_EQ(begin_session(context, checked).error().code, "sign_in_failed");
  EXPECT_EQ(change_password(runtime_, checked, "third").error().code, "changed_meanwhile");
  EXPECT_EQ(user("cem@example.com")->password_hash, "another");
  ASSERT_TRUE(runtime_.write([&](store::StateTransaction& transaction) {
    return store::team_of(transaction).put_second_factor("cem@example.com", "sealed");
  }));
  EXPECT_EQ(begin_session(context, {.user = *user("cem@example.com")}).error().code,
            "sign_in_failed");
}

TEST_F(Team, AnOwnPasswordIsChangedByWhoKnowsThePresentOne) {
  const std::string here = sign_in("cem@example.com");
  const std::string elsewhere = sign_in("cem@example.com");
  const std::string path = "/api/v1/password";
  EXPECT_EQ(code_of(as(here, Method::post, path,
                       R"({"present":"wrong horse","password":"battery staple"})")),
            "wrong_password");
  EXPECT_EQ(code_of(as(here, Method::post, path,
                       R"({"present":"correct horse","password":"123456789"})")),
            "too_short");
  const net::Response changed =
      as(here, Method::post, path, R"({"present":"correct horse","password":"battery staple"})");
  ASSERT_EQ(changed.status, 204) << changed.body;
  EXPECT_FALSE(is_signed_in(here));
  EXPECT_FALSE(is_signed_in(elsewhere));
  EXPECT_TRUE(is_signed_in(cookie_of(changed)));
  EXPECT_TRUE(verify_password(user("cem@example.com")->password_hash, "battery staple", cheap));
  EXPECT_EQ(audit()[1], "cem@example.com user.password cem@example.com ");
}

TEST_F(Team, AGuessedPresentPasswordIsLimitedFromAllAddressesTogether) {
  const std::string cookie = sign_in("cem@example.com");
  const auto guess = [&](std::string_view present, std::size_t host) {
    return send(
        Method::post, "/api/v1/password",
        {.headers = {{"Cookie", cookie},
                     {"X-Sojourn-Csrf", "1"},
                     {"Content-Type", "application/json"}},
         .body = R"({"password":"battery staple","present":")" + std::string(present) + R"("})",
         .peer = "192.0.2." + std::to_string(host)});
  };
  for (std::size_t i = 0; i < attempts_max; ++i) {
    EXPECT_EQ(code_of(guess("wrong horse", i)), "wrong_password");
  }
  EXPECT_EQ(guess(password, 99).status, 429);
  real_clock_.advance(attempts_window);
  EXPECT_EQ(guess(password, 99).status, 204);
}

TEST_F(Team, AnApiKeyHasNoPassword) {
  EXPECT_EQ(code_of(post("/api/v1/password",
                         R"({"present":"correct horse","password":"battery staple"})")),
            "users_only");
}

}  // namespace
}  // namespace sojourn::api
