#include "store/sql/postgres_store.h"

#include <fmt/format.h>

#include "base/ensure.h"
#include "store/sql/migrate.h"
#include "store/sql/state_transaction.h"
#include "store/sql/view.h"

namespace sojourn::store::sql {
namespace {

using driver::postgres::PostgresConnection;

Result<std::unique_ptr<PostgresConnection>> open_writer(const PostgresStoreOptions& options,
                                                        const std::string& writes) {
  return PostgresConnection::open({.session = {.url = options.url, .writes = writes}});
}

ConnectionPool::Open open_reader(const PostgresStoreOptions& options) {
  return [url = options.url]() -> Result<std::unique_ptr<driver::Connection>> {
    TRY(connection, PostgresConnection::open({.session = {.url = url}}));
    return std::unique_ptr<driver::Connection>(std::move(connection));
  };
}

}  // namespace

Result<std::unique_ptr<Store>> open_postgres_store(const PostgresStoreOptions& options) {
  TRY(log, open_writer(options, "log"));
  TRY(state, open_writer(options, "state"));
  // Both locks are ours: nobody else migrates.
  TRY_VOID(migrate(*state, migrations::of_postgres()));
  TRY(newest, read_newest_position(*log));
  TRY(applied, read_applied(*state));
  // Events are durable before they are applied, so a log that ends earlier has lost some.
  if (applied > newest) {
    return failure("damaged", fmt::format("the state has applied events up to position {}, the log"
                                          " ends at {}",
                                          applied.value, newest.value));
  }
  return std::make_unique<PostgresStore>(options, std::move(log), std::move(state), newest);
}

PostgresStore::PostgresStore(const PostgresStoreOptions& options, std::unique_ptr<Connection> log,
                             std::unique_ptr<Connection> state, events::Position newest)
    : log_(std::move(log)),
      state_(std::move(state)),
      log_pool_(open_reader(options), options.reader_count),
      state_pool_(open_reader(options), options.reader_count),
      known_(newest.value),
      log_writer_(*log_, known_),
      log_reader_(log_pool_, known_) {}

Result<std::unique_ptr<StateTransaction>> PostgresStore::begin() {
  ENSURE(!is_in_transaction_);
  TRY_VOID(state_->begin());
  is_in_transaction_ = true;
  return std::make_unique<SqlTransaction>(
      *state_, [this](const TransactionEnd&) { is_in_transaction_ = false; });
}

Result<std::unique_ptr<StateReads>> PostgresStore::view() {
  TRY(lease, state_pool_.take());
  TRY_VOID((*lease).begin_reading());
  return std::make_unique<SqlView>(std::move(lease));
}

Result<void> PostgresStore::backup(const std::string&) {
  return failure("external_store",
                 "the workspace is in PostgreSQL: copy the database with pg_dump or"
                 " pg_basebackup, and keep the file secret.key with it");
}

}  // namespace sojourn::store::sql
