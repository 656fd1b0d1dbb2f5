#include <algorithm>

#include "store/driver/postgres/dialect.h"
#include "store/sql/log_marks.h"
#include "store/sql/postgres_event_log.h"
#include "store/sql/workspace.h"

namespace sojourn::store::sql {
namespace {

using driver::Bytes;
using driver::Parameter;
using driver::Row;
using driver::Sql;
using events::Position;

/// Rows that read_back() looks at in one query where it looks for a name.
constexpr std::size_t look_rows = 1'000;

// Beyond what is known the snapshot decides.
constexpr Sql head_sql =
    "SELECT coalesce(max(position), ?2) FROM event WHERE workspace = ?1 AND position > ?2"
    " AND xid < pg_snapshot_xmin(pg_current_snapshot())";
constexpr Sql read_sql =
    "SELECT position, message, subject, at, received_at, name, payload FROM event"
    " WHERE workspace = ?1 AND position > ?2 AND payload IS NOT NULL"
    " AND (position <= ?3 OR xid < pg_snapshot_xmin(pg_current_snapshot()))"
    " ORDER BY position LIMIT ?4";
// Who scans up to a head has nothing before it that is still to come.
constexpr Sql scan_sql =
    "SELECT position, name, payload FROM event"
    " WHERE workspace = ?1 AND position > ?2 AND position <= ?3 AND payload IS NOT NULL"
    " AND name = ANY(CAST(?4 AS text[])) ORDER BY position";
constexpr Sql has_more_sql =
    "SELECT 1 FROM event WHERE workspace = ?1 AND position > ?2 AND position <= ?3 LIMIT 1";
constexpr Sql look_back_sql =
    "SELECT position, name, payload IS NULL FROM event"
    " WHERE workspace = ?1 AND position < ?2 ORDER BY position DESC LIMIT ?3";
constexpr Sql at_sql =
    "SELECT position, message, subject, at, received_at, name, payload FROM event"
    " WHERE workspace = ?1 AND position = ?2 AND payload IS NOT NULL";

LogRecord decode(Row& row) {
  return {.position = {row.number<std::uint64_t>(0)},
          .message = row.hash(1),
          .subject = row.hash(2),
          .at = row.time(3),
          .received_at = row.time(4),
          .name = row.text(5),
          .payload = row.text(6)};
}

Result<std::vector<LogRecord>> read_at(driver::Connection& connection,
                                       std::span<const Position> positions) {
  std::vector<Parameter> values;
  values.reserve(positions.size() * 2);
  for (const Position position : positions) {
    values.insert(values.end(), {workspace, position.value});
  }
  std::vector<LogRecord> records;
  TRY_VOID(connection.query_each(at_sql, 2, values,
                                 [&](std::size_t, Row& row) { records.push_back(decode(row)); }));
  return records;
}

/// Where read_back() stands: what it has found, how far it may still look.
struct BackwardLook {
  std::vector<Position> found = {};
  Position before;  ///< the last one looked at
  std::size_t looks_left = 0;
  bool is_complete = false;           ///< the page is
  std::optional<Position> next = {};  ///< where it ends, if anything is left
};

/// Looks at up to `rows` rows. True where there may be more to look at.
Result<bool> look_back(driver::Connection& connection, BackwardLook& look, std::size_t limit,
                       std::string_view name, std::size_t rows) {
  std::size_t seen = 0;
  TRY_VOID(
      query(connection, look_back_sql, {workspace, look.before.value, rows}, [&](const Row& row) {
        ++seen;
        if (look.found.size() == limit || look.looks_left == 0) {
          look.is_complete = true;
          look.next = look.before;
          return false;
        }
        --look.looks_left;
        look.before = {row.number<std::uint64_t>(0)};
        const bool is_erased = row.integer(2) != 0;
        const bool is_wanted = !is_erased && (name.empty() || row.view(1) == name);
        if (is_wanted) look.found.push_back(look.before);
        return true;
      }));
  return !look.is_complete && seen == rows;
}

}  // namespace

Result<Position> PostgresEventLogReader::head() const {
  Position head;
  TRY(connection, pool_.take());
  TRY_VOID(query(*connection, head_sql, {workspace, known_.load()},
                 [&](const Row& row) { head = {row.number<std::uint64_t>(0)}; }));
  return head;
}

Result<std::vector<LogRecord>> PostgresEventLogReader::read(Position after,
                                                            std::size_t limit) const {
  std::vector<LogRecord> records;
  TRY(connection, pool_.take());
  TRY_VOID(query(*connection, read_sql, {workspace, after.value, known_.load(), limit},
                 [&](Row& row) { records.push_back(decode(row)); }));
  return records;
}

Result<Position> PostgresEventLogReader::scan(
    const Scan& scan, const std::function<void(const Scanned&)>& visit) const {
  // Positions are dense enough to count by.
  const std::uint64_t span = scan.until.value - std::min(scan.after, scan.until).value;
  const std::uint64_t wanted = std::max<std::uint64_t>(scan.records_max, 1);
  const Position end = {span > wanted ? scan.after.value + wanted : scan.until.value};
  TRY(connection, pool_.take());
  const std::string names = driver::postgres::text_array(scan.names);
  TRY_VOID(query(*connection, scan_sql, {workspace, scan.after.value, end.value, Bytes{names}},
                 [&](const Row& row) {
                   visit({.position = {row.number<std::uint64_t>(0)},
                          .name = row.view(1),
                          .payload = row.view(2)});
                 }));
  bool has_more = false;
  TRY_VOID(query(*connection, has_more_sql, {workspace, end.value, scan.until.value},
                 [&](const Row&) { has_more = true; }));
  return has_more ? end : scan.until;
}

Result<EventLogReader::Page> PostgresEventLogReader::read_back(std::optional<Position> before,
                                                               std::size_t limit,
                                                               std::string_view name,
                                                               std::size_t scan_max) const {
  BackwardLook look{.before = before.value_or(Position{INT64_MAX}), .looks_left = scan_max};
  const std::size_t rows = name.empty() ? limit + 1 : look_rows;
  TRY(connection, pool_.take());
  bool has_more = true;
  while (has_more) {
    TRY(more, look_back(*connection, look, limit, name, rows));
    has_more = more;
  }
  TRY(records, read_at(*connection, look.found));
  return Page{.records = std::move(records), .next = look.next};
}

Result<std::vector<LogRecord>> PostgresEventLogReader::at(
    std::span<const Position> positions) const {
  TRY(connection, pool_.take());
  return read_at(*connection, positions);
}

Result<EventLogReader::Counts> PostgresEventLogReader::counts(std::int64_t day) const {
  TRY(connection, pool_.take());
  return read_counts(*connection, day);
}

}  // namespace sojourn::store::sql
