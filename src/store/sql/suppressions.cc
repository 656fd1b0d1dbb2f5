#include "store/sql/suppressions.h"

#include <limits>

#include "domain/policies/policies.h"
#include "store/sql/workspace.h"

namespace sojourn::store::sql {
namespace {

using driver::Connection;
using driver::Row;
using driver::Sql;

constexpr Sql page_sql =
    "SELECT id, channel, address, scope, topic, at, source, actor FROM suppression"
    " WHERE workspace = ?1 AND id < ?2 ORDER BY id DESC LIMIT ?3";
constexpr Sql of_address_sql =
    "SELECT id, channel, address, scope, topic, at, source, actor FROM suppression"
    " WHERE workspace = ?1 AND address = ?2 AND id < ?3 ORDER BY id DESC LIMIT ?4";
// Who is on the list already stays on it for the reason that brought them there.
constexpr Sql insert_sql =
    "INSERT INTO suppression (workspace, address, channel, scope, topic, at, source, actor)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"
    " ON CONFLICT (workspace, address, scope, topic) DO NOTHING";
constexpr Sql delete_sql =
    "DELETE FROM suppression WHERE workspace = ?1 AND address = ?2 AND scope = ?3 AND topic = ?4";

constexpr Sql delete_of_address_sql =
    "DELETE FROM suppression WHERE workspace = ?1 AND address = ?2";

SuppressionRecord decode(Row& row) {
  return {.number = row.number<std::uint64_t>(0),
          .channel = row.text(1),
          .address = row.hash(2),
          .scope = row.text(3),
          .topic = row.text(4),
          .at = row.time(5),
          .source = row.text(6),
          .actor = row.text(7)};
}

Result<void> insert(Connection& connection, const ConsentRecord& record, std::string_view scope) {
  return post(connection, insert_sql,
              {workspace, record.address, record.channel, scope, record.topic, record.at,
               record.source, record.shown_by.actor});
}

Result<void> remove(Connection& connection, const ConsentRecord& record, std::string_view scope) {
  return post(connection, delete_sql, {workspace, record.address, scope, record.topic});
}

}  // namespace

Result<std::vector<SuppressionRecord>> read_suppressions(
    Connection& connection, const StateReads::SuppressionQuery& wanted) {
  std::vector<SuppressionRecord> records;
  const auto take = [&](Row& row) { records.push_back(decode(row)); };
  const std::int64_t before = wanted.before ? static_cast<std::int64_t>(*wanted.before)
                                            : std::numeric_limits<std::int64_t>::max();
  if (wanted.address) {
    TRY_VOID(query(connection, of_address_sql, {workspace, *wanted.address, before, wanted.limit},
                   take));
  } else {
    TRY_VOID(query(connection, page_sql, {workspace, before, wanted.limit}, take));
  }
  return records;
}

Result<void> follow_consent(Connection& connection, const ConsentRecord& record) {
  namespace states = policies::consent_states;
  const std::string_view scope = record.topic.empty() ? suppression_of_all : suppression_of_topic;
  if (record.state == states::suppressed) return insert(connection, record, scope);
  if (record.state == states::lifted) return remove(connection, record, scope);
  if (!record.topic.empty()) return {};
  const bool is_out = record.state == states::opted_out;
  return is_out ? insert(connection, record, suppression_of_marketing)
                : remove(connection, record, suppression_of_marketing);
}

Result<void> delete_suppressions(Connection& connection, const Hash128& address) {
  return post(connection, delete_of_address_sql, {workspace, address});
}

}  // namespace sojourn::store::sql
