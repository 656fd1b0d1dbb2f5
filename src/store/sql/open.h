#pragma once

/// Opens a store: on SQLite, a folder with `log.db`, `state.db` and `lock`; or on PostgreSQL, a
/// database.

#include <memory>
#include <string>

#include "store/store.h"

namespace sojourn::store::sql {

struct SqliteStoreOptions {
  /// Created (mode 0700) where it is missing.
  std::string folder;
  /// Name of a registered SQLite VFS that holds the folder's files instead of the system: for
  /// tests. The folder is then only the beginning of their names; nothing is created or locked.
  std::string vfs = {};
  Durability durability = Durability::full;
  /// Views, and reads of the log, that may run at the same time; at least one each.
  int reader_count = 4;
};

/// Opens the folder, creates what is missing and brings the schema up to date. Recovers by itself
/// from any end of the last process. A folder that backup() wrote is opened like any other.
///
/// Errors: `busy` where another process has the folder open, `newer_schema` where a newer version
/// wrote it, `damaged`, `disk_full`, `disk_failed`.
[[nodiscard]] Result<std::unique_ptr<Store>> open_sqlite_store(const SqliteStoreOptions& options);

struct PostgresStoreOptions {
  /// `postgresql://…` as libpq reads it: version 15 or newer, in UTF-8. The tables are in the first
  /// schema of the search path.
  std::string url;
  /// Views, and reads of the log, that may run at the same time; at least one each.
  int reader_count = 4;
};

/// Opens the database and brings its schema up to date. One process has it at a time; a connection
/// that is lost is made again when it is next needed.
///
/// Errors: `busy` where another process has the database open, `newer_schema` where a newer version
/// wrote it, `unsupported_database`, `disk_failed` where it cannot be reached, `damaged`.
[[nodiscard]] Result<std::unique_ptr<Store>> open_postgres_store(
    const PostgresStoreOptions& options);

}  // namespace sojourn::store::sql
