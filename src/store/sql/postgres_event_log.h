#pragma once

/// The event log in PostgreSQL: a row an event, a table a month.
///
/// A reader that follows the log must not pass an event whose transaction ends after that of a
/// later one. Up to `known` nothing can come any more: this process has appended it, or found it
/// when it took the log's lock. Beyond, a row counts when its transaction is older than every one
/// that is open. Positions are given under the lock, so that their order is that of transactions.

#include <atomic>
#include <set>

#include "store/driver/postgres/connection.h"
#include "store/event_log.h"
#include "store/sql/connection_pool.h"
#include "store/sql/event_log.h"

namespace sojourn::store::sql {

/// The position of the last event in the database; zero where there is none. Of who has the lock.
[[nodiscard]] Result<events::Position> read_newest_position(driver::Connection& connection);

class PostgresEventLogWriter final : public EventLogWriter {
 public:
  /// `connection` writes `log`; both must outlive the writer.
  PostgresEventLogWriter(driver::postgres::PostgresConnection& connection, LogHead& known)
      : connection_(connection), known_(known) {}

  /// Waits for a database that goes away while it commits, however long that takes: an append whose
  /// end is unknown can be neither acknowledged nor refused.
  Result<void> append(std::span<const LogRecord> records) override;
  Result<void> remember_messages(std::uint32_t bucket, std::span<const Hash128> sorted,
                                 events::Position covered) override;
  Result<std::vector<bool>> were_remembered(std::span<const Hash128> hashes) override;
  Result<void> forget_messages(std::uint32_t bucket) override;
  Result<std::vector<RememberedBucket>> remembered_buckets() override;
  Result<void> visit_remembered(
      std::uint32_t bucket, const std::function<void(std::span<const Hash128>)>& visit) override;
  Result<events::Position> covered() override;
  /// The rows stay without what was in them; PostgreSQL's vacuum frees the bytes of the old ones.
  Result<void> erase(std::span<const events::Position> positions) override;
  /// Deletes forgotten message ids; PostgreSQL checkpoints by itself.
  Result<void> checkpoint() override;

 private:
  /// Runs `work` in a transaction; after an error nothing of it is left.
  template <typename Work>
  Result<void> in_transaction(const Work& work);
  Result<void> make_months(std::span<const LogRecord> records);
  Result<void> copy(std::span<const LogRecord> records);

  driver::postgres::PostgresConnection& connection_;
  LogHead& known_;
  std::set<std::int64_t> months_;  ///< since 1970, whose tables are there
};

class PostgresEventLogReader final : public EventLogReader {
 public:
  /// Both must outlive the reader.
  PostgresEventLogReader(ConnectionPool& pool, const LogHead& known) : pool_(pool), known_(known) {}

  [[nodiscard]] Result<events::Position> head() const override;
  [[nodiscard]] Result<std::vector<LogRecord>> read(events::Position after,
                                                    std::size_t limit) const override;
  [[nodiscard]] Result<events::Position> scan(
      const Scan& scan, const std::function<void(const Scanned&)>& visit) const override;
  [[nodiscard]] Result<Page> read_back(std::optional<events::Position> before, std::size_t limit,
                                       std::string_view name, std::size_t scan_max) const override;
  [[nodiscard]] Result<std::vector<LogRecord>> at(
      std::span<const events::Position> positions) const override;
  [[nodiscard]] Result<Counts> counts(std::int64_t day) const override;

 private:
  ConnectionPool& pool_;
  const LogHead& known_;
};

}  // namespace sojourn::store::sql
