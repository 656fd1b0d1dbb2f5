#include "store/sql/sender_keys.h"

#include "store/sql/workspace.h"

namespace sojourn::store::sql {
namespace {

using driver::Connection;
using driver::Row;
using driver::Sql;

constexpr Sql all_sql =
    "SELECT domain, selector, kind, state, sealed, dns_record, created_at, changed_at"
    " FROM sender_key WHERE workspace = ?1 ORDER BY domain, created_at, selector";
constexpr Sql write_sql =
    "INSERT INTO sender_key"
    " (workspace, domain, selector, kind, state, sealed, dns_record, created_at, changed_at)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"
    " ON CONFLICT (workspace, domain, selector) DO UPDATE SET kind = excluded.kind,"
    " state = excluded.state, sealed = excluded.sealed, dns_record = excluded.dns_record,"
    " created_at = excluded.created_at, changed_at = excluded.changed_at";
constexpr Sql delete_sql =
    "DELETE FROM sender_key WHERE workspace = ?1 AND domain = ?2 AND selector = ?3";

}  // namespace

Result<std::vector<SenderKeyRecord>> read_sender_keys(Connection& connection) {
  std::vector<SenderKeyRecord> keys;
  TRY_VOID(query(connection, all_sql, {workspace}, [&](Row& row) {
    keys.push_back({.domain = row.text(0),
                    .selector = row.text(1),
                    .kind = row.text(2),
                    .state = row.text(3),
                    .sealed = row.text(4),
                    .dns_record = row.text(5),
                    .created_at = row.time(6),
                    .changed_at = row.time(7)});
  }));
  return keys;
}

Result<void> write_sender_key(Connection& connection, const SenderKeyRecord& key) {
  return post(connection, write_sql,
              {workspace, key.domain, key.selector, key.kind, key.state, driver::Bytes{key.sealed},
               key.dns_record, key.created_at, key.changed_at});
}

Result<void> delete_sender_key(Connection& connection, std::string_view domain,
                               std::string_view selector) {
  return post(connection, delete_sql, {workspace, domain, selector});
}

}  // namespace sojourn::store::sql
