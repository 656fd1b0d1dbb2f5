#include "store/sql/migrate.h"

#include <fmt/format.h>

namespace sojourn::store::sql {
namespace {

using driver::Connection;
using driver::Row;
using driver::Sql;

constexpr const char* create_table_script =
    "CREATE TABLE IF NOT EXISTS schema_migration ("
    " number integer NOT NULL PRIMARY KEY, name text NOT NULL)";
constexpr Sql newest_sql = "SELECT coalesce(max(number), 0) FROM schema_migration";
constexpr Sql applied_sql = "INSERT INTO schema_migration (number, name) VALUES (?1, ?2)";

Result<void> apply(Connection& connection, const migrations::Migration& step) {
  TRY_VOID(connection.run_script(std::string(step.sql)));
  TRY_VOID(execute(connection, applied_sql, {step.number, step.name}));
  return connection.commit();
}

}  // namespace

Result<void> migrate(Connection& connection, std::span<const migrations::Migration> steps) {
  TRY_VOID(connection.run_script(create_table_script));
  std::int64_t newest = 0;
  TRY_VOID(query(connection, newest_sql, {}, [&](const Row& row) { newest = row.integer(0); }));
  const std::int64_t known = steps.empty() ? 0 : steps.back().number;
  if (newest > known) {
    return failure(
        Error{.code = "newer_schema",
              .message = fmt::format("the store has schema {}, this program knows up to {}: it was"
                                     " written by a newer version of Sojourn",
                                     newest, known),
              .field = "schema",
              .value = std::to_string(newest),
              .limit = std::to_string(known)});
  }
  for (const migrations::Migration& step : steps) {
    if (step.number <= newest) continue;
    TRY_VOID(connection.begin());
    Result<void> applied = apply(connection, step);
    if (!applied) {
      connection.rollback();
      return applied;
    }
  }
  return {};
}

}  // namespace sojourn::store::sql
