#include "store/sql/remembered_messages.h"

#include <algorithm>

#include "store/sql/workspace.h"

namespace sojourn::store::sql {
namespace {

using driver::Connection;
using driver::Parameter;
using driver::Row;
using driver::Sql;

/// Rows of one bulk insert, one visit and one slice of deletion: bounds memory and waiting.
constexpr std::size_t batch_rows = 4096;

constexpr Sql insert_sql =
    "INSERT INTO remembered_message (workspace, bucket, hash) VALUES (?1, ?2, ?3)"
    " ON CONFLICT (workspace, bucket, hash) DO NOTHING";
constexpr Sql count_sql =
    "INSERT INTO remembered_bucket (workspace, bucket, count, forgotten) VALUES (?1, ?2, ?3, 0)"
    " ON CONFLICT (workspace, bucket) DO UPDATE SET"
    " count = remembered_bucket.count + excluded.count";
constexpr Sql find_sql =
    "SELECT 1 FROM remembered_message WHERE workspace = ?1 AND bucket = ?2 AND hash = ?3";
constexpr Sql buckets_sql =
    "SELECT bucket, count FROM remembered_bucket WHERE workspace = ?1 AND forgotten = ?2"
    " ORDER BY bucket";
constexpr Sql forget_sql =
    "UPDATE remembered_bucket SET forgotten = 1 WHERE workspace = ?1 AND bucket = ?2";
constexpr Sql visit_sql =
    "SELECT hash FROM remembered_message WHERE workspace = ?1 AND bucket = ?2 AND hash > ?3"
    " ORDER BY hash LIMIT ?4";
constexpr Sql delete_rows_sql =
    "DELETE FROM remembered_message WHERE workspace = ?1 AND bucket = ?2 AND hash <= ?3";
constexpr Sql delete_bucket_sql =
    "DELETE FROM remembered_bucket WHERE workspace = ?1 AND bucket = ?2";

enum class Forgotten { no = 0, yes = 1 };

Result<std::vector<EventLogWriter::RememberedBucket>> read_buckets(Connection& connection,
                                                                   Forgotten forgotten) {
  std::vector<EventLogWriter::RememberedBucket> buckets;
  TRY_VOID(
      query(connection, buckets_sql, {workspace, static_cast<int>(forgotten)}, [&](const Row& row) {
        buckets.push_back(
            {.bucket = row.number<std::uint32_t>(0), .count = row.number<std::uint64_t>(1)});
      }));
  return buckets;
}

/// The next hashes of the bucket above `after`, which is empty at the beginning.
Result<std::vector<Hash128>> read_batch(Connection& connection, std::uint32_t bucket,
                                        std::string_view after) {
  std::vector<Hash128> batch;
  TRY_VOID(query(connection, visit_sql, {workspace, bucket, driver::Bytes{after}, batch_rows},
                 [&](Row& row) { batch.push_back(row.hash(0)); }));
  return batch;
}

/// True where the bucket may have more rows.
Result<bool> delete_slice(Connection& connection, std::uint32_t bucket) {
  TRY(batch, read_batch(connection, bucket, ""));
  if (!batch.empty()) {
    TRY_VOID(post(connection, delete_rows_sql, {workspace, bucket, batch.back()}));
  }
  if (batch.size() == batch_rows) return true;
  TRY_VOID(post(connection, delete_bucket_sql, {workspace, bucket}));
  return false;
}

}  // namespace

Result<void> insert_remembered(Connection& connection, std::uint32_t bucket,
                               std::span<const Hash128> sorted) {
  TRY(forgotten, read_buckets(connection, Forgotten::yes));
  for (const auto& old : forgotten) {
    // The number is used again before the old rows are gone: they go now.
    bool has_more = old.bucket == bucket;
    while (has_more) {
      TRY(more, delete_slice(connection, bucket));
      has_more = more;
    }
  }
  std::int64_t inserted = 0;
  std::vector<Parameter> values;
  while (!sorted.empty()) {
    const auto batch = sorted.first(std::min(sorted.size(), batch_rows));
    values.clear();
    for (const Hash128& hash : batch) values.insert(values.end(), {workspace, bucket, hash});
    TRY(count, connection.insert_rows(insert_sql, 3, values));
    inserted += count;
    sorted = sorted.subspan(batch.size());
  }
  return post(connection, count_sql, {workspace, bucket, inserted});
}

Result<std::vector<bool>> find_remembered(Connection& connection, std::span<const Hash128> hashes) {
  TRY(buckets, read_remembered_buckets(connection));
  std::vector<bool> found(hashes.size(), false);
  for (std::size_t index = 0; index < hashes.size(); ++index) {
    for (const auto& bucket : buckets) {
      bool is_there = false;
      TRY_VOID(query(connection, find_sql, {workspace, bucket.bucket, hashes[index]},
                     [&](const Row&) { is_there = true; }));
      if (is_there) found[index] = true;
    }
  }
  return found;
}

Result<void> forget_bucket(Connection& connection, std::uint32_t bucket) {
  return post(connection, forget_sql, {workspace, bucket});
}

Result<bool> delete_forgotten(Connection& connection) {
  TRY(buckets, read_buckets(connection, Forgotten::yes));
  if (buckets.empty()) return false;
  TRY(more, delete_slice(connection, buckets.front().bucket));
  return more || buckets.size() > 1;
}

Result<std::vector<EventLogWriter::RememberedBucket>> read_remembered_buckets(
    Connection& connection) {
  return read_buckets(connection, Forgotten::no);
}

Result<void> visit_bucket(Connection& connection, std::uint32_t bucket,
                          const std::function<void(std::span<const Hash128>)>& visit) {
  TRY(buckets, read_remembered_buckets(connection));
  const bool is_known = std::any_of(buckets.begin(), buckets.end(),
                                    [&](const auto& known) { return known.bucket == bucket; });
  if (!is_known) return {};
  std::string after;
  while (true) {
    TRY(batch, read_batch(connection, bucket, after));
    if (batch.empty()) return {};
    visit(batch);
    after = batch.back().view();
  }
}

}  // namespace sojourn::store::sql
