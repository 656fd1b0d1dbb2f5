#include "store/sql/counters.h"

#include <algorithm>

#include "store/sql/workspace.h"

namespace sojourn::store::sql {
namespace {

using driver::Connection;
using driver::Row;
using driver::Sql;

constexpr Sql counters_sql =
    "SELECT kind, key, version, step, variant, day, outcome, count FROM counter"
    " WHERE workspace = ?1 AND kind = ?2 AND key = ?3"
    " ORDER BY version, step, variant, day, outcome";
constexpr Sql counters_of_day_sql =
    "SELECT kind, key, version, step, variant, day, outcome, count FROM counter"
    " WHERE workspace = ?1 AND kind = ?2 AND day = ?3"
    " ORDER BY key, version, step, variant, outcome";
constexpr Sql add_counter_sql =
    "INSERT INTO counter (workspace, kind, key, version, step, variant, day, outcome, count)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"
    " ON CONFLICT (workspace, kind, key, version, step, variant, day, outcome)"
    " DO UPDATE SET count = counter.count + excluded.count";

constexpr Sql tally_sql = "SELECT number FROM tally WHERE workspace = ?1 AND name = ?2";
constexpr Sql add_tally_sql =
    "INSERT INTO tally (workspace, name, number) VALUES (?1, ?2, ?3)"
    " ON CONFLICT (workspace, name) DO UPDATE SET number = tally.number + excluded.number";
constexpr Sql raise_tally_sql =
    "INSERT INTO tally (workspace, name, number) VALUES (?1, ?2, ?3)"
    " ON CONFLICT (workspace, name) DO UPDATE SET number = excluded.number"
    " WHERE excluded.number > tally.number";

Counter decode(const Row& row) {
  return {.key = {.kind = row.text(0),
                  .key = row.text(1),
                  .version = row.number<int>(2),
                  .step = row.text(3),
                  .variant = row.text(4),
                  .day = row.number<std::int32_t>(5),
                  .outcome = row.text(6)},
          .count = row.integer(7)};
}

}  // namespace

Result<std::vector<Counter>> read_counters(Connection& connection, std::string_view kind,
                                           std::string_view key) {
  std::vector<Counter> counters;
  TRY_VOID(query(connection, counters_sql, {workspace, kind, key},
                 [&](const Row& row) { counters.push_back(decode(row)); }));
  return counters;
}

Result<std::vector<Counter>> read_counters_of_day(Connection& connection, std::string_view kind,
                                                  std::int32_t day) {
  std::vector<Counter> counters;
  TRY_VOID(query(connection, counters_of_day_sql, {workspace, kind, day},
                 [&](const Row& row) { counters.push_back(decode(row)); }));
  return counters;
}

std::string tallies::members(std::uint32_t segment) {
  return "members/" + std::to_string(segment);
}

std::string tallies::messages(messages::DeliveryState state) {
  return "messages/" + std::to_string(static_cast<int>(state));
}

Result<std::int64_t> read_tally(Connection& connection, std::string_view name) {
  std::int64_t number = 0;
  TRY_VOID(query(connection, tally_sql, {workspace, name},
                 [&](const Row& row) { number = row.integer(0); }));
  return number;
}

Result<events::Position> read_applied(Connection& connection) {
  TRY(number, read_tally(connection, tallies::applied));
  return events::Position{static_cast<std::uint64_t>(number)};
}

void PendingCounts::add(std::string_view tally, std::int64_t by) {
  const auto known = added_.find(tally);
  if (known != added_.end()) {
    known->second += by;
  } else {
    added_.emplace(tally, by);
  }
}

void PendingCounts::raise(std::string_view tally, std::int64_t at_least) {
  const auto known = raised_.find(tally);
  if (known != raised_.end()) {
    known->second = std::max(known->second, at_least);
  } else {
    raised_.emplace(tally, at_least);
  }
}

Result<void> PendingCounts::write(Connection& connection) {
  for (const auto& [key, count] : counters_) {
    TRY_VOID(post(connection, add_counter_sql,
                  {workspace, key.kind, key.key, key.version, key.step, key.variant, key.day,
                   key.outcome, count}));
  }
  for (const auto& [name, number] : added_) {
    if (number == 0) continue;
    TRY_VOID(post(connection, add_tally_sql, {workspace, name, number}));
  }
  for (const auto& [name, number] : raised_) {
    TRY_VOID(post(connection, raise_tally_sql, {workspace, name, number}));
  }
  counters_.clear();
  added_.clear();
  raised_.clear();
  return {};
}

}  // namespace sojourn::store::sql
