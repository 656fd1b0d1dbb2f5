#include "store/sql/campaigns.h"

#include "base/text.h"
#include "store/sql/workspace.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <sstream>

namespace sojourn::store::sql {
namespace {

using campaigns::Standing;
using campaigns::State;
using contacts::ContactId;
using driver::Connection;
using driver::Row;
using driver::Sql;

constexpr Sql all_sql =
    "SELECT number, key, version, state, reason, started_by, started_at, begins_at, ended_at,"
    " is_frozen, position, audience, gone, pages, pass, next_page, next_in_page, last_due,"
    " look_due, winner, look, batch, batch_left, shares FROM campaign WHERE workspace = ?1 ORDER "
    "BY number";
constexpr Sql one_sql =
    "SELECT number, key, version, state, reason, started_by, started_at, begins_at, ended_at,"
    " is_frozen, position, audience, gone, pages, pass, next_page, next_in_page, last_due,"
    " look_due, winner, look, batch, batch_left, shares FROM campaign WHERE workspace = ?1 AND "
    "number = ?2";
constexpr Sql write_sql =
    "INSERT INTO campaign (workspace, number, key, version, state, reason, started_by, started_at,"
    " begins_at, ended_at, is_frozen, position, audience, gone, pages, pass, next_page,"
    " next_in_page, last_due, look_due, winner, look, batch, batch_left, shares) VALUES (?1, ?2, "
    "?3, ?4, ?5, ?6, ?7, ?8, ?9,"
    " ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25)"
    " ON CONFLICT (workspace, number) DO UPDATE SET key = excluded.key,"
    " version = excluded.version, state = excluded.state, reason = excluded.reason,"
    " started_by = excluded.started_by, started_at = excluded.started_at,"
    " begins_at = excluded.begins_at, ended_at = excluded.ended_at,"
    " is_frozen = excluded.is_frozen, position = excluded.position,"
    " audience = excluded.audience, gone = excluded.gone, pages = excluded.pages,"
    " pass = excluded.pass, next_page = excluded.next_page,"
    " next_in_page = excluded.next_in_page, last_due = excluded.last_due,"
    " look_due = excluded.look_due, winner = excluded.winner, look = excluded.look,"
    " batch = excluded.batch, batch_left = excluded.batch_left, shares = excluded.shares";

constexpr Sql page_sql =
    "SELECT contacts FROM campaign_audience"
    " WHERE workspace = ?1 AND campaign = ?2 AND page = ?3";
constexpr Sql write_page_sql =
    "INSERT INTO campaign_audience (workspace, campaign, page, contacts) VALUES (?1, ?2, ?3, ?4)"
    " ON CONFLICT (workspace, campaign, page) DO UPDATE SET contacts = excluded.contacts";
constexpr Sql delete_pages_sql =
    "DELETE FROM campaign_audience WHERE workspace = ?1 AND campaign = ?2";

// 6 skipped, 7 cancelled: those never go.
constexpr Sql address_sql =
    "SELECT 1 FROM message WHERE workspace = ?1 AND campaign = ?2 AND campaign <> ''"
    " AND lower(address) = ?3 AND address <> '' AND state NOT IN (6, 7) LIMIT 1";
// The index by state holds what waits, which is little; that by campaign would be walked past
// everything that was sent.
constexpr Sql waiting_sql =
    "SELECT id FROM message WHERE workspace = ?1 AND state = ?2 AND state <> 3"
    " AND campaign || '' = ?3 AND (?4 = 0 OR due = ?5) ORDER BY id LIMIT ?6";

std::string encode_shares(const std::vector<std::uint32_t>& shares) {
  return fmt::format("{}", fmt::join(shares, " "));
}

std::vector<std::uint32_t> decode_shares(Row& row, int column) {
  std::vector<std::uint32_t> shares;
  std::istringstream text(row.text(column));
  for (std::uint32_t share = 0; text >> share;) shares.push_back(share);
  if (!text.eof()) row.mark_damaged();
  return shares;
}

State decode_state(Row& row, int column) {
  const std::int64_t number = row.integer(column);
  const bool is_known = number >= 0 && number <= campaigns::state_max;
  if (!is_known) row.mark_damaged();
  return is_known ? static_cast<State>(number) : State::stopped;
}

Standing decode(Row& row) {
  return {.number = row.number<std::uint32_t>(0),
          .key = row.text(1),
          .version = row.number<int>(2),
          .state = decode_state(row, 3),
          .reason = row.text(4),
          .started_by = row.text(5),
          .started_at = row.time(6),
          .begins_at = row.time(7),
          .ended_at = row.optional_time(8),
          .is_frozen = row.integer(9) != 0,
          .position = {row.number<std::uint64_t>(10)},
          .audience = row.number<std::uint64_t>(11),
          .gone = row.number<std::uint64_t>(12),
          .pages = row.number<std::uint64_t>(13),
          .pass = row.number<std::uint8_t>(14),
          .next_page = row.number<std::uint64_t>(15),
          .next_in_page = row.number<std::uint64_t>(16),
          .last_due = row.time(17),
          .look_due = row.time(18),
          .winner = row.text(19),
          .look = row.text(20),
          .batch = row.number<std::uint32_t>(21),
          .batch_left = row.number<std::uint64_t>(22),
          .shares = decode_shares(row, 23)};
}

}  // namespace

Result<std::vector<campaigns::Standing>> read_campaigns(Connection& connection) {
  std::vector<campaigns::Standing> found;
  TRY_VOID(
      query(connection, all_sql, {workspace}, [&](Row& row) { found.push_back(decode(row)); }));
  return found;
}

Result<std::optional<campaigns::Standing>> read_campaign(Connection& connection,
                                                         std::uint32_t number) {
  std::optional<campaigns::Standing> campaign;
  TRY_VOID(
      query(connection, one_sql, {workspace, number}, [&](Row& row) { campaign = decode(row); }));
  return campaign;
}

Result<void> write_campaign(Connection& connection, const campaigns::Standing& campaign) {
  return post(connection, write_sql,
              {workspace,
               campaign.number,
               campaign.key,
               campaign.version,
               static_cast<int>(campaign.state),
               campaign.reason,
               campaign.started_by,
               campaign.started_at,
               campaign.begins_at,
               campaign.ended_at,
               campaign.is_frozen ? 1 : 0,
               campaign.position.value,
               campaign.audience,
               campaign.gone,
               campaign.pages,
               static_cast<int>(campaign.pass),
               campaign.next_page,
               campaign.next_in_page,
               campaign.last_due,
               campaign.look_due,
               campaign.winner,
               campaign.look,
               campaign.batch,
               campaign.batch_left,
               encode_shares(campaign.shares)});
}

Result<std::vector<ContactId>> read_campaign_audience(Connection& connection,
                                                      std::uint32_t campaign, std::uint64_t page) {
  constexpr std::size_t id_bytes = sizeof(Hash128::bytes);
  std::vector<ContactId> contacts;
  TRY_VOID(query(connection, page_sql, {workspace, campaign, page}, [&](Row& row) {
    std::string_view bytes = row.view(0);
    if (bytes.size() % id_bytes != 0) row.mark_damaged();
    contacts.reserve(bytes.size() / id_bytes);
    for (; bytes.size() >= id_bytes; bytes.remove_prefix(id_bytes)) {
      contacts.push_back({*Hash128::from_bytes(bytes.substr(0, id_bytes))});
    }
  }));
  return contacts;
}

Result<void> write_campaign_audience(Connection& connection, std::uint32_t campaign,
                                     std::uint64_t page, std::span<const ContactId> contacts) {
  std::string bytes;
  bytes.reserve(contacts.size() * sizeof(Hash128::bytes));
  for (const ContactId& contact : contacts) bytes += contact.hash.view();
  return post(connection, write_page_sql, {workspace, campaign, page, driver::Bytes{bytes}});
}

Result<void> delete_campaign_audience(Connection& connection, std::uint32_t campaign) {
  return post(connection, delete_pages_sql, {workspace, campaign});
}

Result<bool> has_campaign_address(Connection& connection, std::string_view campaign,
                                  std::string_view address) {
  bool found = false;
  const std::string folded = to_lower_ascii(address);
  TRY_VOID(query(connection, address_sql, {workspace, campaign, folded},
                 [&](const Row&) { found = true; }));
  return found;
}

Result<std::vector<messages::MessageId>> read_waiting_in_campaign(Connection& connection,
                                                                  std::string_view campaign,
                                                                  bool only_held,
                                                                  std::size_t limit) {
  std::vector<messages::MessageId> ids;
  for (const auto state : {messages::DeliveryState::queued, messages::DeliveryState::retry}) {
    if (ids.size() >= limit) break;
    TRY_VOID(query(connection, waiting_sql,
                   {workspace, static_cast<int>(state), campaign, only_held ? 1 : 0,
                    Timestamp::never(), limit - ids.size()},
                   [&](const Row& row) { ids.push_back({row.number<std::uint64_t>(0)}); }));
  }
  return ids;
}

}  // namespace sojourn::store::sql
