#include "store/sql/messages.h"

#include <algorithm>
#include <charconv>

#include "base/bytes.h"
#include "store/sql/workspace.h"

namespace sojourn::store::sql {
namespace {

using contacts::ContactId;
using driver::Bytes;
using driver::Connection;
using driver::Row;
using driver::Sql;
using messages::DeliveryState;
using messages::Message;
using messages::MessageId;

constexpr Sql message_sql =
    "SELECT key, contact, class, channel, address, topic, journey, run, step, template_key,"
    " subject, links, state, reason, reply, attempt, queued_at, due, sent_at, opened_at, "
    "clicked_at,"
    " campaign, converted_at FROM message WHERE id = ?1";
constexpr Sql id_of_key_sql = "SELECT id FROM message WHERE workspace = ?1 AND key = ?2";
constexpr Sql state_sql = "SELECT state FROM message WHERE id = ?1";

// One list for each index; what is not in the index is a filter. A null filter takes all.
constexpr Sql list_sql =
    "SELECT id FROM message WHERE workspace = ?1 AND id < ?2"
    " AND (state = ?4 OR ?4 IS NULL) ORDER BY id DESC LIMIT ?3";
constexpr Sql list_state_sql =
    "SELECT id FROM message WHERE workspace = ?1 AND state = ?4 AND state <> 3 AND id < ?2"
    " ORDER BY id DESC LIMIT ?3";
constexpr Sql list_journey_sql =
    "SELECT id FROM message WHERE workspace = ?1 AND journey = ?5 AND journey <> '' AND id < ?2"
    " AND (state = ?4 OR ?4 IS NULL) ORDER BY id DESC LIMIT ?3";
constexpr Sql list_campaign_sql =
    "SELECT id FROM message WHERE workspace = ?1 AND campaign = ?4 AND campaign <> '' AND id < ?2"
    " ORDER BY id DESC LIMIT ?3";
// No index has campaign and state: each move of a delivery would write it. A page looks at so many
// messages of the campaign at most, and the next one goes on where it ended.
constexpr Sql list_campaign_state_sql =
    "SELECT id FROM (SELECT id, state FROM message WHERE workspace = ?1 AND campaign = ?5"
    " AND campaign <> '' AND id < ?2 ORDER BY id DESC LIMIT ?6) AS newest WHERE state = ?4 LIMIT "
    "?3";
constexpr Sql last_looked_at_sql =
    "SELECT min(id), count(*) FROM (SELECT id FROM message WHERE workspace = ?1 AND campaign = ?3"
    " AND campaign <> '' AND id < ?2 ORDER BY id DESC LIMIT ?4) AS newest";
constexpr std::int64_t looked_at_max = 20'000;
constexpr Sql list_contact_sql =
    "SELECT id FROM message WHERE workspace = ?1 AND partition = ?5 AND contact = ?6 AND id < ?2"
    " AND (state = ?4 OR ?4 IS NULL) AND (?7 = '' OR journey = ?7)"
    " AND (?8 = '' OR campaign = ?8) ORDER BY id DESC LIMIT ?3";

constexpr Sql queued_sql =
    "SELECT id, due FROM message WHERE workspace = ?1 AND state IN (0, 4) AND due <= ?2"
    " ORDER BY due, id LIMIT ?3";
constexpr Sql in_state_sql =
    "SELECT id FROM message WHERE workspace = ?1 AND state = ?2 AND state <> 3"
    " ORDER BY id LIMIT ?3";
// Those that were sent are nearly all: walking by id finds them at once.
constexpr Sql sent_sql =
    "SELECT id FROM message WHERE workspace = ?1 AND state = ?2 ORDER BY id LIMIT ?3";

constexpr Sql insert_sql =
    "INSERT INTO message (id, workspace, key, partition, contact, class, channel, address, topic,"
    " journey, run, step, template_key, subject, links, state, reason, reply, attempt, queued_at,"
    " due, sent_at, opened_at, clicked_at, campaign, converted_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6,"
    " ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25,"
    " ?26)";
constexpr Sql update_sql =
    "UPDATE message SET workspace = ?2, key = ?3, partition = ?4, contact = ?5, class = ?6,"
    " channel = ?7, address = ?8, topic = ?9, journey = ?10, run = ?11, step = ?12,"
    " template_key = ?13, subject = ?14, links = ?15, state = ?16, reason = ?17, reply = ?18,"
    " attempt = ?19, queued_at = ?20, due = ?21, sent_at = ?22, opened_at = ?23, clicked_at = ?24,"
    " campaign = ?25, converted_at = ?26 WHERE id = ?1";
// What a message is does not change once it is queued; what becomes of it does. This leaves the
// indexes of key, contact and journey alone.
constexpr Sql update_delivery_sql =
    "UPDATE message SET subject = ?14, links = ?15, state = ?16, reason = ?17, reply = ?18,"
    " attempt = ?19, queued_at = ?20, due = ?21, sent_at = ?22, opened_at = ?23, clicked_at = ?24,"
    " converted_at = ?26 WHERE id = ?1 AND workspace = ?2 AND key = ?3 AND partition = ?4 AND "
    "contact = ?5"
    " AND class = ?6 AND channel = ?7 AND address = ?8 AND topic = ?9 AND journey = ?10"
    " AND run = ?11 AND step = ?12 AND template_key = ?13 AND campaign = ?25";
constexpr Sql move_sql =
    "UPDATE message SET partition = ?4, contact = ?5"
    " WHERE workspace = ?1 AND partition = ?2 AND contact = ?3";
constexpr Sql messages_of_contact_sql =
    "SELECT id, state, campaign, step FROM message"
    " WHERE workspace = ?1 AND partition = ?2 AND contact = ?3";
constexpr Sql delete_content_sql =
    "DELETE FROM message_content WHERE workspace = ?1 AND message IN"
    " (SELECT id FROM message WHERE workspace = ?1 AND partition = ?2 AND contact = ?3)";
constexpr Sql content_sql =
    "SELECT content FROM message_content WHERE workspace = ?1 AND message = ?2";
constexpr Sql write_content_sql =
    "INSERT INTO message_content (workspace, message, content) VALUES (?1, ?2, ?3)"
    " ON CONFLICT (workspace, message) DO UPDATE SET content = excluded.content";
constexpr Sql delete_sql =
    "DELETE FROM message WHERE workspace = ?1 AND partition = ?2 AND contact = ?3";

std::string encode_links(const std::vector<std::string>& links) {
  if (links.empty()) return {};
  ByteWriter writer;
  writer.unsigned_number(links.size());
  for (const std::string& link : links) writer.string(link);
  return writer.take();
}

std::vector<std::string> decode_links(Row& row, int column) {
  std::vector<std::string> links;
  if (row.view(column).empty()) return links;
  ByteReader reader(row.view(column));
  const std::size_t count = reader.count();
  for (std::size_t index = 0; index < count && reader.ok(); ++index) {
    links.emplace_back(reader.string());
  }
  if (!reader.ok() || !reader.at_end()) row.mark_damaged();
  return links;
}

DeliveryState decode_state(Row& row, int column) {
  const std::int64_t number = row.integer(column);
  if (number < 0 || number > static_cast<int>(DeliveryState::uncertain)) row.mark_damaged();
  return static_cast<DeliveryState>(number);
}

messages::MessageClass decode_class(Row& row, int column) {
  const std::int64_t number = row.integer(column);
  if (number != 0 && number != 1) row.mark_damaged();
  return static_cast<messages::MessageClass>(number);
}

Message decode(Row& row, MessageId id) {
  return {.id = id,
          .key = row.text(0),
          .contact = {row.hash(1)},
          .message_class = decode_class(row, 2),
          .channel = row.text(3),
          .address = row.text(4),
          .topic = row.text(5),
          .journey = row.text(6),
          .run = row.number<std::uint64_t>(7),
          .step = row.text(8),
          .template_key = row.text(9),
          .subject = row.text(10),
          .links = decode_links(row, 11),
          .state = decode_state(row, 12),
          .reason = row.text(13),
          .reply = row.text(14),
          .attempt = row.number<int>(15),
          .queued_at = row.time(16),
          .due = row.time(17),
          .sent_at = row.optional_time(18),
          .opened_at = row.optional_time(19),
          .clicked_at = row.optional_time(20),
          .campaign = row.text(21),
          .converted_at = row.optional_time(22)};
}

Result<std::vector<Message>> read_all(Connection& connection, const std::vector<MessageId>& ids) {
  std::vector<Message> found;
  found.reserve(ids.size());
  for (const MessageId id : ids) {
    TRY(message, read_message(connection, id));
    if (message) found.push_back(std::move(*message));
  }
  return found;
}

Result<std::vector<MessageId>> find(Connection& connection, const StateReads::MessageQuery& wanted,
                                    std::uint64_t before, std::int64_t limit) {
  std::vector<MessageId> ids;
  const auto add = [&](const Row& row) { ids.push_back({row.number<std::uint64_t>(0)}); };
  driver::Parameter state = std::nullopt;
  if (wanted.state) state = static_cast<int>(*wanted.state);
  if (wanted.contact) {
    TRY_VOID(query(connection, list_contact_sql,
                   {workspace, before, limit, state, wanted.contact->partition(),
                    wanted.contact->hash, wanted.journey, wanted.campaign},
                   add));
  } else if (!wanted.campaign.empty()) {
    if (wanted.state) {
      TRY_VOID(query(connection, list_campaign_state_sql,
                     {workspace, before, limit, state, wanted.campaign, looked_at_max}, add));
    } else {
      TRY_VOID(
          query(connection, list_campaign_sql, {workspace, before, limit, wanted.campaign}, add));
    }
  } else if (!wanted.journey.empty()) {
    TRY_VOID(query(connection, list_journey_sql, {workspace, before, limit, state, wanted.journey},
                   add));
  } else if (wanted.state && *wanted.state != DeliveryState::sent) {
    TRY_VOID(query(connection, list_state_sql, {workspace, before, limit, state}, add));
  } else {
    TRY_VOID(query(connection, list_sql, {workspace, before, limit, state}, add));
  }
  return ids;
}

/// Where a page that found too few stopped to look; empty: it saw all.
Result<std::string> last_looked_at(Connection& connection, std::string_view campaign,
                                   std::uint64_t before) {
  std::string place;
  TRY_VOID(query(connection, last_looked_at_sql, {workspace, before, campaign, looked_at_max},
                 [&](const Row& row) {
                   if (row.integer(1) == looked_at_max) place = std::to_string(row.integer(0));
                 }));
  return place;
}

}  // namespace

Result<std::uint64_t> message_cursor(std::string_view cursor) {
  std::uint64_t before = INT64_MAX;
  if (cursor.empty()) return before;
  const char* const end = cursor.data() + cursor.size();
  const auto [stopped, problem] = std::from_chars(cursor.data(), end, before);
  if (problem == std::errc{} && stopped == end && before <= INT64_MAX) return before;
  return failure(Error{.code = "invalid_cursor",
                       .message = "cursor is not one that a list answered with",
                       .field = "cursor",
                       .value = std::string(cursor)});
}

Result<std::optional<Message>> read_message(Connection& connection, MessageId id) {
  std::optional<Message> message;
  TRY_VOID(
      query(connection, message_sql, {id.value}, [&](Row& row) { message = decode(row, id); }));
  return message;
}

Result<std::optional<Message>> read_message_by_key(Connection& connection, std::string_view key) {
  std::optional<MessageId> id;
  TRY_VOID(query(connection, id_of_key_sql, {workspace, key},
                 [&](const Row& row) { id = MessageId{row.number<std::uint64_t>(0)}; }));
  if (!id) return std::nullopt;
  return read_message(connection, *id);
}

Result<StateReads::MessagePage> list_messages(Connection& connection,
                                              const StateReads::MessageQuery& wanted) {
  TRY(before, message_cursor(wanted.cursor));
  const std::int64_t limit = std::max(wanted.limit, 1);
  // One more than asked tells whether there is a next page.
  TRY(ids, find(connection, wanted, before, limit + 1));
  StateReads::MessagePage page;
  if (std::ssize(ids) > limit) {
    ids.resize(static_cast<std::size_t>(limit));
    page.next = std::to_string(ids.back().value);
  } else if (!wanted.campaign.empty() && wanted.state && !wanted.contact) {
    TRY(next, last_looked_at(connection, wanted.campaign, before));
    page.next = std::move(next);
  }
  TRY(found, read_all(connection, ids));
  page.messages = std::move(found);
  return page;
}

Result<std::vector<StateReads::QueuedMessage>> read_queued_messages(Connection& connection,
                                                                    Timestamp due_until,
                                                                    std::size_t limit) {
  std::vector<StateReads::QueuedMessage> queued;
  TRY_VOID(query(connection, queued_sql, {workspace, due_until, limit}, [&](const Row& row) {
    queued.push_back({{row.number<std::uint64_t>(0)}, row.time(1)});
  }));
  return queued;
}

Result<std::vector<Message>> read_messages_in(Connection& connection, DeliveryState state,
                                              std::size_t limit) {
  std::vector<MessageId> ids;
  TRY_VOID(query(connection, state == DeliveryState::sent ? sent_sql : in_state_sql,
                 {workspace, static_cast<int>(state), limit},
                 [&](const Row& row) { ids.push_back({row.number<std::uint64_t>(0)}); }));
  return read_all(connection, ids);
}

Result<std::optional<DeliveryState>> write_message(Connection& connection, const Message& message) {
  std::optional<DeliveryState> before;
  TRY_VOID(query(connection, state_sql, {message.id.value},
                 [&](Row& row) { before = decode_state(row, 0); }));
  const std::string links = encode_links(message.links);
  const driver::Parameter values[] = {message.id.value,     workspace,
                                      message.key,          message.contact.partition(),
                                      message.contact.hash, static_cast<int>(message.message_class),
                                      message.channel,      message.address,
                                      message.topic,        message.journey,
                                      message.run,          message.step,
                                      message.template_key, message.subject,
                                      Bytes{links},         static_cast<int>(message.state),
                                      message.reason,       message.reply,
                                      message.attempt,      message.queued_at,
                                      message.due,          message.sent_at,
                                      message.opened_at,    message.clicked_at,
                                      message.campaign,     message.converted_at};
  if (!before) {
    TRY_VOID(connection.execute(insert_sql, values));
    return before;
  }
  // PostgreSQL looks whether indexed values change; SQLite writes the indexes that are named.
  if (connection.dialect() == driver::Dialect::postgresql) {
    TRY_VOID(connection.execute(update_sql, values));
    return before;
  }
  TRY(updated, connection.execute(update_delivery_sql, values));
  if (updated == 0) TRY_VOID(connection.execute(update_sql, values));
  return before;
}

Result<void> move_messages(Connection& connection, const ContactId& from, const ContactId& to) {
  return post(connection, move_sql,
              {workspace, from.partition(), from.hash, to.partition(), to.hash});
}

Result<std::vector<RemovedMessage>> delete_messages(Connection& connection,
                                                    const ContactId& contact) {
  std::vector<RemovedMessage> removed;
  TRY_VOID(
      query(connection, messages_of_contact_sql, {workspace, contact.partition(), contact.hash},
            [&](Row& row) {
              removed.push_back(
                  {{row.number<std::uint64_t>(0)}, decode_state(row, 1), row.text(2), row.text(3)});
            }));
  TRY_VOID(post(connection, delete_content_sql, {workspace, contact.partition(), contact.hash}));
  TRY_VOID(post(connection, delete_sql, {workspace, contact.partition(), contact.hash}));
  return removed;
}

Result<std::optional<std::string>> read_message_content(Connection& connection, MessageId id) {
  std::optional<std::string> content;
  TRY_VOID(query(connection, content_sql, {workspace, id.value},
                 [&](const Row& row) { content = row.text(0); }));
  return content;
}

Result<void> write_message_content(Connection& connection, MessageId id, std::string_view content) {
  return post(connection, write_content_sql, {workspace, id.value, content});
}

}  // namespace sojourn::store::sql
