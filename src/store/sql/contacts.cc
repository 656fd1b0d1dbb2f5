#include "store/sql/contacts.h"

#include <algorithm>
#include <span>

#include "base/text.h"
#include "store/sql/workspace.h"

namespace sojourn::store::sql {
namespace {

using driver::Bytes;
using driver::Connection;
using driver::Dialect;
using driver::Parameter;
using driver::Row;
using driver::Sql;

// In SQLite rows lie by their places, which their ids give; a row that stands elsewhere is found by
// its id. PostgreSQL has no such order: its rows are found by their ids.
constexpr Sql contact_at_sql =
    "SELECT user_id, email, name, first_seen, last_seen, state, last_decision FROM contact"
    " WHERE place = ?1 AND workspace = ?2 AND id = ?3";
constexpr Sql contact_sql =
    "SELECT user_id, email, name, first_seen, last_seen, state, last_decision FROM contact"
    " WHERE workspace = ?1 AND partition = ?2 AND id = ?3";
constexpr Sql contacts_between_sql =
    "SELECT user_id, email, name, first_seen, last_seen, state, last_decision, id, workspace"
    " FROM contact"
    " WHERE place >= ?1 AND place <= ?2 ORDER BY place";
constexpr Sql ids_with_email_sql =
    "SELECT id FROM contact WHERE workspace = ?1 AND lower(email) = ?2 AND email <> ''"
    " LIMIT ?3";
constexpr Sql ids_after_sql =
    "SELECT id FROM contact WHERE workspace = ?1 AND (partition, id) > (?2, ?3)"
    " ORDER BY partition, id LIMIT ?4";

// Most writes change only the state and the time: those leave the index of the lists alone.
constexpr Sql update_state_sql =
    "UPDATE contact SET last_seen = ?4, state = ?5, last_decision = coalesce(?11, last_decision)"
    " WHERE place = ?10 AND workspace = ?1 AND id = ?3"
    " AND user_id = ?6 AND email = ?7 AND name = ?8 AND first_seen = ?9";
constexpr Sql update_sql =
    "UPDATE contact SET last_seen = ?4, state = ?5, user_id = ?6, email = ?7, name = ?8,"
    " first_seen = ?9, last_decision = coalesce(?10, last_decision)"
    " WHERE workspace = ?1 AND partition = ?2 AND id = ?3";
constexpr Sql insert_sql =
    "INSERT INTO contact (place, workspace, partition, id, last_seen, state, user_id, email, name,"
    " first_seen, last_decision)"
    " VALUES (CASE WHEN EXISTS (SELECT 1 FROM contact WHERE place = ?10) THEN NULL"
    " ELSE ?10 END, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, coalesce(?11, 0))";
constexpr Sql upsert_sql =
    "INSERT INTO contact (workspace, partition, id, last_seen, state, user_id, email, name,"
    " first_seen, last_decision) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, coalesce(?10, CAST(0 "
    "AS bigint)))"
    " ON CONFLICT (workspace, partition, id) DO UPDATE SET last_seen = excluded.last_seen,"
    " state = excluded.state, user_id = excluded.user_id, email = excluded.email,"
    " name = excluded.name, first_seen = excluded.first_seen,"
    " last_decision = coalesce(?10, contact.last_decision)"
    " RETURNING (CASE WHEN xmax = 0 THEN 1 ELSE 0 END)";
constexpr Sql last_decision_at_sql =
    "SELECT last_decision FROM contact WHERE place = ?1 AND workspace = ?2 AND id = ?3";
constexpr Sql last_decision_sql =
    "SELECT last_decision FROM contact WHERE workspace = ?1 AND partition = ?2 AND id = ?3";
constexpr Sql update_last_decision_sql =
    "UPDATE contact SET last_decision = ?4 WHERE workspace = ?1 AND partition = ?2 AND id = ?3";
constexpr Sql delete_sql =
    "DELETE FROM contact WHERE workspace = ?1 AND partition = ?2 AND id = ?3";

constexpr Sql identifier_sql =
    "SELECT contact FROM identifier WHERE workspace = ?1 AND kind = ?2 AND value = ?3";
constexpr Sql write_identifier_sql =
    "INSERT INTO identifier (workspace, kind, value, contact) VALUES (?1, ?2, ?3, ?4)"
    " ON CONFLICT (workspace, kind, value) DO UPDATE SET contact = excluded.contact"
    " WHERE identifier.contact <> excluded.contact";
constexpr Sql move_identifiers_sql =
    "UPDATE identifier SET contact = ?3 WHERE workspace = ?1 AND contact = ?2";
constexpr Sql delete_identifiers_sql =
    "DELETE FROM identifier WHERE workspace = ?1 AND contact = ?2";

constexpr Sql alias_sql = "SELECT survivor FROM alias WHERE workspace = ?1 AND loser = ?2";
constexpr Sql losers_sql =
    "SELECT loser FROM alias WHERE workspace = ?1 AND survivor = ?2 ORDER BY loser";
constexpr Sql write_alias_sql =
    "INSERT INTO alias (workspace, loser, survivor) VALUES (?1, ?2, ?3)"
    " ON CONFLICT (workspace, loser) DO UPDATE SET survivor = excluded.survivor";
constexpr Sql move_losers_sql =
    "UPDATE alias SET survivor = ?3 WHERE workspace = ?1 AND survivor = ?2";
constexpr Sql delete_aliases_sql =
    "DELETE FROM alias WHERE workspace = ?1 AND (loser = ?2 OR survivor = ?2)";

/// Many contacts are read one after another while at least every so many-th row is asked for; after
/// so many rows somebody looks.
constexpr std::size_t rows_per_wanted_max = 4;
constexpr std::size_t rows_before_look = 64;

/// The first 47 bits of the id: as many as the shortest form of a row's number holds in six bytes.
std::int64_t place_of(const ContactId& id) {
  constexpr std::size_t bytes = 6;
  std::int64_t place = 0;
  for (std::size_t i = 0; i < bytes; ++i) place = place << 8 | id.hash.bytes[i];
  return place >> 1;
}

/// Whether a contact's row is found by its place.
bool has_places(const Connection& connection) {
  return connection.dialect() == Dialect::sqlite;
}

ContactRecord to_record(const ContactId& id, const Row& row) {
  return {.id = id,
          .user_id = row.text(0),
          .email = row.text(1),
          .name = row.text(2),
          .first_seen = row.time(3),
          .last_seen = row.time(4),
          .state = row.text(5),
          .last_decision = row.number<std::uint64_t>(6)};
}

/// The first row's hash as an id, or absent.
template <typename... Parameters>
Result<std::optional<ContactId>> read_id(Connection& connection, const Sql& sql,
                                         const Parameters&... parameters) {
  std::optional<ContactId> id;
  TRY_VOID(query(connection, sql, {workspace, parameters...},
                 [&](Row& row) { id = ContactId{row.hash(0)}; }));
  return id;
}

}  // namespace

Result<std::optional<ContactRecord>> read_contact(Connection& connection, const ContactId& id) {
  std::optional<ContactRecord> contact;
  const auto take = [&](const Row& row) { contact = to_record(id, row); };
  if (has_places(connection)) {
    TRY_VOID(query(connection, contact_at_sql, {place_of(id), workspace, id.hash}, take));
    if (contact) return contact;
  }
  TRY_VOID(query(connection, contact_sql, {workspace, id.partition(), id.hash}, take));
  return contact;
}

namespace {

/// Asks for all of them at once.
Result<std::vector<std::optional<ContactRecord>>> read_contacts_by_id(
    Connection& connection, std::span<const ContactId> ids) {
  std::vector<Parameter> values;
  values.reserve(ids.size() * 3);
  for (const ContactId& id : ids) values.insert(values.end(), {workspace, id.partition(), id.hash});
  std::vector<std::optional<ContactRecord>> found(ids.size());
  TRY_VOID(connection.query_each(contact_sql, 3, values, [&](std::size_t index, const Row& row) {
    found[index] = to_record(ids[index], row);
  }));
  return found;
}

}  // namespace

Result<std::vector<std::optional<ContactRecord>>> read_contacts(Connection& connection,
                                                                std::span<const ContactId> ids) {
  if (!has_places(connection)) return read_contacts_by_id(connection, ids);
  std::vector<std::optional<ContactRecord>> found(ids.size());
  if (ids.size() >= rows_before_look && std::is_sorted(ids.begin(), ids.end())) {
    std::size_t next = 0;
    std::size_t rows = 0;
    std::size_t wanted = 0;
    const auto take = [&](Row& row) {
      const ContactId id{row.hash(7)};
      while (next < ids.size() && ids[next] < id) ++next;
      ++rows;
      const bool is_wanted = next < ids.size() && ids[next] == id && row.integer(8) == workspace;
      if (is_wanted) {
        found[next] = to_record(id, row);
        ++wanted;
      }
      return rows < rows_before_look || wanted * rows_per_wanted_max >= rows;
    };
    TRY_VOID(query(connection, contacts_between_sql, {place_of(ids.front()), place_of(ids.back())},
                   take));
  }
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (found[i]) continue;
    TRY(record, read_contact(connection, ids[i]));
    found[i] = std::move(record);
  }
  return found;
}

Result<std::vector<ContactId>> read_contact_ids(Connection& connection, const ContactId& after,
                                                std::size_t limit) {
  std::vector<ContactId> ids;
  TRY_VOID(query(connection, ids_after_sql, {workspace, after.partition(), after.hash, limit},
                 [&](Row& row) { ids.push_back({row.hash(0)}); }));
  return ids;
}

Result<std::vector<ContactId>> read_contacts_with_email(Connection& connection,
                                                        std::string_view email, std::size_t limit) {
  std::vector<ContactId> ids;
  if (email.empty()) return ids;
  const std::string folded = to_lower_ascii(email);
  TRY_VOID(query(connection, ids_with_email_sql, {workspace, folded, limit},
                 [&](Row& row) { ids.push_back({row.hash(0)}); }));
  return ids;
}

namespace {

Result<void> upsert_contact(Connection& connection, const ContactRecord& record,
                            const Parameter& decision, std::function<void()> inserted) {
  const Parameter values[] = {
      workspace,      record.id.partition(), record.id.hash, record.last_seen,  Bytes{record.state},
      record.user_id, record.email,          record.name,    record.first_seen, decision};
  return connection.post_query(upsert_sql, values,
                               [inserted = std::move(inserted)](const Row& row) {
                                 if (row.integer(0) == 1) inserted();
                               });
}

}  // namespace

Result<void> write_contact(Connection& connection, const ContactRecord& record,
                           std::optional<std::uint64_t> last_decision,
                           std::function<void()> inserted) {
  const Parameter decision = last_decision ? Parameter(*last_decision) : Parameter(std::nullopt);
  if (!has_places(connection)) {
    return upsert_contact(connection, record, decision, std::move(inserted));
  }
  const Parameter values[] = {
      workspace,           record.id.partition(), record.id.hash, record.last_seen,
      Bytes{record.state}, record.user_id,        record.email,   record.name,
      record.first_seen,   place_of(record.id),   decision};
  TRY(in_place, connection.execute(update_state_sql, values));
  if (in_place == 1) return {};
  TRY(updated, execute(connection, update_sql,
                       {workspace, record.id.partition(), record.id.hash, record.last_seen,
                        Bytes{record.state}, record.user_id, record.email, record.name,
                        record.first_seen, decision}));
  if (updated == 1) return {};
  TRY_VOID(connection.execute(insert_sql, values));
  inserted();
  return {};
}

Result<std::uint64_t> read_last_decision(Connection& connection, const ContactId& id) {
  std::optional<std::uint64_t> last;
  const auto take = [&](const Row& row) { last = row.number<std::uint64_t>(0); };
  if (has_places(connection)) {
    TRY_VOID(query(connection, last_decision_at_sql, {place_of(id), workspace, id.hash}, take));
    if (last) return *last;
  }
  TRY_VOID(query(connection, last_decision_sql, {workspace, id.partition(), id.hash}, take));
  return last.value_or(0);
}

Result<void> write_last_decision(Connection& connection, const ContactId& id,
                                 std::uint64_t last_decision) {
  TRY(updated, execute(connection, update_last_decision_sql,
                       {workspace, id.partition(), id.hash, last_decision}));
  if (updated == 1) return {};
  return failure("unknown_contact", "a decision was taken about a contact that has no record");
}

Result<bool> delete_contact(Connection& connection, const ContactId& id) {
  TRY(deleted, execute(connection, delete_sql, {workspace, id.partition(), id.hash}));
  return deleted == 1;
}

Result<std::vector<std::optional<ContactId>>> read_identifiers(
    Connection& connection, std::span<const contacts::Identifier> wanted) {
  std::vector<Parameter> values;
  values.reserve(wanted.size() * 3);
  for (const contacts::Identifier& identifier : wanted) {
    values.insert(values.end(), {workspace, identifier.kind, identifier.value});
  }
  std::vector<std::optional<ContactId>> found(wanted.size());
  TRY_VOID(connection.query_each(identifier_sql, 3, values, [&](std::size_t index, Row& row) {
    found[index] = ContactId{row.hash(0)};
  }));
  return found;
}

Result<void> write_identifier(Connection& connection, const contacts::Identifier& identifier,
                              const ContactId& contact) {
  return post(connection, write_identifier_sql,
              {workspace, identifier.kind, identifier.value, contact.hash});
}

Result<void> move_identifiers(Connection& connection, const ContactId& from, const ContactId& to) {
  return post(connection, move_identifiers_sql, {workspace, from.hash, to.hash});
}

Result<void> delete_identifiers(Connection& connection, const ContactId& contact) {
  return post(connection, delete_identifiers_sql, {workspace, contact.hash});
}

Result<std::optional<ContactId>> read_alias(Connection& connection, const ContactId& loser) {
  return read_id(connection, alias_sql, loser.hash);
}

Result<std::vector<ContactId>> read_losers(Connection& connection, const ContactId& survivor) {
  std::vector<ContactId> losers;
  TRY_VOID(query(connection, losers_sql, {workspace, survivor.hash},
                 [&](Row& row) { losers.push_back({row.hash(0)}); }));
  return losers;
}

Result<void> write_alias(Connection& connection, const ContactId& loser,
                         const ContactId& survivor) {
  TRY_VOID(post(connection, move_losers_sql, {workspace, loser.hash, survivor.hash}));
  return post(connection, write_alias_sql, {workspace, loser.hash, survivor.hash});
}

Result<void> delete_aliases(Connection& connection, const ContactId& contact) {
  return post(connection, delete_aliases_sql, {workspace, contact.hash});
}

}  // namespace sojourn::store::sql
