#include "store/sql/sqlite_store.h"

#include <fmt/format.h>

#include "base/ensure.h"
#include "base/json.h"
#include "base/log.h"
#include "store/sql/migrate.h"
#include "store/sql/view.h"

namespace sojourn::store::sql {
namespace {

using driver::sqlite::Access;
using driver::sqlite::Checkpoint;
using driver::sqlite::ConnectionOptions;
using driver::sqlite::SqliteConnection;

/// A busy committer checkpoints when the WAL has grown by this, an idle one when told to.
constexpr std::int64_t wal_growth_bytes_max = 64 << 20;
/// The committer's cache holds what a large batch writes, so that it need not be read back before
/// the commit; checkpoints give it back. The log only appends, readers read little.
constexpr int state_cache_kib = 32 << 10;
constexpr int log_cache_kib = 2 << 10;
constexpr int reader_cache_kib = 1 << 10;

constexpr std::string_view log_name = "log.db";
constexpr std::string_view state_name = "state.db";
constexpr std::string_view manifest_name = "backup.json";
constexpr int manifest_format = 1;

std::string in_folder(const std::string& folder, std::string_view name) {
  return fmt::format("{}/{}", folder, name);
}

ConnectionOptions connection_options(const SqliteStoreOptions& options, std::string_view name,
                                     Access access, int cache_kib) {
  return {.file = in_folder(options.folder, name),
          .vfs = options.vfs,
          .access = access,
          .durability = options.durability,
          .cache_kib = cache_kib};
}

Result<std::unique_ptr<SqliteConnection>> open_writer(
    const SqliteStoreOptions& options, std::string_view name, int cache_kib,
    std::span<const migrations::Migration> steps) {
  TRY(connection,
      SqliteConnection::open(connection_options(options, name, Access::write, cache_kib)));
  TRY_VOID(migrate(*connection, steps));
  return connection;
}

/// Copies one file as one state of it, on a connection of its own. The answer is the position
/// that `position_of` finds in what was copied.
template <typename PositionOf>
Result<events::Position> copy_file(const ConnectionOptions& source, const std::string& target,
                                   const PositionOf& position_of) {
  if (source.vfs.empty()) TRY_VOID(make_private_file(target));
  TRY(connection, SqliteConnection::open(source));
  TRY_VOID(connection->begin_reading());
  TRY(position, position_of(*connection));
  TRY_VOID(connection->copy_to(target));
  return position;
}

ConnectionPool::Open open_reader(const SqliteStoreOptions& options, std::string_view name) {
  return [wanted = connection_options(options, name, Access::read, reader_cache_kib)]()
             -> Result<std::unique_ptr<driver::Connection>> {
    TRY(connection, SqliteConnection::open(wanted));
    return std::unique_ptr<driver::Connection>(std::move(connection));
  };
}

}  // namespace

Result<std::unique_ptr<Store>> open_sqlite_store(const SqliteStoreOptions& options) {
  FolderLock lock;
  if (options.vfs.empty()) {
    TRY_VOID(make_folder(options.folder));
    TRY(taken, FolderLock::take(options.folder));
    lock = std::move(taken);
    for (const std::string_view name : {log_name, state_name}) {
      TRY_VOID(make_private_file(in_folder(options.folder, name)));
    }
  }
  TRY(log, open_writer(options, log_name, log_cache_kib, migrations::of_log()));
  TRY(state, open_writer(options, state_name, state_cache_kib, migrations::of_state()));
  TRY(head, read_head(*log));
  TRY(applied, read_applied(*state));
  // Events are durable before they are applied, so a log that ends earlier has lost some.
  if (applied > head) {
    return failure("damaged", fmt::format("{}: the state has applied events up to position {}, the"
                                          " log ends at {}",
                                          options.folder, applied.value, head.value));
  }
  return std::make_unique<SqliteStore>(options, std::move(lock), std::move(log), std::move(state),
                                       head);
}

SqliteStore::SqliteStore(SqliteStoreOptions options, FolderLock lock,
                         std::unique_ptr<Connection> log, std::unique_ptr<Connection> state,
                         events::Position head)
    : options_(std::move(options)),
      lock_(std::move(lock)),
      log_(std::move(log)),
      state_(std::move(state)),
      log_pool_(open_reader(options_, log_name), options_.reader_count),
      state_pool_(open_reader(options_, state_name), options_.reader_count),
      head_(head.value),
      log_writer_(*log_, head_),
      log_reader_(log_pool_, head_) {}

Result<std::unique_ptr<StateTransaction>> SqliteStore::begin() {
  ENSURE(!is_in_transaction_);
  TRY_VOID(state_->begin());
  is_in_transaction_ = true;
  return std::make_unique<SqlTransaction>(
      *state_, [this](const TransactionEnd& end) { end_transaction(end); });
}

void SqliteStore::end_transaction(const TransactionEnd& end) {
  is_in_transaction_ = false;
  has_erased_ = has_erased_ || end.has_erased;
  if (!end.is_committed || state_->wal_growth_bytes() <= wal_growth_bytes_max) return;
  // The transaction is durable: a checkpoint that fails is tried again when the WAL has grown more.
  const Result<void> moved = checkpoint_file();
  if (!moved) log::warn("checkpoint of the state failed", {{"reason", moved.error().message}});
}

Result<std::unique_ptr<StateReads>> SqliteStore::view() {
  TRY(lease, state_pool_.take());
  TRY_VOID((*lease).begin_reading());
  return std::make_unique<SqlView>(std::move(lease));
}

Result<void> SqliteStore::checkpoint_state() {
  ENSURE(!is_in_transaction_);
  return checkpoint_file();
}

Result<void> SqliteStore::checkpoint_file() {
  if (has_erased_) {
    const Result<void> truncated = state_->checkpoint(Checkpoint::truncate);
    if (truncated) {
      has_erased_ = false;
      return {};
    }
    if (truncated.error().code != "busy") return truncated;
  }
  return state_->checkpoint(Checkpoint::passive);
}

Result<void> SqliteStore::backup(const std::string& folder) {
  const bool is_on_disk = options_.vfs.empty();
  if (is_on_disk) {
    TRY_VOID(make_folder(folder));
    TRY_VOID(check_empty(folder));
  }
  for (const std::string_view name : {state_name, log_name}) {
    if (driver::sqlite::file_exists(in_folder(folder, name), options_.vfs)) {
      return failure("not_empty", fmt::format("{} is not empty", folder));
    }
  }
  // The state first: the log that is copied after it holds at least what the state has applied.
  TRY(applied, copy_file(connection_options(options_, state_name, Access::read, reader_cache_kib),
                         in_folder(folder, state_name), read_applied));
  TRY(head, copy_file(connection_options(options_, log_name, Access::read, reader_cache_kib),
                      in_folder(folder, log_name), read_head));
  // A VFS of a test holds databases only.
  if (!is_on_disk) return {};
  JsonWriter manifest;
  manifest.begin_object();
  manifest.name("format").number(std::int64_t{manifest_format});
  manifest.name("log_head").number(static_cast<std::int64_t>(head.value));
  manifest.name("state_applied").number(static_cast<std::int64_t>(applied.value));
  manifest.name("log_schema").number(std::ssize(migrations::of_log()));
  manifest.name("state_schema").number(std::ssize(migrations::of_state()));
  manifest.end_object();
  return write_durably(folder, std::string(manifest_name), manifest.text() + "\n");
}

}  // namespace sojourn::store::sql
