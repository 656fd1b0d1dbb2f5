#include "store/sql/team.h"

#include "store/sql/workspace.h"

namespace sojourn::store::sql {
namespace {

using driver::Connection;
using driver::Row;
using driver::Sql;

constexpr Sql users_sql =
    "SELECT email, password_hash, role, created_at FROM user_account"
    " WHERE workspace = ?1 ORDER BY email";
constexpr Sql delete_user_sql = "DELETE FROM user_account WHERE workspace = ?1 AND email = ?2";
constexpr Sql delete_sessions_sql = "DELETE FROM session WHERE workspace = ?1 AND email = ?2";

constexpr Sql invitations_sql =
    "SELECT email, id, role, invited_by, created_at, expires_at FROM invitation"
    " WHERE workspace = ?1 ORDER BY email";
constexpr Sql write_invitation_sql =
    "INSERT INTO invitation (workspace, email, id, role, invited_by, created_at, expires_at)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (workspace, email) DO UPDATE SET"
    " id = excluded.id, role = excluded.role, invited_by = excluded.invited_by,"
    " created_at = excluded.created_at, expires_at = excluded.expires_at";
constexpr Sql delete_invitation_sql = "DELETE FROM invitation WHERE workspace = ?1 AND email = ?2";

constexpr Sql second_factor_sql =
    "SELECT sealed FROM second_factor WHERE workspace = ?1 AND email = ?2";
constexpr Sql write_second_factor_sql =
    "INSERT INTO second_factor (workspace, email, sealed) VALUES (?1, ?2, ?3)"
    " ON CONFLICT (workspace, email) DO UPDATE SET sealed = excluded.sealed";
constexpr Sql delete_second_factor_sql =
    "DELETE FROM second_factor WHERE workspace = ?1 AND email = ?2";

}  // namespace

Result<std::vector<UserRecord>> read_users(Connection& connection) {
  std::vector<UserRecord> users;
  TRY_VOID(query(connection, users_sql, {workspace}, [&](const Row& row) {
    users.push_back({.email = row.text(0),
                     .password_hash = row.text(1),
                     .role = row.text(2),
                     .created_at = row.time(3)});
  }));
  return users;
}

Result<void> delete_user(Connection& connection, std::string_view email) {
  return post(connection, delete_user_sql, {workspace, email});
}

Result<void> delete_sessions(Connection& connection, std::string_view email) {
  return post(connection, delete_sessions_sql, {workspace, email});
}

Result<std::vector<InvitationRecord>> read_invitations(Connection& connection) {
  std::vector<InvitationRecord> invitations;
  TRY_VOID(query(connection, invitations_sql, {workspace}, [&](Row& row) {
    invitations.push_back({.email = row.text(0),
                           .id = row.hash(1),
                           .role = row.text(2),
                           .invited_by = row.text(3),
                           .created_at = row.time(4),
                           .expires_at = row.time(5)});
  }));
  return invitations;
}

Result<void> write_invitation(Connection& connection, const InvitationRecord& invitation) {
  return post(connection, write_invitation_sql,
              {workspace, invitation.email, invitation.id, invitation.role, invitation.invited_by,
               invitation.created_at, invitation.expires_at});
}

Result<void> delete_invitation(Connection& connection, std::string_view email) {
  return post(connection, delete_invitation_sql, {workspace, email});
}

Result<std::optional<std::string>> read_second_factor(Connection& connection,
                                                      std::string_view email) {
  std::optional<std::string> sealed;
  TRY_VOID(query(connection, second_factor_sql, {workspace, email},
                 [&](const Row& row) { sealed = row.text(0); }));
  return sealed;
}

Result<void> write_second_factor(Connection& connection, std::string_view email,
                                 std::string_view sealed) {
  return post(connection, write_second_factor_sql, {workspace, email, driver::Bytes{sealed}});
}

Result<void> delete_second_factor(Connection& connection, std::string_view email) {
  return post(connection, delete_second_factor_sql, {workspace, email});
}

}  // namespace sojourn::store::sql
