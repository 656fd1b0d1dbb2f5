#pragma once

/// The event log over SQL: blocks in a table, written by one connection, read by a pool.

#include <atomic>

#include "store/driver/sqlite/connection.h"
#include "store/event_log.h"
#include "store/sql/connection_pool.h"
#include "store/sql/event_log_block.h"

namespace sojourn::store::sql {

/// The newest durable position, known to writer and readers without asking the database.
using LogHead = std::atomic<std::uint64_t>;

/// The position of the last event in the database; zero where there is none.
[[nodiscard]] Result<events::Position> read_head(driver::Connection& connection);

class SqlEventLogWriter final : public EventLogWriter {
 public:
  /// Both must outlive the writer.
  SqlEventLogWriter(driver::sqlite::SqliteConnection& connection, LogHead& head)
      : connection_(connection), head_(head) {}

  Result<void> append(std::span<const LogRecord> records) override;
  Result<void> remember_messages(std::uint32_t bucket, std::span<const Hash128> sorted,
                                 events::Position covered) override;
  Result<std::vector<bool>> were_remembered(std::span<const Hash128> hashes) override;
  Result<void> forget_messages(std::uint32_t bucket) override;
  Result<std::vector<RememberedBucket>> remembered_buckets() override;
  Result<void> visit_remembered(
      std::uint32_t bucket, const std::function<void(std::span<const Hash128>)>& visit) override;
  Result<events::Position> covered() override;
  Result<void> erase(std::span<const events::Position> positions) override;
  Result<void> checkpoint() override;

 private:
  /// Runs `work` in a transaction; after an error nothing of it is left.
  template <typename Work>
  Result<void> in_transaction(const Work& work);
  Result<void> insert_blocks(std::span<const BlockEntry> entries);
  Result<void> insert_block(std::span<const BlockEntry> entries);
  Result<std::size_t> erase_in_block(std::span<const events::Position> sorted);
  Result<bool> join_small_blocks();
  Result<bool> join(std::span<const std::uint64_t> first_positions);
  Result<void> checkpoint_file();

  driver::sqlite::SqliteConnection& connection_;
  LogHead& head_;
  BlockEncoder encoder_;
  bool has_erased_ = false;  ///< erased bytes may still be in the WAL
};

class SqlEventLogReader final : public EventLogReader {
 public:
  /// Both must outlive the reader.
  SqlEventLogReader(ConnectionPool& pool, const LogHead& head) : pool_(pool), head_(head) {}

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
  const LogHead& head_;
};

}  // namespace sojourn::store::sql
