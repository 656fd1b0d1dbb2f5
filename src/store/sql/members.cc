#include "store/sql/members.h"

#include <utility>

#include "store/sql/workspace.h"

namespace sojourn::store::sql {
namespace {

using driver::Connection;
using driver::Row;
using driver::Sql;

constexpr Sql insert_sql =
    "INSERT INTO member (workspace, segment, partition, contact, since)"
    " VALUES (?1, ?2, ?3, ?4, ?5)"
    " ON CONFLICT (workspace, segment, partition, contact) DO NOTHING RETURNING segment";
constexpr Sql delete_sql =
    "DELETE FROM member"
    " WHERE workspace = ?1 AND segment = ?2 AND partition = ?3 AND contact = ?4 RETURNING segment";
constexpr Sql after_sql =
    "SELECT contact FROM member WHERE workspace = ?1 AND segment = ?2"
    " AND (partition, contact) > (?3, ?4) ORDER BY partition, contact LIMIT ?5";
// An index by contact would double every change of a segment for the sake of erasure and merges;
// stepping from segment to segment costs them one look-up each.
constexpr Sql next_segment_sql =
    "SELECT segment FROM member WHERE workspace = ?1 AND segment > ?2 ORDER BY segment LIMIT 1";

}  // namespace

Result<void> insert_member(Connection& connection, std::uint32_t segment,
                           const contacts::ContactId& contact, Timestamp since,
                           std::function<void()> inserted) {
  const driver::Parameter values[] = {workspace, segment, contact.partition(), contact.hash, since};
  return connection.post_query(insert_sql, values,
                               [inserted = std::move(inserted)](const Row&) { inserted(); });
}

Result<void> delete_member(Connection& connection, std::uint32_t segment,
                           const contacts::ContactId& contact, std::function<void()> deleted) {
  const driver::Parameter values[] = {workspace, segment, contact.partition(), contact.hash};
  return connection.post_query(delete_sql, values,
                               [deleted = std::move(deleted)](const Row&) { deleted(); });
}

Result<std::vector<contacts::ContactId>> read_members(Connection& connection, std::uint32_t segment,
                                                      const contacts::ContactId& after,
                                                      std::size_t limit) {
  std::vector<contacts::ContactId> members;
  TRY_VOID(query(connection, after_sql, {workspace, segment, after.partition(), after.hash, limit},
                 [&](Row& row) { members.push_back({row.hash(0)}); }));
  return members;
}

Result<void> delete_memberships(Connection& connection, const contacts::ContactId& contact,
                                const std::function<void(std::uint32_t)>& left) {
  std::int64_t segment = -1;
  while (true) {
    std::optional<std::int64_t> next;
    TRY_VOID(query(connection, next_segment_sql, {workspace, segment},
                   [&](const Row& row) { next = row.integer(0); }));
    if (!next) return {};
    segment = *next;
    const auto number = static_cast<std::uint32_t>(segment);
    TRY_VOID(delete_member(connection, number, contact, [left, number] { left(number); }));
  }
}

}  // namespace sojourn::store::sql
