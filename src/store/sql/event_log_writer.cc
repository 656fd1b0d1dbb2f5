#include <fmt/format.h>

#include <algorithm>
#include <deque>

#include "base/ensure.h"
#include "base/log.h"
#include "store/sql/event_log.h"
#include "store/sql/log_marks.h"
#include "store/sql/remembered_messages.h"
#include "store/sql/workspace.h"

namespace sojourn::store::sql {
namespace {

using driver::Bytes;
using driver::Connection;
using driver::Row;
using driver::Sql;
using driver::sqlite::Checkpoint;
using events::Position;

/// A busy writer checkpoints when the WAL has grown by this, an idle one when told to. Senders wait
/// for it, so it is small: the log only appends, and a page is moved once however often this is.
constexpr std::int64_t wal_growth_bytes_max = 256 << 10;
/// Small blocks are joined until they hold this many events.
constexpr std::uint64_t joined_records = 1024;
/// Work of one checkpoint() beyond the checkpoint itself, in slices of some milliseconds.
constexpr int idle_slices_max = 8;

constexpr Sql head_sql =
    "SELECT last_position FROM block WHERE workspace = ?1 ORDER BY first_position DESC LIMIT 1";
constexpr Sql insert_block_sql =
    "INSERT INTO block (first_position, workspace, last_position, record_count, at_min, at_max,"
    " bytes) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
constexpr Sql block_of_sql =
    "SELECT first_position, last_position, bytes FROM block"
    " WHERE workspace = ?1 AND first_position <= ?2 ORDER BY first_position DESC LIMIT 1";
constexpr Sql replace_bytes_sql = "UPDATE block SET bytes = ?2 WHERE first_position = ?1";
constexpr Sql unsettled_sql =
    "SELECT first_position, last_position, record_count FROM block"
    " WHERE workspace = ?1 AND first_position > ?2 ORDER BY first_position";
constexpr Sql bytes_sql = "SELECT bytes FROM block WHERE first_position = ?1";
constexpr Sql delete_block_sql = "DELETE FROM block WHERE first_position = ?1";

BlockEntry erased_entry(Position position) {
  BlockEntry entry;
  entry.position = position;
  entry.is_erased = true;
  return entry;
}

}  // namespace

Result<Position> read_head(Connection& connection) {
  Position head;
  TRY_VOID(query(connection, head_sql, {workspace},
                 [&](const Row& row) { head = {row.number<std::uint64_t>(0)}; }));
  return head;
}

template <typename Work>
Result<void> SqlEventLogWriter::in_transaction(const Work& work) {
  TRY_VOID(connection_.begin());
  Result<void> result = work();
  if (result) result = connection_.commit();
  if (!result) connection_.rollback();
  return result;
}

Result<void> SqlEventLogWriter::append(std::span<const LogRecord> records) {
  if (records.empty()) return {};
  ENSURE(records.front().position.value > head_.load());
  std::vector<BlockEntry> entries;
  entries.reserve(records.size());
  for (const LogRecord& record : records) {
    if (record.payload.size() > block_payload_bytes_max) {
      return failure(Error{.code = "too_large",
                           .message = fmt::format("event is {} bytes, the limit is {}",
                                                  record.payload.size(), block_payload_bytes_max),
                           .limit = std::to_string(block_payload_bytes_max)});
    }
    entries.push_back(to_entry(record));
  }
  Result<void> appended = in_transaction([&]() -> Result<void> {
    TRY_VOID(insert_blocks(entries));
    return add_to_days(connection_, records);
  });
  if (!appended) return appended;
  head_.store(records.back().position.value);
  if (connection_.wal_growth_bytes() > wal_growth_bytes_max) {
    // The events are durable: a checkpoint that fails is tried again when the WAL has grown more.
    const Result<void> moved = checkpoint_file();
    if (!moved) log::warn("checkpoint of the log failed", {{"reason", moved.error().message}});
  }
  return {};
}

Result<void> SqlEventLogWriter::insert_blocks(std::span<const BlockEntry> entries) {
  while (!entries.empty()) {
    std::size_t count = 0;
    std::size_t payload_bytes = 0;
    while (count < std::min(entries.size(), block_records_max)) {
      payload_bytes += entries[count].payload.size();
      if (count > 0 && payload_bytes > block_payload_bytes_max) break;
      ++count;
    }
    TRY_VOID(insert_block(entries.first(count)));
    entries = entries.subspan(count);
  }
  return {};
}

Result<void> SqlEventLogWriter::insert_block(std::span<const BlockEntry> entries) {
  const auto [earliest, latest] =
      std::minmax_element(entries.begin(), entries.end(),
                          [](const BlockEntry& a, const BlockEntry& b) { return a.at < b.at; });
  const std::string bytes = encoder_.encode(entries);
  TRY_VOID(execute(connection_, insert_block_sql,
                   {entries.front().position.value, workspace, entries.back().position.value,
                    entries.size(), earliest->at, latest->at, Bytes{bytes}}));
  return {};
}

Result<void> SqlEventLogWriter::remember_messages(std::uint32_t bucket,
                                                  std::span<const Hash128> sorted,
                                                  Position covered) {
  return in_transaction([&]() -> Result<void> {
    TRY_VOID(insert_remembered(connection_, bucket, sorted));
    return set_mark(connection_, marks::covered, covered);
  });
}

Result<std::vector<bool>> SqlEventLogWriter::were_remembered(std::span<const Hash128> hashes) {
  return find_remembered(connection_, hashes);
}

Result<void> SqlEventLogWriter::forget_messages(std::uint32_t bucket) {
  return in_transaction([&] { return forget_bucket(connection_, bucket); });
}

Result<std::vector<EventLogWriter::RememberedBucket>> SqlEventLogWriter::remembered_buckets() {
  return read_remembered_buckets(connection_);
}

Result<void> SqlEventLogWriter::visit_remembered(
    std::uint32_t bucket, const std::function<void(std::span<const Hash128>)>& visit) {
  return visit_bucket(connection_, bucket, visit);
}

Result<Position> SqlEventLogWriter::covered() {
  return read_mark(connection_, marks::covered);
}

Result<void> SqlEventLogWriter::erase(std::span<const Position> positions) {
  std::vector<Position> sorted(positions.begin(), positions.end());
  std::sort(sorted.begin(), sorted.end());
  TRY_VOID(in_transaction([&]() -> Result<void> {
    for (std::span<const Position> rest = sorted; !rest.empty();) {
      TRY(done, erase_in_block(rest));
      rest = rest.subspan(done);
    }
    return {};
  }));
  has_erased_ = true;
  // Where a reader is in the way, checkpoint() comes back to it.
  const Result<void> moved = checkpoint_file();
  if (!moved) log::warn("checkpoint of the log failed", {{"reason", moved.error().message}});
  return {};
}

/// Erases the first of the positions and those in the same block; the answer is how many.
Result<std::size_t> SqlEventLogWriter::erase_in_block(std::span<const Position> sorted) {
  Position first;
  Position last;
  Block block;
  Result<void> decoded;
  TRY_VOID(query(connection_, block_of_sql, {workspace, sorted.front().value}, [&](const Row& row) {
    first = {row.number<std::uint64_t>(0)};
    last = {row.number<std::uint64_t>(1)};
    if (last >= sorted.front()) decoded = block.decode(row.view(2));
  }));
  TRY_VOID(decoded);
  if (last < sorted.front()) return std::size_t{1};
  std::size_t done = 0;
  bool has_changed = false;
  for (BlockEntry& entry : block.entries()) {
    while (done < sorted.size() && sorted[done] < entry.position) ++done;
    if (done == sorted.size() || sorted[done] != entry.position) continue;
    has_changed = has_changed || !entry.is_erased;
    entry = erased_entry(entry.position);
  }
  while (done < sorted.size() && sorted[done] <= last) ++done;
  if (has_changed) {
    const std::string bytes = encoder_.encode(block.entries());
    TRY_VOID(execute(connection_, replace_bytes_sql, {first.value, Bytes{bytes}}));
  }
  return done;
}

Result<void> SqlEventLogWriter::checkpoint() {
  for (int slice = 0; slice < idle_slices_max; ++slice) {
    bool has_more = false;
    TRY_VOID(in_transaction([&]() -> Result<void> {
      TRY(has_forgotten, delete_forgotten(connection_));
      TRY(has_unsettled, join_small_blocks());
      has_more = has_forgotten || has_unsettled;
      return {};
    }));
    if (!has_more) break;
  }
  return checkpoint_file();
}

Result<void> SqlEventLogWriter::checkpoint_file() {
  if (has_erased_) {
    const Result<void> truncated = connection_.checkpoint(Checkpoint::truncate);
    if (truncated) {
      has_erased_ = false;
      return {};
    }
    if (truncated.error().code != "busy") return truncated;
  }
  return connection_.checkpoint(Checkpoint::passive);
}

/// Looks at the oldest blocks that are not settled and makes one block of them, or finds that they
/// are large enough as they are. True where there may be more to settle.
Result<bool> SqlEventLogWriter::join_small_blocks() {
  TRY(settled, read_mark(connection_, marks::settled));
  std::vector<std::uint64_t> first_positions;
  Position last;
  std::uint64_t records = 0;
  TRY_VOID(query(connection_, unsettled_sql, {workspace, settled.value}, [&](const Row& row) {
    const auto count = row.number<std::uint64_t>(2);
    // A large block ends the run of small ones before it, and is settled by itself.
    if (!first_positions.empty() && count >= joined_records) {
      records = joined_records;
      return false;
    }
    records += count;
    first_positions.push_back(row.number<std::uint64_t>(0));
    last = {row.number<std::uint64_t>(1)};
    return records < joined_records;
  }));
  if (records < joined_records) return false;
  bool is_joined = true;
  if (first_positions.size() > 1) {
    TRY(joined, join(first_positions));
    is_joined = joined;
  }
  TRY_VOID(set_mark(connection_, marks::settled, last));
  return is_joined;
}

/// One block in place of several; false where their payloads are too many for one.
Result<bool> SqlEventLogWriter::join(std::span<const std::uint64_t> first_positions) {
  std::deque<Block> blocks;
  std::vector<BlockEntry> entries;
  std::size_t payload_bytes = 0;
  for (const std::uint64_t first : first_positions) {
    Block& block = blocks.emplace_back();
    Result<void> decoded;
    TRY_VOID(query(connection_, bytes_sql, {first},
                   [&](const Row& row) { decoded = block.decode(row.view(0)); }));
    TRY_VOID(decoded);
    entries.insert(entries.end(), block.entries().begin(), block.entries().end());
    for (const BlockEntry& entry : block.entries()) payload_bytes += entry.payload.size();
  }
  if (payload_bytes > block_payload_bytes_max) return false;
  for (const std::uint64_t first : first_positions) {
    TRY_VOID(execute(connection_, delete_block_sql, {first}));
  }
  TRY_VOID(insert_block(entries));
  return true;
}

}  // namespace sojourn::store::sql
