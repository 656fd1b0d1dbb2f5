#pragma once

/// The store on PostgreSQL: two writing connections, of the log and of the state, and readers.

#include <memory>
#include <string>

#include "store/driver/postgres/connection.h"
#include "store/sql/connection_pool.h"
#include "store/sql/open.h"
#include "store/sql/postgres_event_log.h"
#include "store/store.h"

namespace sojourn::store::sql {

class PostgresStore final : public Store {
 public:
  using Connection = driver::postgres::PostgresConnection;

  /// The connections hold the locks of what they write, the schema is up to date. `newest` is the
  /// position of the log's last event.
  PostgresStore(const PostgresStoreOptions& options, std::unique_ptr<Connection> log,
                std::unique_ptr<Connection> state, events::Position newest);

  EventLogWriter& log_writer() override { return log_writer_; }
  EventLogReader& log_reader() override { return log_reader_; }
  Result<std::unique_ptr<StateTransaction>> begin() override;
  Result<std::unique_ptr<StateReads>> view() override;
  /// PostgreSQL checkpoints by itself.
  Result<void> checkpoint_state() override { return {}; }
  /// Error `external_store`: PostgreSQL has tools of its own, which know its replicas.
  Result<void> backup(const std::string& folder) override;

 private:
  // Members are destroyed from the last to the first: readers, then writers.
  std::unique_ptr<Connection> log_;
  std::unique_ptr<Connection> state_;
  /// Reads of the log and views take turns at different pools: a view that asks for an event must
  /// not wait for itself.
  ConnectionPool log_pool_;
  ConnectionPool state_pool_;
  LogHead known_;
  PostgresEventLogWriter log_writer_;
  PostgresEventLogReader log_reader_;
  bool is_in_transaction_ = false;
};

}  // namespace sojourn::store::sql
