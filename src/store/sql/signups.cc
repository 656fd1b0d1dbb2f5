#include "store/sql/signups.h"

#include "store/sql/workspace.h"

namespace sojourn::store::sql {
namespace {

using contacts::ContactId;
using driver::Connection;
using driver::Row;
using driver::Sql;

constexpr Sql one_sql =
    "SELECT id, form, address, contact, at, confirmed_at, payload FROM signup"
    " WHERE workspace = ?1 AND id = ?2";
constexpr Sql before_sql =
    "SELECT id, form, address, contact, at, confirmed_at, payload FROM signup"
    " WHERE workspace = ?1 AND at < ?2 ORDER BY at LIMIT ?3";
constexpr Sql count_sql =
    "SELECT count(*) FROM signup WHERE workspace = ?1 AND address = ?2 AND at >= ?3";
constexpr Sql write_sql =
    "INSERT INTO signup (workspace, id, form, address, contact, at, confirmed_at, payload)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"
    " ON CONFLICT (workspace, id) DO UPDATE SET form = excluded.form, address = excluded.address,"
    " contact = excluded.contact, at = excluded.at, confirmed_at = excluded.confirmed_at,"
    " payload = excluded.payload";
constexpr Sql delete_sql = "DELETE FROM signup WHERE workspace = ?1 AND id = ?2";
constexpr Sql move_sql = "UPDATE signup SET contact = ?3 WHERE workspace = ?1 AND contact = ?2";
constexpr Sql move_address_sql =
    "UPDATE signup SET address = ?3 WHERE workspace = ?1 AND address = ?2";
constexpr Sql delete_of_sql = "DELETE FROM signup WHERE workspace = ?1 AND contact = ?2";

SignupRecord decode(Row& row) {
  return {.id = row.text(0),
          .form = row.text(1),
          .address = row.hash(2),
          .contact = {row.hash(3)},
          .at = row.time(4),
          .confirmed_at = row.optional_time(5).value_or(Timestamp::never()),
          .payload = row.text(6)};
}

}  // namespace

Result<std::optional<SignupRecord>> read_signup(Connection& connection, std::string_view id) {
  std::optional<SignupRecord> found;
  TRY_VOID(query(connection, one_sql, {workspace, id}, [&](Row& row) { found = decode(row); }));
  return found;
}

Result<std::uint64_t> count_signups(Connection& connection, const Hash128& address,
                                    Timestamp since) {
  std::uint64_t count = 0;
  TRY_VOID(query(connection, count_sql, {workspace, address, since},
                 [&](Row& row) { count = row.number<std::uint64_t>(0); }));
  return count;
}

Result<std::vector<SignupRecord>> read_signups_before(Connection& connection, Timestamp until,
                                                      std::size_t limit) {
  std::vector<SignupRecord> records;
  TRY_VOID(query(connection, before_sql, {workspace, until, limit},
                 [&](Row& row) { records.push_back(decode(row)); }));
  return records;
}

Result<void> write_signup(Connection& connection, const SignupRecord& record) {
  const std::optional<Timestamp> confirmed_at =
      record.confirmed_at == Timestamp::never() ? std::nullopt : std::optional(record.confirmed_at);
  return post(connection, write_sql,
              {workspace, record.id, record.form, record.address, record.contact.hash, record.at,
               confirmed_at, record.payload});
}

Result<void> delete_signup(Connection& connection, std::string_view id) {
  return post(connection, delete_sql, {workspace, id});
}

Result<void> move_signups(Connection& connection, const ContactId& from, const ContactId& to) {
  return post(connection, move_sql, {workspace, from.hash, to.hash});
}

Result<void> move_signups_of_address(Connection& connection, const Hash128& from,
                                     const Hash128& to) {
  return post(connection, move_address_sql, {workspace, from, to});
}

Result<void> delete_signups_of(Connection& connection, const ContactId& contact) {
  return post(connection, delete_of_sql, {workspace, contact.hash});
}

}  // namespace sojourn::store::sql
