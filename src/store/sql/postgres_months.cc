#include "store/sql/postgres_months.h"

#include <fmt/format.h>

#include <chrono>

namespace sojourn::store::sql {
namespace {

using driver::Connection;
using driver::Row;
using driver::Sql;

constexpr Sql attached_sql =
    "SELECT 1 FROM pg_inherits WHERE inhparent = 'event'::regclass"
    " AND inhrelid = to_regclass(?1)";

constexpr std::int64_t months_a_year = 12;

std::int64_t begin_of(std::int64_t month) {
  const std::int64_t from_1970 = month >= 0 ? month : month - (months_a_year - 1);
  const std::int64_t years = from_1970 / months_a_year;
  const auto in_year = static_cast<unsigned>(month - years * months_a_year);
  const std::chrono::year_month_day first{std::chrono::year(static_cast<int>(1970 + years)),
                                          std::chrono::month(in_year + 1), std::chrono::day(1)};
  return std::chrono::sys_days(first).time_since_epoch().count() * Duration::days(1).ms;
}

std::string name_of(std::int64_t month) {
  const std::chrono::sys_days first{std::chrono::days(begin_of(month) / Duration::days(1).ms)};
  const std::chrono::year_month_day date(first);
  return fmt::format("event_{:04}_{:02}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()));
}

// A table that is made as a partition would lock its parent against everybody; one that is attached
// does not.
std::string script_of(std::int64_t month) {
  const std::string name = name_of(month);
  return fmt::format(
      "CREATE TABLE IF NOT EXISTS {0} (LIKE event INCLUDING ALL);"
      "ALTER TABLE event ATTACH PARTITION {0} FOR VALUES FROM ({1}) TO ({2});",
      name, begin_of(month), begin_of(month + 1));
}

}  // namespace

std::int64_t month_of(Timestamp time) {
  const std::int64_t day_ms = Duration::days(1).ms;
  const std::int64_t days = time.ms / day_ms - (time.ms % day_ms < 0 ? 1 : 0);
  const std::chrono::year_month_day date{std::chrono::sys_days(std::chrono::days(days))};
  return (static_cast<int>(date.year()) - 1970) * months_a_year +
         static_cast<unsigned>(date.month()) - 1;
}

Result<void> make_month(Connection& connection, std::int64_t month) {
  const std::string name = name_of(month);
  bool is_there = false;
  TRY_VOID(query(connection, attached_sql, {name}, [&](const Row&) { is_there = true; }));
  if (is_there) return {};
  TRY_VOID(connection.begin());
  Result<void> made = connection.run_script(script_of(month));
  if (made) made = connection.commit();
  if (!made) connection.rollback();
  return made;
}

}  // namespace sojourn::store::sql
