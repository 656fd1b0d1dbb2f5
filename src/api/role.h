#pragma once

/// What users are in the workspace, and which permissions that gives them.

#include <cstdint>
#include <optional>
#include <string_view>

namespace sojourn::api {

enum class Permission : std::uint8_t;  // routes.h

/// What a user is in the workspace; each may do what the one before may. An owner may do what an
/// admin may, and change owners besides (team.h).
enum class Role : std::uint8_t { viewer, editor, admin, owner };

[[nodiscard]] std::string_view to_string(Role role);
/// Absent for what names no role.
[[nodiscard]] std::optional<Role> parse_role(std::string_view text);

/// Whether users of this role may call what asks for the permission. Nobody has `write_key` by a
/// role: that is for the key to say.
[[nodiscard]] bool permits(Role role, Permission permission);

}  // namespace sojourn::api
