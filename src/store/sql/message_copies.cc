#include "store/sql/message_copies.h"

#include <zstd.h>

#include "base/ensure.h"
#include "store/sql/workspace.h"

namespace sojourn::store::sql {
namespace {

using contacts::ContactId;
using driver::Bytes;
using driver::Connection;
using driver::Row;
using driver::Sql;
using messages::MessageId;

/// HTML and text of a mail are at most 1 MiB each; nothing larger is decompressed.
constexpr std::size_t copy_bytes_max = 4 << 20;
/// A mail is written once and hardly ever read: the fastest level takes 10 KB of HTML to 3.
constexpr int compression_level = 1;

constexpr Sql read_sql =
    "SELECT copy, ends_at FROM message_copy WHERE workspace = ?1 AND message = ?2";
constexpr Sql earliest_sql = "SELECT min(ends_at) FROM message_copy WHERE workspace = ?1";
constexpr Sql write_sql =
    "INSERT INTO message_copy (workspace, message, ends_at, copy) VALUES (?1, ?2, ?3, ?4)"
    " ON CONFLICT (workspace, message) DO UPDATE SET ends_at = excluded.ends_at,"
    " copy = excluded.copy";
constexpr Sql delete_sql =
    "DELETE FROM message_copy WHERE workspace = ?1 AND message IN"
    " (SELECT message FROM message_copy WHERE workspace = ?1 AND ends_at <= ?2"
    " ORDER BY ends_at LIMIT ?3)";
constexpr Sql delete_of_sql =
    "DELETE FROM message_copy WHERE workspace = ?1 AND message IN"
    " (SELECT id FROM message WHERE workspace = ?1 AND partition = ?2 AND contact = ?3)";

std::string compressed(std::string_view content) {
  std::string bytes(ZSTD_compressBound(content.size()), '\0');
  const std::size_t size =
      ZSTD_compress(bytes.data(), bytes.size(), content.data(), content.size(), compression_level);
  ENSURE(ZSTD_isError(size) == 0);
  bytes.resize(size);
  return bytes;
}

std::optional<std::string> decompressed(std::string_view bytes) {
  const unsigned long long size = ZSTD_getFrameContentSize(bytes.data(), bytes.size());
  const bool says_size = size != ZSTD_CONTENTSIZE_UNKNOWN && size != ZSTD_CONTENTSIZE_ERROR;
  if (!says_size || size > copy_bytes_max) return std::nullopt;
  std::string content(size, '\0');
  const std::size_t got =
      ZSTD_decompress(content.data(), content.size(), bytes.data(), bytes.size());
  if (ZSTD_isError(got) != 0 || got != size) return std::nullopt;
  return content;
}

}  // namespace

Result<std::optional<MessageCopy>> read_message_copy(Connection& connection, MessageId id) {
  std::optional<MessageCopy> copy;
  TRY_VOID(query(connection, read_sql, {workspace, id.value}, [&](Row& row) {
    std::optional<std::string> bytes = decompressed(row.view(0));
    if (!bytes) return row.mark_damaged();
    copy = {.bytes = std::move(*bytes), .end = row.time(1)};
  }));
  return copy;
}

Result<std::optional<Timestamp>> read_earliest_copy_end(Connection& connection) {
  std::optional<Timestamp> end;
  TRY_VOID(query(connection, earliest_sql, {workspace},
                 [&](const Row& row) { end = row.optional_time(0); }));
  return end;
}

Result<void> write_message_copy(Connection& connection, MessageId id, std::string_view bytes,
                                Timestamp end) {
  const std::string copy = compressed(bytes);
  return post(connection, write_sql, {workspace, id.value, end, Bytes{copy}});
}

Result<void> delete_message_copies(Connection& connection, Timestamp now, std::size_t limit) {
  return post(connection, delete_sql, {workspace, now, limit});
}

Result<void> delete_message_copies_of(Connection& connection, const ContactId& contact) {
  return post(connection, delete_of_sql, {workspace, contact.partition(), contact.hash});
}

}  // namespace sojourn::store::sql
