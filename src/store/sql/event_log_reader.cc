#include <algorithm>
#include <numeric>

#include "store/sql/event_log.h"
#include "store/sql/log_marks.h"
#include "store/sql/workspace.h"

namespace sojourn::store::sql {
namespace {

using driver::Connection;
using driver::Row;
using driver::Sql;
using events::Position;

constexpr Sql blocks_after_sql =
    "SELECT bytes FROM block WHERE workspace = ?1 AND first_position >="
    " (SELECT coalesce(max(first_position), 0) FROM block WHERE first_position <= ?2)"
    " ORDER BY first_position";
constexpr Sql blocks_before_sql =
    "SELECT bytes FROM block WHERE workspace = ?1 AND first_position < ?2"
    " ORDER BY first_position DESC";
constexpr Sql block_of_sql =
    "SELECT last_position, bytes FROM block"
    " WHERE workspace = ?1 AND first_position <= ?2 ORDER BY first_position DESC LIMIT 1";
/// Where read_back() stands: what it has found, how far it may still look.
class BackwardScan {
 public:
  BackwardScan(Position before, std::size_t limit, std::string_view name, std::size_t scan_max)
      : before_(before), limit_(limit), name_(name), scan_left_(scan_max) {}

  /// False: the page is complete.
  bool look_at(Block& block) {
    const std::span<BlockEntry> entries = block.entries();
    for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry) {
      if (entry->position >= before_) continue;
      if (page.records.size() == limit_ || scan_left_ == 0) {
        page.next = before_;
        return false;
      }
      --scan_left_;
      before_ = entry->position;
      const bool is_wanted = !entry->is_erased && (name_.empty() || entry->name == name_);
      if (is_wanted) page.records.push_back(entry->to_record());
    }
    return true;
  }

  EventLogReader::Page page;

 private:
  Position before_;  ///< of the last record looked at
  std::size_t limit_;
  std::string_view name_;
  std::size_t scan_left_;
};

/// Decodes the block that holds `position`, if there is one; the answer is its last position.
Result<Position> find_block(Connection& connection, Position position, Block& block) {
  Position last;
  Result<void> decoded;
  TRY_VOID(query(connection, block_of_sql, {workspace, position.value}, [&](const Row& row) {
    last = {row.number<std::uint64_t>(0)};
    if (last >= position) decoded = block.decode(row.view(1));
  }));
  TRY_VOID(decoded);
  return last;
}

}  // namespace

Result<Position> SqlEventLogReader::head() const {
  return Position{head_.load()};
}

Result<std::vector<LogRecord>> SqlEventLogReader::read(Position after, std::size_t limit) const {
  std::vector<LogRecord> records;
  if (limit == 0) return records;
  TRY(connection, pool_.take());
  Block block;
  Result<void> decoded;
  TRY_VOID(query(*connection, blocks_after_sql, {workspace, after.value}, [&](const Row& row) {
    decoded = block.decode(row.view(0));
    for (const BlockEntry& entry : block.entries()) {
      if (entry.position <= after || entry.is_erased) continue;
      if (records.size() == limit) break;
      records.push_back(entry.to_record());
    }
    return decoded.has_value() && records.size() < limit;
  }));
  TRY_VOID(decoded);
  return records;
}

Result<Position> SqlEventLogReader::scan(const Scan& scan,
                                         const std::function<void(const Scanned&)>& visit) const {
  TRY(connection, pool_.take());
  Result<Position> decoded = scan.after;
  bool is_full = false;
  TRY_VOID(query(*connection, blocks_after_sql, {workspace, scan.after.value}, [&](const Row& row) {
    decoded = scan_block(row.view(0), scan, visit);
    // Positions are dense enough to count by.
    is_full = decoded && decoded->value - scan.after.value >= scan.records_max;
    return decoded.has_value() && !is_full && *decoded < scan.until;
  }));
  TRY(reached, std::move(decoded));
  // Positions have gaps: the last ones asked for may be in no block.
  return is_full ? reached : scan.until;
}

Result<EventLogReader::Page> SqlEventLogReader::read_back(std::optional<Position> before,
                                                          std::size_t limit, std::string_view name,
                                                          std::size_t scan_max) const {
  const Position start = before.value_or(Position{INT64_MAX});
  BackwardScan scan(start, limit, name, scan_max);
  TRY(connection, pool_.take());
  Block block;
  Result<void> decoded;
  TRY_VOID(query(*connection, blocks_before_sql, {workspace, start.value}, [&](const Row& row) {
    decoded = block.decode(row.view(0));
    return decoded.has_value() && scan.look_at(block);
  }));
  TRY_VOID(decoded);
  return std::move(scan.page);
}

Result<std::vector<LogRecord>> SqlEventLogReader::at(std::span<const Position> positions) const {
  std::vector<std::size_t> order(positions.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return positions[a] < positions[b]; });
  std::vector<std::optional<LogRecord>> found(positions.size());
  TRY(connection, pool_.take());
  Block block;
  Position last;  // of the block in hand
  for (const std::size_t index : order) {
    if (positions[index] > last) {
      TRY(end, find_block(*connection, positions[index], block));
      last = end;
      if (last < positions[index]) continue;
    }
    const auto entry = std::lower_bound(
        block.entries().begin(), block.entries().end(), positions[index],
        [](const BlockEntry& one, Position position) { return one.position < position; });
    if (entry == block.entries().end() || entry->position != positions[index]) continue;
    if (!entry->is_erased) found[index] = entry->to_record();
  }
  std::vector<LogRecord> records;
  records.reserve(found.size());
  for (std::optional<LogRecord>& record : found) {
    if (record) records.push_back(std::move(*record));
  }
  return records;
}

Result<EventLogReader::Counts> SqlEventLogReader::counts(std::int64_t day) const {
  TRY(connection, pool_.take());
  return read_counts(*connection, day);
}

}  // namespace sojourn::store::sql
