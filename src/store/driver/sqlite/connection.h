#pragma once

/// A connection to one SQLite file in WAL mode.
///
/// SQLite before 3.51.3 can lose committed pages when one connection resets the WAL while another
/// checkpoints or writes (the "WAL-reset" race). It is excluded here by roles: a file has exactly
/// one connection that writes and checkpoints, on one thread; readers do neither, not even when
/// they are closed. store/sql/sqlite_store.cc keeps to that, the folder's lock keeps other
/// processes away.

#include <sqlite3.h>

#include <memory>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "base/result.h"
#include "store/driver/driver.h"
#include "store/store.h"

namespace sojourn::store::driver::sqlite {

enum class Access { write, read };

struct ConnectionOptions {
  std::string file;
  std::string vfs;  ///< name of a registered VFS; empty: the system's own
  Access access = Access::read;
  Durability durability = Durability::full;
  /// Upper bound of the page cache. It is filled as pages are used and emptied by checkpoint().
  int cache_kib = 512;
};

enum class Checkpoint {
  passive,   ///< as far as no reader is in the way
  truncate,  ///< completely, and the WAL's bytes are gone; `busy` while a reader is in the way
};

class SqliteConnection final : public Connection {
 public:
  /// Opens the file; a writer creates it where it is missing.
  static Result<std::unique_ptr<SqliteConnection>> open(const ConnectionOptions& options);
  ~SqliteConnection() override;
  SqliteConnection(const SqliteConnection&) = delete;
  SqliteConnection& operator=(const SqliteConnection&) = delete;

  [[nodiscard]] Dialect dialect() const override { return Dialect::sqlite; }
  Result<Statement*> prepare(const Sql& sql) override;
  Result<void> run_script(const std::string& script) override;
  Result<std::int64_t> execute(const Sql& sql, std::span<const Parameter> parameters) override;
  Result<void> post(const Sql& sql, std::span<const Parameter> parameters) override;
  Result<void> post_query(const Sql& sql, std::span<const Parameter> parameters,
                          std::function<void(Row&)> visit) override;
  Result<void> flush() override { return {}; }
  Result<void> query_each(const Sql& sql, std::size_t columns, std::span<const Parameter> values,
                          const std::function<void(std::size_t, Row&)>& visit) override;
  Result<std::int64_t> insert_rows(const Sql& insert, std::size_t columns,
                                   std::span<const Parameter> values) override;
  Result<void> begin() override;
  Result<void> begin_reading() override;
  Result<void> commit() override;
  void rollback() override;

  /// Moves committed pages into the main file and gives cached pages back to the system.
  /// Of the writing connection only, outside transactions.
  Result<void> checkpoint(Checkpoint mode);
  /// How much the WAL has grown by commits of this connection since its last checkpoint().
  [[nodiscard]] std::int64_t wal_growth_bytes() const { return wal_bytes_ - checkpointed_bytes_; }
  /// Writes what this connection sees into a new file, in steps, so that others go on. Holds back
  /// the reset of the WAL meanwhile. Durable when it returns without error.
  Result<void> copy_to(const std::string& file);

 private:
  SqliteConnection(sqlite3* handle, ConnectionOptions options);
  [[nodiscard]] Error error(int code) const;
  Result<void> configure();
  static int count_wal(void* self, sqlite3*, const char*, int pages);

  sqlite3* handle_;
  ConnectionOptions options_;
  /// By address of the constant. Destroyed before the handle is closed.
  absl::flat_hash_map<const char*, std::unique_ptr<Statement>> statements_;
  std::int64_t wal_bytes_ = 0;           ///< in use after the last commit
  std::int64_t checkpointed_bytes_ = 0;  ///< of them, those that a checkpoint has seen
};

/// Whether a file of this name is there, in this VFS (empty: the system's own).
[[nodiscard]] bool file_exists(const std::string& file, const std::string& vfs);

}  // namespace sojourn::store::driver::sqlite
