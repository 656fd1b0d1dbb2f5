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
    "SELECT sequence, at, actor, action, subject, detail, chain FROM audit"
    " WHERE workspace = ?1 AND sequence < ?2 ORDER BY sequence DESC LIMIT ?3";
constexpr Sql append_sql =
    "INSERT INTO audit (workspace, sequence, at, actor, action, subject, detail, chain)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";

}  // namespace

Result<std::vector<AuditRecord>> read_audit(Connection& connection,
                                            std::optional<std::uint64_t> before,
                                            std::size_t limit) {
  std::vector<AuditRecord> lines;
  TRY_VOID(query(connection, lines_sql,
                 {workspace, before.value_or(std::uint64_t{INT64_MAX}), limit},
                 [&](const Row& row) {
                   lines.push_back({.sequence = row.number<std::uint64_t>(0),
                                    .at = row.time(1),
                                    .actor = row.text(2),
                                    .action = row.text(3),
                                    .subject = row.text(4),
                                    .detail = row.text(5),
                                    .chain = row.text(6)});
                 }));
  return lines;
}

Result<void> append_audit(Connection& connection, const AuditRecord& record) {
  TRY(newest, read_audit(connection, std::nullopt, 1));
  AuditRecord line = record;
  line.sequence = newest.empty() ? 1 : newest.front().sequence + 1;
  line.chain = audit_chain(newest.empty() ? "" : newest.front().chain, line);
  return post(connection, append_sql,
              {workspace, line.sequence, line.at, line.actor, line.action, line.subject,
               line.detail, Bytes{line.chain}});
}

}  // namespace sojourn::store::sql
