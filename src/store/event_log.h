#pragma once

/// The event log on disk: blocks of events, appended by one writer, read by anybody.
///
/// A block is one group commit: columns of (name, subject, at, payload), compressed with zstd.
/// Positions grow by one an event and are never used twice.

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/hash.h"
#include "base/result.h"
#include "base/time.h"
#include "domain/events/event.h"

namespace sojourn::store {

/// One event as the log keeps it.
struct LogRecord {
  events::Position position;
  Hash128 message;  ///< keyed hash of (workspace, messageId), for repeats
  Hash128 subject;  ///< id of the contact it was about when it came in; a merge may have moved on
  Timestamp at;
  Timestamp received_at;
  std::string name;
  std::string payload;  ///< events::encode()

  friend bool operator==(const LogRecord&, const LogRecord&) = default;
};

/// The writing half. Owned by the log writer's thread.
class EventLogWriter {
 public:
  virtual ~EventLogWriter() = default;

  /// Appends one block; durable (fdatasync) when it returns without error. Positions must ascend
  /// and follow the head. Errors: `disk_full`, `disk_failed`; nothing is appended then.
  virtual Result<void> append(std::span<const LogRecord> records) = 0;

  /// Remembers message hashes in the bucket of their time, sorted and in one transaction with the
  /// position up to which the log's events are covered.
  virtual Result<void> remember_messages(std::uint32_t bucket, std::span<const Hash128> sorted,
                                         events::Position covered) = 0;
  /// For each hash, whether a remembered bucket holds it.
  virtual Result<std::vector<bool>> were_remembered(std::span<const Hash128> hashes) = 0;
  virtual Result<void> forget_messages(std::uint32_t bucket) = 0;
  struct RememberedBucket {
    std::uint32_t bucket = 0;
    std::uint64_t count = 0;
  };
  virtual Result<std::vector<RememberedBucket>> remembered_buckets() = 0;
  /// Calls `visit` with every hash of a bucket, in batches: fills a filter at start.
  virtual Result<void> visit_remembered(
      std::uint32_t bucket, const std::function<void(std::span<const Hash128>)>& visit) = 0;
  /// The position up to which remembered messages cover the log.
  virtual Result<events::Position> covered() = 0;

  /// Rewrites the blocks that hold these positions so that the events' payload, name and message
  /// hash are gone; the positions stay as tombstones that reads skip. For erasure.
  virtual Result<void> erase(std::span<const events::Position> positions) = 0;

  /// Moves committed pages into the main file; call when idle. Never on the append path.
  virtual Result<void> checkpoint() = 0;
};

/// The reading half. Thread-safe.
class EventLogReader {
 public:
  virtual ~EventLogReader() = default;

  [[nodiscard]] virtual Result<events::Position> head() const = 0;
  /// At most `limit` records after `after`, ascending.
  [[nodiscard]] virtual Result<std::vector<LogRecord>> read(events::Position after,
                                                            std::size_t limit) const = 0;
  /// One event as a scan shows it; views that are valid during the call.
  struct Scanned {
    events::Position position;
    std::string_view name;
    std::string_view payload;  ///< events::encode()
  };
  struct Scan {
    events::Position after;
    events::Position until;
    std::vector<std::string> names;  ///< of the events to visit
    std::size_t records_max = 0;     ///< looks at about so many events
  };
  /// Visits the events of these names in ascending order. The answer is the position up to which
  /// it has looked: `until` where there is no more. Blocks without these names cost little.
  [[nodiscard]] virtual Result<events::Position> scan(
      const Scan& scan, const std::function<void(const Scanned&)>& visit) const = 0;
  /// At most `limit` records before `before`, descending; of `name` only unless it is empty.
  /// Looks at no more than `scan_max` records; `next` is where to go on, absent at the end.
  struct Page {
    std::vector<LogRecord> records;
    std::optional<events::Position> next;
  };
  [[nodiscard]] virtual Result<Page> read_back(std::optional<events::Position> before,
                                               std::size_t limit, std::string_view name,
                                               std::size_t scan_max) const = 0;
  /// The records at these positions that (still) exist, in the order asked for.
  [[nodiscard]] virtual Result<std::vector<LogRecord>> at(
      std::span<const events::Position> positions) const = 0;
  /// Events since the beginning of UTC day `day` (days since 1970) and in all; erased ones count.
  struct Counts {
    std::uint64_t total = 0;
    std::uint64_t that_day = 0;
  };
  [[nodiscard]] virtual Result<Counts> counts(std::int64_t day) const = 0;
};

}  // namespace sojourn::store
