#pragma once

/// The store on SQLite: one writing connection for each of two files, and readers.

#include <memory>
#include <string>

#include "store/driver/sqlite/connection.h"
#include "store/sql/connection_pool.h"
#include "store/sql/data_folder.h"
#include "store/sql/event_log.h"
#include "store/sql/open.h"
#include "store/sql/state_transaction.h"

namespace sojourn::store::sql {

class SqliteStore final : public Store {
 public:
  using Connection = driver::sqlite::SqliteConnection;

  /// Connections are open for writing and their schema is up to date.
  SqliteStore(SqliteStoreOptions options, FolderLock lock, std::unique_ptr<Connection> log,
              std::unique_ptr<Connection> state, events::Position head);

  EventLogWriter& log_writer() override { return log_writer_; }
  EventLogReader& log_reader() override { return log_reader_; }
  Result<std::unique_ptr<StateTransaction>> begin() override;
  Result<std::unique_ptr<StateReads>> view() override;
  Result<void> checkpoint_state() override;
  Result<void> backup(const std::string& folder) override;

 private:
  void end_transaction(const TransactionEnd& end);
  Result<void> checkpoint_file();

  const SqliteStoreOptions options_;
  // Members are destroyed from the last to the first: readers, then writers, then the lock.
  FolderLock lock_;
  std::unique_ptr<Connection> log_;
  std::unique_ptr<Connection> state_;
  ConnectionPool log_pool_;
  ConnectionPool state_pool_;
  LogHead head_;
  SqlEventLogWriter log_writer_;
  SqlEventLogReader log_reader_;
  bool is_in_transaction_ = false;
  bool has_erased_ = false;  ///< erased bytes may still be in the state's WAL
};

}  // namespace sojourn::store::sql
