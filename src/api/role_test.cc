#include "api/role.h"

#include <gtest/gtest.h>

#include "api/routes.h"
#include "api/testing/team.h"

namespace sojourn::api {
namespace {

TEST(Role, EachRoleMayWhatTheOneBeforeMay) {
  const struct {
    Role role;
    bool reads;
    bool writes;
    bool administers;
  } cases[] = {
      {Role::viewer, true, false, false},
      {Role::editor, true, true, false},
      {Role::admin, true, true, true},
      {Role::owner, true, true, true},
  };
  for (const auto& c : cases) {
    EXPECT_TRUE(permits(c.role, Permission::open));
    EXPECT_FALSE(permits(c.role, Permission::write_key));
    EXPECT_EQ(permits(c.role, Permission::read), c.reads) << to_string(c.role);
    EXPECT_EQ(permits(c.role, Permission::write), c.writes) << to_string(c.role);
    EXPECT_EQ(permits(c.role, Permission::admin), c.administers) << to_string(c.role);
    EXPECT_EQ(parse_role(to_string(c.role)), c.role);
  }
  EXPECT_EQ(parse_role("Owner"), std::nullopt);
  EXPECT_EQ(parse_role(""), std::nullopt);
}

using RoutesAndRoles = testing::TeamTest;

/// `{id}` and the like, as something that is not there.
std::string path_of(std::string_view pattern) {
  std::string path;
  bool within = false;
  for (const char c : pattern) {
    if (c == '{') path += "none";
    within = (within || c == '{') && c != '}';
    if (!within && c != '}') path += c;
  }
  return path;
}

TEST_F(RoutesAndRoles, EveryRouteRefusesTheRolesBelowItsPermissionAndNoOthers) {
  add_keys();
  open();
  std::size_t refused = 0;
  std::size_t let_through = 0;
  for (const std::string role : {"viewer", "editor", "admin", "owner", "of a later version"}) {
    const std::string email = role.substr(0, 6) + "@example.com";
    add_user(email, role);
    const std::string cookie = sign_in(email);
    for (const Route& route : routes()) {
      if (!route.pattern.starts_with("/api/") || route.permission == Permission::open) continue;
      const bool may = permits(parse_role(role).value_or(Role::viewer), route.permission);
      // Signing out would end the session; streams and calls that wait have no answer here.
      const bool ends = route.method == net::Method::delete_ && route.pattern == "/api/v1/session";
      if (may && (ends || std::holds_alternative<LateEndpoint>(route.endpoint))) continue;
      const net::Response answer = as(cookie, route.method, path_of(route.pattern));
      EXPECT_NE(answer.status, 401) << role << " " << route.pattern;
      EXPECT_EQ(answer.status == 403 && code_of(answer) == "not_permitted", !may)
          << role << " " << net::method_name(route.method) << " " << route.pattern << " "
          << answer.body;
      ++(may ? let_through : refused);
    }
  }
  EXPECT_GT(refused, 50u);
  EXPECT_GT(let_through, 200u);
}

TEST_F(RoutesAndRoles, NoRouteButTheOpenOnesAnswersNobody) {
  add_keys();
  open();
  for (const Route& route : routes()) {
    if (!route.pattern.starts_with("/api/") || route.permission == Permission::open) continue;
    EXPECT_EQ(code_of(send(route.method, path_of(route.pattern))), "not_signed_in")
        << route.pattern;
  }
}

}  // namespace
}  // namespace sojourn::api
