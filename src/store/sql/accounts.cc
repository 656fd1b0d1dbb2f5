#include "store/sql/accounts.h"

#include "store/sql/workspace.h"

namespace sojourn::store::sql {
namespace {

using driver::Connection;
using driver::Row;
using driver::Sql;

constexpr Sql user_sql =
    "SELECT password_hash, role, created_at FROM user_account WHERE workspace = ?1 AND email = ?2";
constexpr Sql count_users_sql = "SELECT count(*) FROM user_account WHERE workspace = ?1";
constexpr Sql write_user_sql =
    "INSERT INTO user_account (workspace, email, password_hash, role, created_at)"
    " VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (workspace, email) DO UPDATE SET"
    " password_hash = excluded.password_hash, role = excluded.role,"
    " created_at = excluded.created_at";

constexpr Sql session_sql =
    "SELECT email, created_at, last_used_at FROM session WHERE workspace = ?1 AND token_hash = ?2";
constexpr Sql write_session_sql =
    "INSERT INTO session (workspace, token_hash, email, created_at, last_used_at)"
    " VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (workspace, token_hash) DO UPDATE SET"
    " email = excluded.email, created_at = excluded.created_at,"
    " last_used_at = excluded.last_used_at";
constexpr Sql delete_session_sql = "DELETE FROM session WHERE workspace = ?1 AND token_hash = ?2";

constexpr Sql access_keys_sql =
    "SELECT id, kind, key_hash, shown, name, created_at, first_event_at FROM access_key"
    " WHERE workspace = ?1 ORDER BY created_at, id";
constexpr Sql write_access_key_sql =
    "INSERT INTO access_key"
    " (workspace, id, kind, key_hash, shown, name, created_at, first_event_at)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (workspace, id) DO UPDATE SET"
    " kind = excluded.kind, key_hash = excluded.key_hash, shown = excluded.shown,"
    " name = excluded.name, created_at = excluded.created_at,"
    " first_event_at = excluded.first_event_at";

}  // namespace

Result<std::optional<UserRecord>> read_user(Connection& connection, std::string_view email) {
  std::optional<UserRecord> user;
  TRY_VOID(query(connection, user_sql, {workspace, email}, [&](const Row& row) {
    user = UserRecord{.email = std::string(email),
                      .password_hash = row.text(0),
                      .role = row.text(1),
                      .created_at = row.time(2)};
  }));
  return user;
}

Result<std::uint64_t> count_users(Connection& connection) {
  std::uint64_t count = 0;
  TRY_VOID(query(connection, count_users_sql, {workspace},
                 [&](const Row& row) { count = row.number<std::uint64_t>(0); }));
  return count;
}

Result<void> write_user(Connection& connection, const UserRecord& user) {
  return post(connection, write_user_sql,
              {workspace, user.email, user.password_hash, user.role, user.created_at});
}

Result<std::optional<SessionRecord>> read_session(Connection& connection,
                                                  const Hash128& token_hash) {
  std::optional<SessionRecord> session;
  TRY_VOID(query(connection, session_sql, {workspace, token_hash}, [&](const Row& row) {
    session = SessionRecord{.token_hash = token_hash,
                            .email = row.text(0),
                            .created_at = row.time(1),
                            .last_used_at = row.time(2)};
  }));
  return session;
}

Result<void> write_session(Connection& connection, const SessionRecord& session) {
  return post(
      connection, write_session_sql,
      {workspace, session.token_hash, session.email, session.created_at, session.last_used_at});
}

Result<void> delete_session(Connection& connection, const Hash128& token_hash) {
  return post(connection, delete_session_sql, {workspace, token_hash});
}

Result<std::vector<AccessKeyRecord>> read_access_keys(Connection& connection) {
  std::vector<AccessKeyRecord> keys;
  TRY_VOID(query(connection, access_keys_sql, {workspace}, [&](Row& row) {
    keys.push_back({.id = row.text(0),
                    .kind = row.text(1),
                    .key_hash = row.hash(2),
                    .shown = row.text(3),
                    .name = row.text(4),
                    .created_at = row.time(5),
                    .first_event_at = row.optional_time(6)});
  }));
  return keys;
}

Result<void> write_access_key(Connection& connection, const AccessKeyRecord& key) {
  return post(connection, write_access_key_sql,
              {workspace, key.id, key.kind, key.key_hash, key.shown, key.name, key.created_at,
               key.first_event_at});
}

}  // namespace sojourn::store::sql
