#include "api/role.h"

#include <array>

#include "api/routes.h"

namespace sojourn::api {
namespace {

constexpr std::array roles = {Role::viewer, Role::editor, Role::admin, Role::owner};

}  // namespace

std::string_view to_string(Role role) {
  switch (role) {
    case Role::viewer:
      return "viewer";
    case Role::editor:
      return "editor";
    case Role::admin:
      return "admin";
    case Role::owner:
      return "owner";
  }
  return {};
}

std::optional<Role> parse_role(std::string_view text) {
  for (const Role role : roles) {
    if (text == to_string(role)) return role;
  }
  return std::nullopt;
}

bool permits(Role role, Permission permission) {
  switch (permission) {
    case Permission::open:
      return true;
    case Permission::write_key:
      return false;
    case Permission::read:
      return role >= Role::viewer;
    case Permission::write:
      return role >= Role::editor;
    case Permission::admin:
      return role >= Role::admin;
  }
  return false;
}

}  // namespace sojourn::api
