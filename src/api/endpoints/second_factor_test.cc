#include "api/second_factor.h"

#include <gtest/gtest.h>

#include "api/attempts.h"
#include "api/one_time_code.h"
#include "api/team.h"
#include "api/testing/team.h"
#include "base/text.h"

namespace sojourn::api {
namespace {

using net::Method;

class SecondFactors : public testing::TeamTest {
 protected:
  void SetUp() override {
    add_keys();
    open();
    add_user("ann@example.com", "owner");
    add_user("bea@example.com", "admin");
  }
  static std::string quoted(const std::string& text) {
    return text.size() < 2 ? text : text.substr(1, text.size() - 2);
  }
  [[nodiscard]] std::string code_now(std::int64_t steps_later = 0) {
    return one_time_code(secret_,
                         code_step_at(real_clock_.now()) + static_cast<std::uint64_t>(steps_later));
  }
  [[nodiscard]] net::Response start(std::string_view cookie) {
    const net::Response started =
        as(cookie, Method::post, "/api/v1/second-factor/start", R"({"password":"correct horse"})");
    if (started.status == 200) {
      secret_ = from_base32(quoted(at(started, "secret"))).value();
      start_ = quoted(at(started, "start"));
    }
    return started;
  }
  [[nodiscard]] net::Response turn_on(std::string_view cookie, const std::string& code) {
    return as(cookie, Method::post, "/api/v1/second-factor",
              R"({"start":")" + start_ + R"(","code":")" + code + R"("})");
  }
  /// The cookie of who has turned it on.
  [[nodiscard]] std::string turned_on(std::string_view email) {
    const std::string cookie = sign_in(email);
    EXPECT_EQ(start(cookie).status, 200);
    const net::Response made = turn_on(cookie, code_now());
    EXPECT_EQ(made.status, 201) << made.body;
    const Value body = body_of(made);
    recovery_.clear();
    for (const Value& code : *body.as_object()->find("recoveryCodes")->as_list()) {
      recovery_.push_back(*code.as_string());
    }
    return cookie_of(made);
  }
  [[nodiscard]] net::Response enter(const std::string& code,
                                    std::string_view email = "ann@example.com",
                                    std::string peer = "192.0.2.77") {
    const std::string with = code.empty() ? "" : R"(,"code":")" + code + "\"";
    return send(Method::post, "/api/v1/session",
                {.headers = {{"Content-Type", "application/json"}},
                 .body = R"({"email":")" + std::string(email) + R"(","password":"correct horse")" +
                         with + "}",
                 .peer = std::move(peer)});
  }

  std::string secret_;
  std::string start_;
  std::vector<std::string> recovery_;
};

TEST_F(SecondFactors, SigningInAsksForACodeOnceItIsOn) {
  const std::string before = sign_in("ann@example.com");
  const std::string cookie = turned_on("ann@example.com");
  EXPECT_FALSE(is_signed_in(before));
  EXPECT_TRUE(is_signed_in(cookie));
  EXPECT_EQ(at(as(cookie, Method::get, "/api/v1/second-factor"), "on"), "true");
  EXPECT_EQ(at(as(cookie, Method::get, "/api/v1/second-factor"), "recoveryCodesLeft"), "10");

  EXPECT_EQ(code_of(enter("")), "second_factor_needed");
  EXPECT_EQ(code_of(enter("000000")), "wrong_code");
  real_clock_.advance(code_step);
  const net::Response entered = enter(code_now());
  EXPECT_EQ(entered.status, 201) << entered.body;
  EXPECT_TRUE(is_signed_in(cookie_of(entered)));
}

TEST_F(SecondFactors, WithoutThePasswordNobodyLearnsThatItIsOn) {
  EXPECT_EQ(turned_on("ann@example.com").empty(), false);
  const net::Response wrong =
      send(Method::post, "/api/v1/session",
           {.headers = {{"Content-Type", "application/json"}},
            .body = R"({"email":"ann@example.com","password":"wrong horse","code":"123456"})"});
  EXPECT_EQ(code_of(wrong), "sign_in_failed");
}

TEST_F(SecondFactors, ACodeIsTakenOnce) {
  // The one that turned it on is used up.
  EXPECT_FALSE(turned_on("ann@example.com").empty());
  EXPECT_EQ(code_of(enter(code_now())), "wrong_code");
  real_clock_.advance(code_step);
  const std::string code = code_now();
  EXPECT_EQ(enter(code).status, 201);
  EXPECT_EQ(code_of(enter(code)), "wrong_code");
  EXPECT_EQ(enter(code_now(1)).status, 201);
  EXPECT_EQ(code_of(enter(code)), "wrong_code");
}

TEST_F(SecondFactors, EachRecoveryCodeSignsInOnce) {
  const std::string cookie = turned_on("ann@example.com");
  ASSERT_EQ(recovery_.size(), recovery_codes);
  EXPECT_EQ(recovery_[0].size(), 11u);
  std::string typed = recovery_[0];
  typed[5] = ' ';
  typed[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(typed[0])));
  EXPECT_EQ(enter(typed).status, 201);
  EXPECT_EQ(code_of(enter(recovery_[0])), "wrong_code");
  EXPECT_EQ(enter(recovery_[9]).status, 201);
  EXPECT_EQ(at(as(cookie, Method::get, "/api/v1/second-factor"), "recoveryCodesLeft"), "8");
  // Of one user, they are nothing for another.
  const std::vector<std::string> of_ann = recovery_;
  EXPECT_FALSE(turned_on("bea@example.com").empty());
  EXPECT_EQ(code_of(enter(of_ann[1], "bea@example.com")), "wrong_code");
}

TEST_F(SecondFactors, GuessesAreLimitedFromAllAddressesTogether) {
  EXPECT_FALSE(turned_on("ann@example.com").empty());
  real_clock_.advance(code_step);
  for (std::size_t i = 0; i < attempts_max; ++i) {
    EXPECT_EQ(code_of(enter("000000", "ann@example.com", "192.0.2." + std::to_string(i))),
              "wrong_code");
  }
  EXPECT_EQ(enter(code_now(), "ann@example.com", "192.0.2.99").status, 429);
  real_clock_.advance(attempts_window);
  EXPECT_EQ(enter(code_now(), "ann@example.com", "192.0.2.99").status, 201);
}

TEST_F(SecondFactors, IsStartedByWhoKnowsThePassword) {
  const std::string cookie = sign_in("ann@example.com");
  EXPECT_EQ(code_of(as(cookie, Method::post, "/api/v1/second-factor/start",
                       R"({"password":"wrong horse"})")),
            "wrong_password");
  const net::Response started = start(cookie);
  EXPECT_TRUE(at(started, "uri").starts_with("\"otpauth://totp/Sojourn:ann%40example.com?secret="))
      << started.body;
  EXPECT_EQ(account("ann@example.com").second_factor, "");
  EXPECT_EQ(code_of(turn_on(cookie, "000000")), "wrong_code");
  // Of another user, or after a while, it is none.
  EXPECT_EQ(code_of(turn_on(sign_in("bea@example.com"), code_now())), "start_again");
  real_clock_.advance(second_factor_start_max);
  EXPECT_EQ(turn_on(cookie, code_now()).status, 201);
}

TEST_F(SecondFactors, AStartEndsAfterAQuarterOfAnHour) {
  const std::string cookie = sign_in("ann@example.com");
  ASSERT_EQ(start(cookie).status, 200);
  real_clock_.advance(second_factor_start_max + Duration::milliseconds(1));
  EXPECT_EQ(code_of(turn_on(cookie, code_now())), "start_again");
  for (const std::string text : {"", "!", "AAAA"}) {
    start_ = text;
    EXPECT_EQ(code_of(turn_on(cookie, code_now())), "start_again");
  }
}

TEST_F(SecondFactors, IsTurnedOffByACode) {
  const std::string cookie = turned_on("ann@example.com");
  EXPECT_EQ(code_of(start(cookie)), "second_factor_on");
  const std::string path = "/api/v1/second-factor/off";
  EXPECT_EQ(code_of(as(cookie, Method::post, path, R"({"code":"000000"})")), "wrong_code");
  real_clock_.advance(code_step);
  const net::Response off = as(cookie, Method::post, path, R"({"code":")" + code_now() + R"("})");
  ASSERT_EQ(off.status, 204) << off.body;
  EXPECT_FALSE(is_signed_in(cookie));
  EXPECT_TRUE(is_signed_in(cookie_of(off)));
  EXPECT_EQ(enter("").status, 201);
  EXPECT_EQ(code_of(as(cookie_of(off), Method::post, path, R"({"code":"000000"})")),
            "second_factor_off");
}

TEST_F(SecondFactors, AnAdminResetsThatOfOthersButNotOfOwners) {
  const std::string of_owner = turned_on("ann@example.com");
  add_user("cem@example.com", "viewer");
  const std::string of_viewer = turned_on("cem@example.com");
  const std::string admin = sign_in("bea@example.com");
  const auto reset = [&](std::string_view by, const std::string& email) {
    return as(by, Method::delete_, "/api/v1/team/" + email + "/second-factor");
  };
  EXPECT_EQ(code_of(reset(admin, "ann@example.com")), "owners_only");
  EXPECT_EQ(code_of(reset(admin, "bea@example.com")), "second_factor_off");
  EXPECT_EQ(code_of(reset(admin, "dan@example.com")), "unknown_user");
  EXPECT_EQ(reset(admin, "cem@example.com").status, 204);
  EXPECT_EQ(audit().front(), "bea@example.com user.second_factor_reset cem@example.com ");
  EXPECT_FALSE(is_signed_in(of_viewer));
  EXPECT_EQ(enter("", "cem@example.com").status, 201);
  EXPECT_TRUE(is_signed_in(of_owner));
}

TEST_F(SecondFactors, WhatIsStoredTellsNobodyTheSecretNorIsItAnotherUsers) {
  EXPECT_FALSE(turned_on("ann@example.com").empty());
  Account ann = account("ann@example.com");
  EXPECT_EQ(ann.second_factor.find(secret_), std::string::npos);
  const HashKey& master = runtime_.master_key();
  EXPECT_EQ(open_second_factor(master, ann).value()->secret, secret_);
  EXPECT_FALSE(open_second_factor(HashKey{{4}}, ann));
  ann.user.email = "bea@example.com";
  EXPECT_FALSE(open_second_factor(master, ann));
}

TEST_F(SecondFactors, AnApiKeyHasNone) {
  EXPECT_EQ(code_of(get("/api/v1/second-factor")), "users_only");
}

}  // namespace
}  // namespace sojourn::api
