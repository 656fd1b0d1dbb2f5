#include <fmt/format.h>

#include <array>

#include "base/ensure.h"
#include "base/log.h"
#include "domain/contacts/contact_id.h"
#include "store/sql/event_log_block.h"
#include "store/sql/log_marks.h"
#include "store/sql/postgres_event_log.h"
#include "store/sql/postgres_months.h"
#include "store/sql/remembered_messages.h"
#include "store/sql/workspace.h"

namespace sojourn::store::sql {
namespace {

using driver::Bytes;
using driver::Connection;
using driver::Parameter;
using driver::Row;
using driver::Sql;
using events::Position;

/// Slices of deletion in one checkpoint(), some milliseconds each.
constexpr int idle_slices_max = 8;

constexpr Sql newest_sql = "SELECT coalesce(max(position), 0) FROM event WHERE workspace = ?1";
constexpr Sql copy_sql =
    "COPY event (workspace, partition, position, message, subject, at, received_at, name, payload)"
    " FROM STDIN (FORMAT binary)";
/// Bytes of the integers among the columns of the COPY.
constexpr std::array copy_columns = {8, 2, 8, 0, 0, 8, 8, 0, 0};
constexpr Sql erase_sql =
    "UPDATE event SET message = ?3, subject = ?3, at = 0, name = '', payload = NULL"
    " WHERE workspace = ?1 AND position = ?2 AND payload IS NOT NULL";

Result<void> check_size(const LogRecord& record) {
  if (record.payload.size() <= block_payload_bytes_max) return {};
  return failure(Error{.code = "too_large",
                       .message = fmt::format("event is {} bytes, the limit is {}",
                                              record.payload.size(), block_payload_bytes_max),
                       .limit = std::to_string(block_payload_bytes_max)});
}

}  // namespace

Result<Position> read_newest_position(Connection& connection) {
  Position newest;
  TRY_VOID(query(connection, newest_sql, {workspace},
                 [&](const Row& row) { newest = {row.number<std::uint64_t>(0)}; }));
  return newest;
}

template <typename Work>
Result<void> PostgresEventLogWriter::in_transaction(const Work& work) {
  TRY_VOID(connection_.begin());
  Result<void> result = work();
  if (result) result = connection_.commit();
  while (!result && result.error().code == "commit_unknown") {
    log::error("the log waits for its database", {{"reason", result.error().message}});
    result = connection_.resolve_commit();
  }
  if (!result) connection_.rollback();
  return result;
}

Result<void> PostgresEventLogWriter::append(std::span<const LogRecord> records) {
  if (records.empty()) return {};
  ENSURE(records.front().position.value > known_.load());
  for (const LogRecord& record : records) TRY_VOID(check_size(record));
  TRY_VOID(make_months(records));
  const Result<void> appended = in_transaction([&]() -> Result<void> {
    TRY_VOID(copy(records));
    return add_to_days(connection_, records);
  });
  if (appended) known_.store(records.back().position.value);
  return appended;
}

Result<void> PostgresEventLogWriter::make_months(std::span<const LogRecord> records) {
  for (const LogRecord& record : records) {
    const std::int64_t month = month_of(record.received_at);
    if (months_.contains(month)) continue;
    TRY_VOID(make_month(connection_, month));
    months_.insert(month);
  }
  return {};
}

Result<void> PostgresEventLogWriter::copy(std::span<const LogRecord> records) {
  std::vector<Parameter> values;
  values.reserve(records.size() * copy_columns.size());
  for (const LogRecord& record : records) {
    values.insert(values.end(), {workspace, contacts::ContactId{record.subject}.partition(),
                                 record.position.value, record.message, record.subject, record.at,
                                 record.received_at, record.name, Bytes{record.payload}});
  }
  return connection_.copy_rows(copy_sql, copy_columns, values);
}

Result<void> PostgresEventLogWriter::remember_messages(std::uint32_t bucket,
                                                       std::span<const Hash128> sorted,
                                                       Position covered) {
  return in_transaction([&]() -> Result<void> {
    TRY_VOID(insert_remembered(connection_, bucket, sorted));
    return set_mark(connection_, marks::covered, covered);
  });
}

Result<std::vector<bool>> PostgresEventLogWriter::were_remembered(std::span<const Hash128> hashes) {
  return find_remembered(connection_, hashes);
}

Result<void> PostgresEventLogWriter::forget_messages(std::uint32_t bucket) {
  return in_transaction([&] { return forget_bucket(connection_, bucket); });
}

Result<std::vector<EventLogWriter::RememberedBucket>> PostgresEventLogWriter::remembered_buckets() {
  return read_remembered_buckets(connection_);
}

Result<void> PostgresEventLogWriter::visit_remembered(
    std::uint32_t bucket, const std::function<void(std::span<const Hash128>)>& visit) {
  return visit_bucket(connection_, bucket, visit);
}

Result<Position> PostgresEventLogWriter::covered() {
  return read_mark(connection_, marks::covered);
}

Result<void> PostgresEventLogWriter::erase(std::span<const Position> positions) {
  const Hash128 nobody;
  return in_transaction([&]() -> Result<void> {
    for (const Position position : positions) {
      TRY_VOID(post(connection_, erase_sql, {workspace, position.value, nobody}));
    }
    return {};
  });
}

Result<void> PostgresEventLogWriter::checkpoint() {
  for (int slice = 0; slice < idle_slices_max; ++slice) {
    bool has_more = false;
    TRY_VOID(in_transaction([&]() -> Result<void> {
      TRY(more, delete_forgotten(connection_));
      has_more = more;
      return {};
    }));
    if (!has_more) break;
  }
  return {};
}

}  // namespace sojourn::store::sql
