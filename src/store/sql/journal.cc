#include "store/sql/journal.h"

#include "store/sql/workspace.h"

namespace sojourn::store::sql {
namespace {

using contacts::ContactId;
using driver::Bytes;
using driver::Connection;
using driver::Row;
using driver::Sql;

constexpr Sql decisions_sql =
    "SELECT sequence, at, kind, payload FROM decision"
    " WHERE workspace = ?1 AND partition = ?2 AND contact = ?3 AND sequence < ?4"
    " ORDER BY sequence DESC LIMIT ?5";
constexpr Sql append_decision_sql =
    "INSERT INTO decision (workspace, partition, contact, sequence, at, kind, payload)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
constexpr Sql move_decisions_sql =
    "UPDATE decision SET partition = ?4, contact = ?5"
    " WHERE workspace = ?1 AND partition = ?2 AND contact = ?3";
constexpr Sql delete_decisions_sql =
    "DELETE FROM decision WHERE workspace = ?1 AND partition = ?2 AND contact = ?3";

// The chunks of one number come together: the limit counts numbers' rows up to the last number.
constexpr Sql chunks_sql =
    "SELECT payload FROM timeline_chunk"
    " WHERE workspace = ?1 AND partition = ?2 AND contact = ?3 AND chunk < ?4 AND chunk >="
    " (SELECT min(chunk) FROM (SELECT chunk FROM timeline_chunk"
    "  WHERE workspace = ?1 AND partition = ?2 AND contact = ?3 AND chunk < ?4"
    "  ORDER BY chunk DESC LIMIT ?5) AS newest)"
    " ORDER BY chunk DESC, origin";
constexpr Sql write_chunk_sql =
    "INSERT INTO timeline_chunk (workspace, partition, contact, chunk, origin, payload)"
    " VALUES (?1, ?2, ?3, ?4, ?3, ?5)"
    " ON CONFLICT (workspace, partition, contact, chunk, origin)"
    " DO UPDATE SET payload = excluded.payload";
constexpr Sql move_chunks_sql =
    "UPDATE timeline_chunk SET partition = ?4, contact = ?5"
    " WHERE workspace = ?1 AND partition = ?2 AND contact = ?3";
constexpr Sql delete_chunks_sql =
    "DELETE FROM timeline_chunk WHERE workspace = ?1 AND partition = ?2 AND contact = ?3";

}  // namespace

Result<std::vector<DecisionRecord>> read_decisions(Connection& connection, const ContactId& contact,
                                                   std::optional<std::uint64_t> before,
                                                   std::size_t limit) {
  std::vector<DecisionRecord> decisions;
  TRY_VOID(query(connection, decisions_sql,
                 {workspace, contact.partition(), contact.hash,
                  before.value_or(std::uint64_t{INT64_MAX}), limit},
                 [&](const Row& row) {
                   decisions.push_back({.contact = contact,
                                        .at = row.time(1),
                                        .sequence = row.number<std::uint64_t>(0),
                                        .kind = row.number<std::uint8_t>(2),
                                        .payload = row.text(3)});
                 }));
  return decisions;
}

Result<void> append_decision(Connection& connection, const DecisionRecord& record) {
  TRY_VOID(execute(connection, append_decision_sql,
                   {workspace, record.contact.partition(), record.contact.hash, record.sequence,
                    record.at, int{record.kind}, Bytes{record.payload}}));
  return {};
}

Result<std::vector<std::string>> read_timeline_chunks(Connection& connection,
                                                      const ContactId& contact,
                                                      std::uint32_t before_chunk,
                                                      std::size_t limit) {
  std::vector<std::string> chunks;
  TRY_VOID(query(connection, chunks_sql,
                 {workspace, contact.partition(), contact.hash, before_chunk, limit},
                 [&](const Row& row) { chunks.push_back(row.text(0)); }));
  return chunks;
}

Result<void> write_timeline_chunk(Connection& connection, const ContactId& contact,
                                  std::uint32_t chunk, std::string_view payload) {
  TRY_VOID(execute(connection, write_chunk_sql,
                   {workspace, contact.partition(), contact.hash, chunk, Bytes{payload}}));
  return {};
}

Result<void> move_journal(Connection& connection, const ContactId& from, const ContactId& to) {
  for (const Sql* const move : {&move_decisions_sql, &move_chunks_sql}) {
    TRY_VOID(execute(connection, *move,
                     {workspace, from.partition(), from.hash, to.partition(), to.hash}));
  }
  return {};
}

Result<void> delete_journal(Connection& connection, const ContactId& contact) {
  for (const Sql* const erase : {&delete_decisions_sql, &delete_chunks_sql}) {
    TRY_VOID(execute(connection, *erase, {workspace, contact.partition(), contact.hash}));
  }
  return {};
}

}  // namespace sojourn::store::sql
