#include "store/sql/saved_views.h"

#include "store/sql/workspace.h"

namespace sojourn::store::sql {
namespace {

using driver::Connection;
using driver::Row;
using driver::Sql;

constexpr Sql read_sql =
    "SELECT id, name, page, query, is_shared, created_by, created_at, changed_at FROM saved_view"
    " WHERE workspace = ?1 ORDER BY page, name, id";
constexpr Sql write_sql =
    "INSERT INTO saved_view (workspace, id, name, page, query, is_shared, created_by, created_at,"
    " changed_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"
    " ON CONFLICT (workspace, id) DO UPDATE SET name = excluded.name, page = excluded.page,"
    " query = excluded.query, is_shared = excluded.is_shared, created_by = excluded.created_by,"
    " created_at = excluded.created_at, changed_at = excluded.changed_at";
constexpr Sql delete_sql = "DELETE FROM saved_view WHERE workspace = ?1 AND id = ?2";
constexpr Sql delete_private_sql =
    "DELETE FROM saved_view WHERE workspace = ?1 AND created_by = ?2 AND is_shared = 0";

}  // namespace

Result<std::vector<SavedView>> read_saved_views(Connection& connection) {
  std::vector<SavedView> views;
  TRY_VOID(query(connection, read_sql, {workspace}, [&](Row& row) {
    views.push_back({.id = row.hash(0),
                     .name = row.text(1),
                     .page = row.text(2),
                     .query = row.text(3),
                     .is_shared = row.integer(4) != 0,
                     .created_by = row.text(5),
                     .created_at = row.time(6),
                     .changed_at = row.time(7)});
  }));
  return views;
}

Result<void> write_saved_view(Connection& connection, const SavedView& view) {
  TRY_VOID(execute(connection, write_sql,
                   {workspace, view.id, view.name, view.page, view.query, view.is_shared ? 1 : 0,
                    view.created_by, view.created_at, view.changed_at}));
  return {};
}

Result<void> delete_saved_view(Connection& connection, const Hash128& id) {
  TRY_VOID(execute(connection, delete_sql, {workspace, id}));
  return {};
}

Result<void> delete_private_views(Connection& connection, std::string_view owner) {
  TRY_VOID(execute(connection, delete_private_sql, {workspace, owner}));
  return {};
}

}  // namespace sojourn::store::sql
