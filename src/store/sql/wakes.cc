#include "store/sql/wakes.h"

#include "store/sql/workspace.h"

namespace sojourn::store::sql {
namespace {

using driver::Connection;
using driver::Row;
using driver::Sql;

constexpr Sql due_sql =
    "SELECT due, contact FROM wake WHERE workspace = ?1 AND due <= ?2"
    " ORDER BY due, partition, contact LIMIT ?3";
constexpr Sql earliest_sql = "SELECT due FROM wake WHERE workspace = ?1 ORDER BY due LIMIT 1";
constexpr Sql insert_sql =
    "INSERT INTO wake (workspace, due, partition, contact) VALUES (?1, ?2, ?3, ?4)"
    " ON CONFLICT (workspace, due, partition, contact) DO NOTHING";
constexpr Sql delete_sql =
    "DELETE FROM wake WHERE workspace = ?1 AND due = ?2 AND partition = ?3 AND contact = ?4";

}  // namespace

Result<std::vector<StateReads::Wake>> read_due_wakes(Connection& connection, Timestamp until,
                                                     std::size_t limit) {
  std::vector<StateReads::Wake> wakes;
  TRY_VOID(query(connection, due_sql, {workspace, until, limit}, [&](Row& row) {
    wakes.push_back({row.time(0), {row.hash(1)}});
  }));
  return wakes;
}

Result<std::optional<Timestamp>> read_earliest_wake(Connection& connection) {
  std::optional<Timestamp> earliest;
  TRY_VOID(query(connection, earliest_sql, {workspace},
                 [&](const Row& row) { earliest = row.time(0); }));
  return earliest;
}

Result<void> insert_wake(Connection& connection, const contacts::ContactId& contact,
                         Timestamp due) {
  return post(connection, insert_sql, {workspace, due, contact.partition(), contact.hash});
}

Result<void> delete_wake(Connection& connection, const contacts::ContactId& contact,
                         Timestamp due) {
  return post(connection, delete_sql, {workspace, due, contact.partition(), contact.hash});
}

}  // namespace sojourn::store::sql
