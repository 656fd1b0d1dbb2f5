#include "store/driver/sqlite/connection.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/ensure.h"
#include "store/driver/sqlite/error.h"
#include "store/driver/sqlite/statement.h"

namespace sojourn::store::driver::sqlite {
namespace {

/// A batch of contacts changes about one page each, and a small group commit two: pages of 8 KiB
/// would write twice the bytes. Measured by bench/store_bench, on a disk and in memory.
constexpr int page_bytes = 4096;
/// How long to wait for an operator's `sqlite3` shell that holds the file. Nobody else does.
constexpr int busy_ms = 5000;
/// The WAL file is cut to this when it starts anew after a burst.
constexpr std::int64_t wal_bytes_kept = 64 << 20;
/// Pages that a backup copies in one step: 2 MiB.
constexpr int copy_step_pages = 256;

constexpr Sql begin_writing_sql = "BEGIN IMMEDIATE";
constexpr Sql begin_reading_sql = "BEGIN";
constexpr Sql commit_sql = "COMMIT";
constexpr Sql rollback_sql = "ROLLBACK";
// BEGIN alone takes no snapshot; the first read does.
constexpr Sql take_snapshot_sql = "SELECT count(*) FROM schema_migration";

struct CloseHandle {
  void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
};
using OwnedHandle = std::unique_ptr<sqlite3, CloseHandle>;

Result<OwnedHandle> open_handle(const std::string& file, const std::string& vfs, int flags) {
  sqlite3* handle = nullptr;
  const int code =
      sqlite3_open_v2(file.c_str(), &handle, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
                      vfs.empty() ? nullptr : vfs.c_str());
  OwnedHandle owned(handle);
  if (code != SQLITE_OK) return failure(to_error(code, handle, file));
  return owned;
}

}  // namespace

SqliteConnection::SqliteConnection(sqlite3* handle, ConnectionOptions options)
    : handle_(handle), options_(std::move(options)) {}

SqliteConnection::~SqliteConnection() {
  statements_.clear();
  // The writer is closed last and leaves one tidy file: SQLite checkpoints there by itself.
  sqlite3_close_v2(handle_);
}

Error SqliteConnection::error(int code) const {
  return to_error(code, handle_, options_.file);
}

Result<std::unique_ptr<SqliteConnection>> SqliteConnection::open(const ConnectionOptions& options) {
  const int flags = options.access == Access::write ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
                                                    : SQLITE_OPEN_READONLY;
  TRY(handle, open_handle(options.file, options.vfs, flags));
  std::unique_ptr<SqliteConnection> connection(new SqliteConnection(handle.release(), options));
  TRY_VOID(connection->configure());
  return connection;
}

Result<void> SqliteConnection::configure() {
  const bool writes = options_.access == Access::write;
  sqlite3_busy_timeout(handle_, busy_ms);
  if (!writes) sqlite3_db_config(handle_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  // No mmap: a page that cannot be read must be an error, not a SIGBUS. foreign_keys stays off,
  // as SQLite has it: erasure and merges order their deletes themselves.
  TRY_VOID(
      run_script(fmt::format("PRAGMA mmap_size=0;"
                             "PRAGMA temp_store=MEMORY;"
                             "PRAGMA trusted_schema=OFF;"
                             "PRAGMA wal_autocheckpoint=0;"
                             "PRAGMA cache_size=-{};",
                             options_.cache_kib)));
  if (!writes) return {};
  TRY_VOID(run_script(fmt::format(
      "PRAGMA page_size={};"
      "PRAGMA journal_mode=WAL;"
      "PRAGMA journal_size_limit={};"
      "PRAGMA secure_delete=ON;"
      "PRAGMA synchronous={};",
      page_bytes, wal_bytes_kept, options_.durability == Durability::full ? "FULL" : "OFF")));
  sqlite3_wal_hook(handle_, &SqliteConnection::count_wal, this);
  return {};
}

int SqliteConnection::count_wal(void* self, sqlite3*, const char*, int pages) {
  auto& connection = *static_cast<SqliteConnection*>(self);
  connection.wal_bytes_ = std::int64_t{pages} * page_bytes;
  // A WAL that is all in the main file starts anew at its first page.
  connection.checkpointed_bytes_ = std::min(connection.checkpointed_bytes_, connection.wal_bytes_);
  return SQLITE_OK;
}

Result<Statement*> SqliteConnection::prepare(const Sql& sql) {
  std::unique_ptr<Statement>& statement = statements_[sql.text()];
  if (statement == nullptr) {
    sqlite3_stmt* prepared = nullptr;
    const int code =
        sqlite3_prepare_v3(handle_, sql.text(), -1, SQLITE_PREPARE_PERSISTENT, &prepared, nullptr);
    if (code != SQLITE_OK) return failure(error(code));
    statement = std::make_unique<SqliteStatement>(prepared, options_.file);
  }
  return statement.get();
}

Result<void> SqliteConnection::run_script(const std::string& script) {
  const int code = sqlite3_exec(handle_, script.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return failure(error(code));
  return {};
}

Result<std::int64_t> SqliteConnection::execute(const Sql& sql,
                                               std::span<const Parameter> parameters) {
  TRY(statement, prepare(sql));
  TRY_VOID(statement->bind(parameters));
  Result<bool> stepped = statement->step();
  statement->finish();
  if (!stepped) return failure(std::move(stepped.error()));
  return sqlite3_changes64(handle_);
}

Result<void> SqliteConnection::post(const Sql& sql, std::span<const Parameter> parameters) {
  TRY_VOID(execute(sql, parameters));
  return {};
}

Result<void> SqliteConnection::post_query(const Sql& sql, std::span<const Parameter> parameters,
                                          std::function<void(Row&)> visit) {
  TRY(statement, prepare(sql));
  TRY_VOID(statement->bind(parameters));
  return visit_rows(*statement, visit);
}

Result<void> SqliteConnection::query_each(const Sql& sql, std::size_t columns,
                                          std::span<const Parameter> values,
                                          const std::function<void(std::size_t, Row&)>& visit) {
  ENSURE(columns > 0 && values.size() % columns == 0);
  TRY(statement, prepare(sql));
  for (std::size_t group = 0; group * columns < values.size(); ++group) {
    TRY_VOID(statement->bind(values.subspan(group * columns, columns)));
    TRY_VOID(visit_rows(*statement, [&](Row& row) { visit(group, row); }));
  }
  return {};
}

Result<std::int64_t> SqliteConnection::insert_rows(const Sql& insert, std::size_t columns,
                                                   std::span<const Parameter> values) {
  ENSURE(columns > 0 && values.size() % columns == 0);
  std::int64_t inserted = 0;
  for (; !values.empty(); values = values.subspan(columns)) {
    TRY(changed, execute(insert, values.first(columns)));
    inserted += changed;
  }
  return inserted;
}

Result<void> SqliteConnection::begin() {
  ENSURE(options_.access == Access::write);
  TRY_VOID(execute(begin_writing_sql, {}));
  return {};
}

Result<void> SqliteConnection::begin_reading() {
  TRY_VOID(execute(begin_reading_sql, {}));
  Result<void> snapshot = query(*this, take_snapshot_sql, {}, [](const Row&) {});
  if (!snapshot) rollback();
  return snapshot;
}

Result<void> SqliteConnection::commit() {
  TRY_VOID(execute(commit_sql, {}));
  return {};
}

void SqliteConnection::rollback() {
  // After some errors SQLite has rolled back already. What ROLLBACK itself may report changes
  // nothing: without a commit frame nothing of the transaction is in the file.
  if (sqlite3_get_autocommit(handle_) == 0) (void)execute(rollback_sql, {});
}

Result<void> SqliteConnection::checkpoint(Checkpoint mode) {
  ENSURE(options_.access == Access::write);
  ENSURE(sqlite3_get_autocommit(handle_) != 0);
  // Whoever checkpoints has other work: it does not wait for a reader to end.
  sqlite3_busy_timeout(handle_, 0);
  const int code = sqlite3_wal_checkpoint_v2(
      handle_, nullptr,
      mode == Checkpoint::passive ? SQLITE_CHECKPOINT_PASSIVE : SQLITE_CHECKPOINT_TRUNCATE, nullptr,
      nullptr);
  sqlite3_busy_timeout(handle_, busy_ms);
  sqlite3_db_release_memory(handle_);
  // After a failure too: the next attempt is due when as much has come again.
  checkpointed_bytes_ = wal_bytes_;
  if (code != SQLITE_OK) return failure(error(code));
  return {};
}

Result<void> SqliteConnection::copy_to(const std::string& file) {
  TRY(target, open_handle(file, options_.vfs, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE));
  sqlite3_backup* copy = sqlite3_backup_init(target.get(), "main", handle_, "main");
  if (copy == nullptr) return failure(to_error(sqlite3_errcode(target.get()), target.get(), file));
  int code = SQLITE_OK;
  while (code == SQLITE_OK) code = sqlite3_backup_step(copy, copy_step_pages);
  const int finished = sqlite3_backup_finish(copy);
  if (code != SQLITE_DONE) return failure(to_error(code, nullptr, file));
  if (finished != SQLITE_OK) return failure(to_error(finished, target.get(), file));
  return {};
}

bool file_exists(const std::string& file, const std::string& vfs) {
  sqlite3_vfs* system = sqlite3_vfs_find(vfs.empty() ? nullptr : vfs.c_str());
  ENSURE(system != nullptr);
  int exists = 0;
  const int code = system->xAccess(system, file.c_str(), SQLITE_ACCESS_EXISTS, &exists);
  return code == SQLITE_OK && exists != 0;
}

}  // namespace sojourn::store::driver::sqlite
