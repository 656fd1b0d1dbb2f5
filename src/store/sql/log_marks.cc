#include "store/sql/log_marks.h"

#include <map>

#include "store/sql/workspace.h"

namespace sojourn::store::sql {
namespace {

using driver::Connection;
using driver::Row;
using driver::Sql;
using events::Position;

constexpr Sql add_to_day_sql =
    "INSERT INTO day_count (workspace, day, count) VALUES (?1, ?2, ?3)"
    " ON CONFLICT (workspace, day) DO UPDATE SET count = day_count.count + excluded.count";
// PostgreSQL's sum of integers is of another type, which the driver does not read.
constexpr Sql counts_sql =
    "SELECT CAST(coalesce(sum(count), 0) AS bigint),"
    " CAST(coalesce(sum(CASE WHEN day >= ?2 THEN count ELSE 0 END), 0) AS bigint)"
    " FROM day_count WHERE workspace = ?1";
constexpr Sql mark_sql = "SELECT position FROM mark WHERE workspace = ?1 AND name = ?2";
constexpr Sql set_mark_sql =
    "INSERT INTO mark (workspace, name, position) VALUES (?1, ?2, ?3)"
    " ON CONFLICT (workspace, name) DO UPDATE SET position = excluded.position";

std::int64_t day_of(Timestamp time) {
  constexpr std::int64_t day_ms = Duration::days(1).ms;
  const std::int64_t day = time.ms / day_ms;
  return time.ms % day_ms < 0 ? day - 1 : day;
}

}  // namespace

Result<Position> read_mark(Connection& connection, std::string_view name) {
  Position position;
  TRY_VOID(query(connection, mark_sql, {workspace, name},
                 [&](const Row& row) { position = {row.number<std::uint64_t>(0)}; }));
  return position;
}

Result<void> set_mark(Connection& connection, std::string_view name, Position position) {
  return post(connection, set_mark_sql, {workspace, name, position.value});
}

Result<void> add_to_days(Connection& connection, std::span<const LogRecord> records) {
  std::map<std::int64_t, std::int64_t> days;
  for (const LogRecord& record : records) ++days[day_of(record.received_at)];
  for (const auto& [day, count] : days) {
    TRY_VOID(post(connection, add_to_day_sql, {workspace, day, count}));
  }
  return {};
}

Result<EventLogReader::Counts> read_counts(Connection& connection, std::int64_t day) {
  EventLogReader::Counts counts;
  TRY_VOID(query(connection, counts_sql, {workspace, day}, [&](const Row& row) {
    counts = {.total = row.number<std::uint64_t>(0), .that_day = row.number<std::uint64_t>(1)};
  }));
  return counts;
}

}  // namespace sojourn::store::sql
