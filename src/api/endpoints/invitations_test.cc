#include "api/invitations.h"

#include <gtest/gtest.h>

#include "api/attempts.h"
#include "api/team.h"
#include "api/testing/team.h"

namespace sojourn::api {
namespace {

using net::Method;

class Invitations : public testing::TeamTest {
 protected:
  void SetUp() override {
    add_keys();
    open({.public_url = "https://news.example.com"});
    add_user("ann@example.com", "owner");
    add_user("bea@example.com", "admin");
    owner_ = sign_in("ann@example.com");
  }
  [[nodiscard]] net::Response invite(std::string_view cookie, const std::string& email,
                                     const std::string& role = "editor") {
    return as(cookie, Method::post, "/api/v1/invitations",
              R"({"email":")" + email + R"(","role":")" + role + R"("})");
  }
  /// What stands behind `#` in the link.
  [[nodiscard]] std::string token_of(const net::Response& made) {
    const std::string link = at(made, "link");
    const std::size_t hash = link.find('#');
    return hash == std::string::npos ? "" : link.substr(hash + 1, link.size() - hash - 2);
  }
  [[nodiscard]] net::Response look(const std::string& token, std::string peer = "192.0.2.77") {
    return send(Method::post, "/api/v1/invitations/look",
                {.headers = {{"Content-Type", "application/json"}},
                 .body = R"({"token":")" + token + R"("})",
                 .peer = std::move(peer)});
  }
  [[nodiscard]] net::Response accept(const std::string& token,
                                     const std::string& with = "battery staple") {
    return send(Method::post, "/api/v1/invitations/accept",
                {.headers = {{"Content-Type", "application/json"}},
                 .body = R"({"token":")" + token + R"(","password":")" + with + R"("})"});
  }

  std::string owner_;
};

TEST_F(Invitations, MakeAUserOnce) {
  const net::Response made = invite(owner_, " Dan@Example.com ");
  ASSERT_EQ(made.status, 201) << made.body;
  EXPECT_TRUE(at(made, "link").starts_with("\"https://news.example.com/join#")) << made.body;
  EXPECT_EQ(at(made, "email"), "\"dan@example.com\"");
  EXPECT_EQ(at(made, "invitedBy"), "\"ann@example.com\"");
  EXPECT_EQ(at(made, "expiresAt"), "\"2027-01-22T08:00:00.000Z\"");
  const std::string token = token_of(made);

  const net::Response seen = look(token);
  EXPECT_EQ(at(seen, "email"), "\"dan@example.com\"");
  EXPECT_EQ(at(seen, "role"), "\"editor\"");
  EXPECT_EQ(at(seen, "workspace"), "null");

  EXPECT_EQ(code_of(accept(token, "123456789")), "too_short");
  const net::Response joined = accept(token);
  ASSERT_EQ(joined.status, 201) << joined.body;
  EXPECT_EQ(at(joined, "role"), "\"editor\"");
  EXPECT_TRUE(is_signed_in(cookie_of(joined)));
  EXPECT_EQ(user("dan@example.com")->role, "editor");
  EXPECT_EQ(code_of(accept(token)), "invitation_ended");
  EXPECT_EQ(code_of(look(token)), "invitation_ended");
  EXPECT_EQ(at(as(owner_, Method::get, "/api/v1/invitations"), "items"), "[]");
}

TEST_F(Invitations, EndAlikeHoweverTheyEnd) {
  const std::string revoked = token_of(invite(owner_, "dan@example.com"));
  const std::string replaced = token_of(invite(owner_, "eva@example.com"));
  const std::string standing = token_of(invite(owner_, "eva@example.com", "viewer"));
  EXPECT_EQ(as(owner_, Method::delete_, "/api/v1/invitations/DAN@example.com").status, 204);
  std::string forged = standing;
  forged[5] = forged[5] == 'A' ? 'B' : 'A';
  const net::Response expected = look(revoked);
  EXPECT_EQ(expected.status, 410);
  for (const std::string& token : {replaced, forged, std::string("x"), std::string()}) {
    EXPECT_EQ(look(token).body, expected.body) << token;
    EXPECT_EQ(accept(token).body, expected.body) << token;
  }
  EXPECT_EQ(at(look(standing), "role"), "\"viewer\"");
  real_clock_.advance(invitation_age_max - Duration::milliseconds(1));
  EXPECT_EQ(look(standing).status, 200);
  real_clock_.advance(Duration::milliseconds(1));
  EXPECT_EQ(look(standing).body, expected.body);
  EXPECT_EQ(accept(standing).body, expected.body);
  EXPECT_EQ(user("eva@example.com"), std::nullopt);
}

TEST_F(Invitations, GuessesAreLimitedByAddress) {
  const std::string token = token_of(invite(owner_, "dan@example.com"));
  for (std::size_t i = 0; i < attempts_max; ++i) EXPECT_EQ(look("x").status, 410);
  EXPECT_EQ(look(token).status, 429);
  EXPECT_EQ(accept(token).status, 429);
  EXPECT_EQ(look(token, "192.0.2.78").status, 200);
  real_clock_.advance(attempts_window);
  EXPECT_EQ(look(token).status, 200);
}

TEST_F(Invitations, AreForAdminsAndOfOwnersForOwners) {
  const std::string admin = sign_in("bea@example.com");
  EXPECT_EQ(invite(admin, "dan@example.com", "admin").status, 201);
  EXPECT_EQ(code_of(invite(admin, "dan@example.com", "owner")), "owners_only");
  ASSERT_EQ(invite(owner_, "eva@example.com", "owner").status, 201);
  EXPECT_EQ(code_of(as(admin, Method::delete_, "/api/v1/invitations/eva@example.com")),
            "owners_only");
  // Nor may an admin take an owner's invitation out by making it one of an admin's.
  EXPECT_EQ(code_of(invite(admin, "eva@example.com", "viewer")), "owners_only");
}

TEST_F(Invitations, SayWhatIsWrong) {
  EXPECT_EQ(code_of(invite(owner_, "nobody")), "invalid_email");
  EXPECT_EQ(code_of(invite(owner_, "dan@example.com", "king")), "unknown_value");
  EXPECT_EQ(code_of(invite(owner_, "Bea@example.com")), "user_exists");
  EXPECT_EQ(code_of(as(owner_, Method::delete_, "/api/v1/invitations/dan@example.com")),
            "unknown_invitation");
}

TEST_F(Invitations, WhoBecameAUserInAnotherWayKeepsThePassword) {
  const std::string token = token_of(invite(owner_, "dan@example.com", "admin"));
  add_user("dan@example.com", "viewer");
  EXPECT_EQ(code_of(accept(token)), "invitation_ended");
  EXPECT_EQ(user("dan@example.com")->role, "viewer");
}

TEST_F(Invitations, AreLimited) {
  ASSERT_TRUE(runtime_.write([&](store::StateTransaction& transaction) -> Result<void> {
    for (std::size_t i = 0; i < invitations_max; ++i) {
      store::InvitationRecord invitation;
      invitation.email = std::to_string(i) + "@example.com";
      invitation.role = "viewer";
      TRY_VOID(store::team_of(transaction).put_invitation(invitation));
    }
    return {};
  }));
  EXPECT_EQ(code_of(invite(owner_, "dan@example.com")), "team_full");
  EXPECT_EQ(invite(owner_, "7@example.com").status, 201);
}

TEST_F(Invitations, EachChangeHasOneAuditRow) {
  const std::size_t before = audit().size();
  const std::string token = token_of(invite(owner_, "dan@example.com"));
  EXPECT_EQ(audit().front(), "ann@example.com invitation.created dan@example.com editor");
  ASSERT_EQ(as(owner_, Method::delete_, "/api/v1/invitations/dan@example.com").status, 204);
  EXPECT_EQ(audit().front(), "ann@example.com invitation.revoked dan@example.com editor");
  ASSERT_EQ(accept(token_of(invite(owner_, "dan@example.com"))).status, 201);
  EXPECT_EQ(audit()[1], "dan@example.com invitation.accepted dan@example.com editor");
  EXPECT_EQ(audit()[0], "dan@example.com session.opened dan@example.com ");
  EXPECT_EQ(audit().size(), before + 5);
  for (const std::string& line : audit()) EXPECT_EQ(line.find(token), std::string::npos);
}

TEST(InvitationToken, IsReadOnlyAsItWasMade) {
  const HashKey master{{1, 2, 3}};
  const Hash128 id{{9, 8, 7}};
  const std::string token = make_invitation_token(master, id);
  EXPECT_EQ(token.size(), invitation_token_characters);
  EXPECT_EQ(read_invitation_token(master, token), id);
  EXPECT_EQ(read_invitation_token(HashKey{{1, 2, 4}}, token), std::nullopt);
  EXPECT_EQ(read_invitation_token(master, token + "A"), std::nullopt);
  for (std::size_t i = 0; i < token.size(); ++i) {
    std::string changed = token;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_EQ(read_invitation_token(master, changed), std::nullopt) << i;
  }
}

}  // namespace
}  // namespace sojourn::api
