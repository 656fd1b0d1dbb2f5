#include <algorithm>

#include "base/text.h"
#include "store/contact_place.h"
#include "store/sql/contacts.h"
#include "store/sql/workspace.h"

namespace sojourn::store::sql {
namespace {

using driver::Connection;
using driver::Row;
using driver::Sql;

using Place = ContactPlace;

/// Segments up to this size are sorted; larger ones are found by walking everybody in list order,
/// which is quick exactly because every so many-th contact is a member.
constexpr std::size_t sorted_members_max = 2000;

constexpr Sql everybody_sql =
    "SELECT first_seen, id FROM contact"
    " WHERE workspace = ?1 AND (first_seen, id) < (?2, ?3)"
    " ORDER BY first_seen DESC, id DESC LIMIT ?4";
// A scan, by nature of the question; it stays within the index contact_seen.
constexpr Sql search_sql =
    "SELECT first_seen, id FROM contact"
    " WHERE workspace = ?1 AND (first_seen, id) < (?2, ?3)"
    " AND (lower(email) LIKE ?5 ESCAPE '\\' OR lower(name) LIKE ?5 ESCAPE '\\'"
    " OR lower(user_id) LIKE ?5 ESCAPE '\\')"
    " ORDER BY first_seen DESC, id DESC LIMIT ?4";
constexpr Sql large_segment_sql =
    "SELECT first_seen, id FROM contact"
    " WHERE workspace = ?1 AND (first_seen, id) < (?2, ?3)"
    " AND (lower(email) LIKE ?5 ESCAPE '\\' OR lower(name) LIKE ?5 ESCAPE '\\'"
    " OR lower(user_id) LIKE ?5 ESCAPE '\\')"
    " AND EXISTS (SELECT 1 FROM member WHERE member.workspace = ?1 AND member.segment = ?6"
    " AND member.partition = contact.partition AND member.contact = contact.id)"
    " ORDER BY first_seen DESC, id DESC LIMIT ?4";
constexpr Sql members_sql =
    "SELECT contact FROM member WHERE workspace = ?1 AND segment = ?2 LIMIT ?3";
constexpr Sql small_segment_sql =
    "SELECT contact.first_seen, contact.id FROM member JOIN contact"
    " ON contact.workspace = ?1 AND contact.partition = member.partition"
    " AND contact.id = member.contact"
    " WHERE member.workspace = ?1 AND member.segment = ?6"
    " AND (contact.first_seen, contact.id) < (?2, ?3)"
    " AND (lower(email) LIKE ?5 ESCAPE '\\' OR lower(name) LIKE ?5 ESCAPE '\\'"
    " OR lower(user_id) LIKE ?5 ESCAPE '\\')"
    " ORDER BY contact.first_seen DESC, contact.id DESC LIMIT ?4";
constexpr Sql display_sql =
    "SELECT user_id, email, name, first_seen, last_seen FROM contact"
    " WHERE workspace = ?1 AND partition = ?2 AND id = ?3";

/// A LIKE pattern for text anywhere; matches everything where `search` is empty.
std::string to_pattern(std::string_view search) {
  std::string pattern = "%";
  for (const char character : to_lower_ascii(search)) {
    if (character == '%' || character == '_' || character == '\\') pattern.push_back('\\');
    pattern.push_back(character);
  }
  if (pattern.size() > 1) pattern.push_back('%');
  return pattern;
}

Result<bool> is_small(Connection& connection, std::uint32_t segment) {
  std::size_t members = 0;
  TRY_VOID(query(connection, members_sql, {workspace, segment, sorted_members_max + 1},
                 [&](const Row&) { ++members; }));
  return members <= sorted_members_max;
}

Result<std::vector<Place>> find(Connection& connection, const StateReads::ContactQuery& wanted,
                                const Place& before, std::int64_t limit) {
  std::vector<Place> places;
  const auto add = [&](Row& row) { places.push_back({row.time(0), {row.hash(1)}}); };
  const std::string pattern = to_pattern(wanted.search);
  if (wanted.segment) {
    TRY(small, is_small(connection, *wanted.segment));
    TRY_VOID(query(connection, small ? small_segment_sql : large_segment_sql,
                   {workspace, before.first_seen, before.id.hash, limit, pattern, *wanted.segment},
                   add));
  } else if (!wanted.search.empty()) {
    TRY_VOID(query(connection, search_sql,
                   {workspace, before.first_seen, before.id.hash, limit, pattern}, add));
  } else {
    TRY_VOID(query(connection, everybody_sql, {workspace, before.first_seen, before.id.hash, limit},
                   add));
  }
  return places;
}

}  // namespace

Result<ContactPage> list_contacts(Connection& connection, const StateReads::ContactQuery& wanted) {
  TRY(before, from_cursor(wanted.cursor));
  const std::int64_t limit = std::max(wanted.limit, 1);
  // One more than asked tells whether there is a next page.
  TRY(places, find(connection, wanted, before, limit + 1));
  ContactPage page;
  if (std::ssize(places) > limit) {
    places.resize(static_cast<std::size_t>(limit));
    page.next = to_cursor(places.back());
  }
  page.contacts.reserve(places.size());
  for (const Place& place : places) {
    TRY_VOID(query(connection, display_sql, {workspace, place.id.partition(), place.id.hash},
                   [&](const Row& row) {
                     page.contacts.push_back({.id = place.id,
                                              .user_id = row.text(0),
                                              .email = row.text(1),
                                              .name = row.text(2),
                                              .first_seen = row.time(3),
                                              .last_seen = row.time(4),
                                              .state = {}});
                   }));
  }
  return page;
}

}  // namespace sojourn::store::sql
