#include "store/sql/consents.h"

#include "store/sql/suppressions.h"
#include "store/sql/workspace.h"

namespace sojourn::store::sql {
namespace {

using contacts::ContactId;
using driver::Connection;
using driver::Row;
using driver::Sql;

constexpr Sql current_sql =
    "SELECT address, channel, topic, state, at, source, evidence, contact FROM consent"
    " WHERE workspace = ?1 ORDER BY address, channel, topic";
// Scans the ledger, once at start: the fold needs every line.
constexpr Sql lines_sql =
    "SELECT address, channel, topic, state, at, source, evidence, contact, basis, wording,"
    " wording_hash, ip, user_agent, actor FROM consent_line WHERE workspace = ?1 ORDER BY id";
constexpr Sql history_sql =
    "SELECT address, channel, topic, state, at, source, evidence, contact, basis, wording,"
    " wording_hash, ip, user_agent, actor FROM consent_line"
    " WHERE workspace = ?1 AND address = ?2 ORDER BY id DESC";
constexpr Sql append_sql =
    "INSERT INTO consent_line"
    " (workspace, address, channel, topic, state, at, source, evidence, contact, basis, wording,"
    " wording_hash, ip, user_agent, actor)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)";
constexpr Sql write_current_sql =
    "INSERT INTO consent"
    " (workspace, address, channel, topic, state, at, source, evidence, contact)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"
    " ON CONFLICT (workspace, address, channel, topic) DO UPDATE SET state = excluded.state,"
    " at = excluded.at, source = excluded.source, evidence = excluded.evidence,"
    " contact = excluded.contact";
constexpr Sql move_lines_sql =
    "UPDATE consent_line SET contact = ?3 WHERE workspace = ?1 AND contact = ?2";
constexpr Sql move_current_sql =
    "UPDATE consent SET contact = ?3 WHERE workspace = ?1 AND contact = ?2";
constexpr Sql move_address_sql =
    "UPDATE consent_line SET address = ?3 WHERE workspace = ?1 AND address = ?2";
constexpr Sql delete_current_sql = "DELETE FROM consent WHERE workspace = ?1 AND address = ?2";
constexpr Sql anonymise_lines_sql =
    "UPDATE consent_line SET contact = ?3, evidence = '', ip = '', user_agent = '', actor = ''"
    " WHERE workspace = ?1 AND contact = ?2";
constexpr Sql anonymise_current_sql =
    "UPDATE consent SET contact = ?3, evidence = '' WHERE workspace = ?1 AND contact = ?2";

ConsentRecord decode(Row& row) {
  return {.address = row.hash(0),
          .channel = row.text(1),
          .topic = row.text(2),
          .state = row.text(3),
          .at = row.time(4),
          .source = row.text(5),
          .evidence = row.text(6),
          .contact = {row.hash(7)}};
}

ConsentRecord decode_line(Row& row) {
  ConsentRecord record = decode(row);
  record.shown_by = {.basis = row.text(8),
                     .wording = row.text(9),
                     .wording_hash = row.text(10),
                     .ip = row.text(11),
                     .user_agent = row.text(12),
                     .actor = row.text(13)};
  return record;
}

/// Makes the line what holds of its address.
Result<void> follow(Connection& connection, const ConsentRecord& record) {
  TRY_VOID(post(connection, write_current_sql,
                {workspace, record.address, record.channel, record.topic, record.state, record.at,
                 record.source, record.evidence, record.contact.hash}));
  return follow_consent(connection, record);
}

}  // namespace

Result<std::vector<ConsentRecord>> read_consents(Connection& connection) {
  std::vector<ConsentRecord> records;
  TRY_VOID(query(connection, current_sql, {workspace},
                 [&](Row& row) { records.push_back(decode(row)); }));
  return records;
}

Result<std::vector<ConsentRecord>> read_consent_lines(Connection& connection) {
  std::vector<ConsentRecord> records;
  TRY_VOID(query(connection, lines_sql, {workspace},
                 [&](Row& row) { records.push_back(decode_line(row)); }));
  return records;
}

Result<std::vector<ConsentRecord>> read_consent_history(Connection& connection,
                                                        const Hash128& address) {
  std::vector<ConsentRecord> records;
  TRY_VOID(query(connection, history_sql, {workspace, address},
                 [&](Row& row) { records.push_back(decode_line(row)); }));
  return records;
}

Result<void> write_consent(Connection& connection, const ConsentRecord& record) {
  const effects::ConsentEvidence& shown_by = record.shown_by;
  TRY_VOID(
      post(connection, append_sql,
           {workspace, record.address, record.channel, record.topic, record.state, record.at,
            record.source, record.evidence, record.contact.hash, shown_by.basis, shown_by.wording,
            shown_by.wording_hash, shown_by.ip, shown_by.user_agent, shown_by.actor}));
  return follow(connection, record);
}

Result<void> move_consents_of_address(Connection& connection, const Hash128& from,
                                      const Hash128& to) {
  TRY_VOID(post(connection, move_address_sql, {workspace, from, to}));
  for (const Hash128& address : {from, to}) {
    TRY_VOID(post(connection, delete_current_sql, {workspace, address}));
    TRY_VOID(delete_suppressions(connection, address));
  }
  TRY(lines, read_consent_history(connection, to));
  for (auto line = lines.rbegin(); line != lines.rend(); ++line) {
    TRY_VOID(follow(connection, *line));
  }
  return {};
}

Result<void> move_consents(Connection& connection, const ContactId& from, const ContactId& to) {
  for (const Sql* const move : {&move_lines_sql, &move_current_sql}) {
    TRY_VOID(post(connection, *move, {workspace, from.hash, to.hash}));
  }
  return {};
}

Result<void> anonymise_consents(Connection& connection, const ContactId& contact) {
  // Lines of nobody would all match.
  if (contact.is_zero()) return {};
  const ContactId nobody;
  for (const Sql* const anonymise : {&anonymise_lines_sql, &anonymise_current_sql}) {
    TRY_VOID(post(connection, *anonymise, {workspace, contact.hash, nobody.hash}));
  }
  return {};
}

}  // namespace sojourn::store::sql
