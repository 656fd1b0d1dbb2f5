#include "base/json.h"
#include "base/text.h"
#include "store/audit_chain.h"
#include "store/sql/accounts.h"
#include "store/sql/workspace.h"

namespace sojourn::store::sql {
namespace {

using driver::Bytes;
using driver::Connection;
using driver::Row;
using driver::Sql;

constexpr Sql lines_sql =
    "SELECT sequence, at, actor, action, subject, detail, chain, client, changes FROM audit"
    " WHERE workspace = ?1 AND sequence < ?2 ORDER BY sequence DESC LIMIT ?3";
constexpr Sql append_sql =
    "INSERT INTO audit (workspace, sequence, at, actor, action, subject, detail, chain, client,"
    " changes) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";

/// `[["role","viewer","editor"]]`; empty where nothing changed.
std::string encode(const std::vector<FieldChange>& changes) {
  if (changes.empty()) return {};
  JsonWriter out;
  out.begin_list();
  for (const FieldChange& change : changes) {
    out.begin_list().string(change.field).string(change.before).string(change.after).end_list();
  }
  return out.end_list().take();
}

std::optional<std::vector<FieldChange>> decode(std::string_view text) {
  std::vector<FieldChange> changes;
  if (text.empty()) return changes;
  const Result<Value> value = parse_json(text);
  const Value::List* const list = value ? value->as_list() : nullptr;
  if (list == nullptr) return std::nullopt;
  for (const Value& item : *list) {
    const Value::List* const parts = item.as_list();
    if (parts == nullptr || parts->size() != 3) return std::nullopt;
    FieldChange change;
    for (std::size_t i = 0; i < 3; ++i) {
      const std::string* const part = (*parts)[i].as_string();
      if (part == nullptr) return std::nullopt;
      (i == 0 ? change.field : i == 1 ? change.before : change.after) = *part;
    }
    changes.push_back(std::move(change));
  }
  return changes;
}

/// No longer than is kept, without half a character at its end.
void cut(std::string& text) {
  constexpr int character_bytes_max = 4;
  if (text.size() <= field_change_bytes_max) return;
  text.resize(field_change_bytes_max);
  for (int i = 1; i < character_bytes_max && !is_valid_utf8(text); ++i) text.pop_back();
  text += "…";
}

}  // namespace

Result<std::vector<AuditEntry>> read_audit_entries(Connection& connection,
                                                   std::optional<std::uint64_t> before,
                                                   std::size_t limit) {
  std::vector<AuditEntry> entries;
  TRY_VOID(query(connection, lines_sql,
                 {workspace, before.value_or(std::uint64_t{INT64_MAX}), limit}, [&](Row& row) {
                   std::optional<std::vector<FieldChange>> changes = decode(row.view(8));
                   if (!changes) return row.mark_damaged();
                   entries.push_back({.line = {.sequence = row.number<std::uint64_t>(0),
                                               .at = row.time(1),
                                               .actor = row.text(2),
                                               .action = row.text(3),
                                               .subject = row.text(4),
                                               .detail = row.text(5),
                                               .chain = row.text(6)},
                                      .client = row.text(7),
                                      .changes = std::move(*changes)});
                 }));
  return entries;
}

Result<std::vector<AuditRecord>> read_audit(Connection& connection,
                                            std::optional<std::uint64_t> before,
                                            std::size_t limit) {
  TRY(entries, read_audit_entries(connection, before, limit));
  std::vector<AuditRecord> lines;
  lines.reserve(entries.size());
  for (AuditEntry& entry : entries) lines.push_back(std::move(entry.line));
  return lines;
}

Result<void> append_audit(Connection& connection, AuditEntry entry) {
  TRY(newest, read_audit(connection, std::nullopt, 1));
  if (entry.changes.size() > field_changes_max) entry.changes.resize(field_changes_max);
  for (FieldChange& change : entry.changes) {
    cut(change.field);
    cut(change.before);
    cut(change.after);
  }
  AuditRecord& line = entry.line;
  line.sequence = newest.empty() ? 1 : newest.front().sequence + 1;
  line.chain = audit_chain(newest.empty() ? "" : newest.front().chain, entry);
  return post(connection, append_sql,
              {workspace, line.sequence, line.at, line.actor, line.action, line.subject,
               line.detail, Bytes{line.chain}, entry.client, encode(entry.changes)});
}

}  // namespace sojourn::store::sql
