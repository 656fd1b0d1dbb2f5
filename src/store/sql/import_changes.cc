#include "store/sql/import_changes.h"

#include "store/sql/workspace.h"

namespace sojourn::store::sql {
namespace {

using driver::Connection;
using driver::Row;
using driver::Sql;

constexpr Sql page_sql =
    "SELECT line, contact, has_created, before FROM import_change"
    " WHERE workspace = ?1 AND job = ?2 AND line < ?3 ORDER BY line DESC LIMIT ?4";
constexpr Sql write_sql =
    "INSERT INTO import_change (workspace, job, line, contact, has_created, before)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6)"
    " ON CONFLICT (workspace, job, line) DO UPDATE SET contact = excluded.contact,"
    " has_created = excluded.has_created, before = excluded.before";
constexpr Sql delete_sql =
    "DELETE FROM import_change WHERE workspace = ?1 AND job = ?2 AND line IN"
    " (SELECT line FROM import_change WHERE workspace = ?1 AND job = ?2 ORDER BY line LIMIT ?3)";
constexpr Sql delete_of_contact_sql =
    "DELETE FROM import_change WHERE workspace = ?1 AND contact = ?2";

}  // namespace

Result<std::vector<ImportChange>> read_import_changes(Connection& connection, JobId job,
                                                      std::uint64_t before_row, std::size_t limit) {
  std::vector<ImportChange> changes;
  TRY_VOID(query(connection, page_sql, {workspace, job.value, before_row, limit}, [&](Row& row) {
    changes.push_back({.job = job,
                       .row = row.number<std::uint64_t>(0),
                       .contact = {row.hash(1)},
                       .has_created = row.integer(2) != 0,
                       .before = row.text(3)});
  }));
  return changes;
}

Result<void> write_import_change(Connection& connection, const ImportChange& change) {
  return post(connection, write_sql,
              {workspace, change.job.value, change.row, change.contact.hash,
               change.has_created ? 1 : 0, change.before});
}

Result<std::uint64_t> delete_import_changes(Connection& connection, JobId job, std::size_t limit) {
  TRY(deleted, execute(connection, delete_sql, {workspace, job.value, limit}));
  return static_cast<std::uint64_t>(deleted);
}

Result<void> delete_import_changes_of(Connection& connection, const contacts::ContactId& contact) {
  return post(connection, delete_of_contact_sql, {workspace, contact.hash});
}

}  // namespace sojourn::store::sql
