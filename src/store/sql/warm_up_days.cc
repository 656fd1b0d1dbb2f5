#include "store/sql/warm_up_days.h"

#include "store/sql/workspace.h"

namespace sojourn::store::sql {
namespace {

using driver::Connection;
using driver::Row;
using driver::Sql;
using Entry = policies::WarmUpBook::Entry;

// Reads them all: a plan has a row a day.
constexpr Sql all_sql =
    "SELECT plan, day, step, sent, planned, bounced, complained FROM warm_up_day"
    " WHERE workspace = ?1 ORDER BY plan, day";
constexpr Sql write_sql =
    "INSERT INTO warm_up_day (workspace, plan, day, step, sent, planned, bounced, complained)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"
    " ON CONFLICT (workspace, plan, day) DO UPDATE SET step = excluded.step, sent = excluded.sent,"
    " planned = excluded.planned, bounced = excluded.bounced, complained = excluded.complained";

constexpr absl::CivilDay first_day(1970, 1, 1);

}  // namespace

Result<std::vector<Entry>> read_warm_up_days(Connection& connection) {
  std::vector<Entry> entries;
  TRY_VOID(query(connection, all_sql, {workspace}, [&](Row& row) {
    entries.push_back({.plan = row.text(0),
                       .day = {.day = first_day + row.integer(1),
                               .step = row.integer(2),
                               .sent = row.integer(3),
                               .planned = row.integer(4),
                               .bounced = row.integer(5),
                               .complained = row.integer(6)}});
  }));
  return entries;
}

Result<void> write_warm_up_day(Connection& connection, const Entry& entry) {
  const policies::WarmUpDay& day = entry.day;
  const std::int64_t number = day.day - first_day;
  TRY_VOID(execute(connection, write_sql,
                   {workspace, entry.plan, number, day.step, day.sent, day.planned, day.bounced,
                    day.complained}));
  return {};
}

}  // namespace sojourn::store::sql
