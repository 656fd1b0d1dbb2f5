#include "store/sql/campaign_answers.h"

#include <algorithm>

#include "store/sql/messages.h"
#include "store/sql/workspace.h"

namespace sojourn::store::sql {
namespace {

using driver::Connection;
using driver::Row;
using driver::Sql;
using messages::MessageId;

constexpr Sql list_sql =
    "SELECT message FROM campaign_answer"
    " WHERE workspace = ?1 AND campaign = ?2 AND answer = ?3 AND message < ?4"
    " ORDER BY message DESC LIMIT ?5";
constexpr Sql write_sql =
    "INSERT INTO campaign_answer (workspace, campaign, answer, message) VALUES (?1, ?2, ?3, ?4)"
    " ON CONFLICT (workspace, campaign, answer, message) DO NOTHING";
// Every answer there is: with the message they are the whole of the key.
constexpr Sql delete_sql =
    "DELETE FROM campaign_answer WHERE workspace = ?1 AND campaign = ?2"
    " AND answer IN (0, 1, 2, 3, 4, 5, 6) AND message = ?3";
static_assert(campaigns::answer_max == 6);

}  // namespace

Result<StateReads::MessagePage> read_campaign_answers(Connection& connection,
                                                      const CampaignAnswerReads::Query& query) {
  TRY(before, message_cursor(query.cursor));
  const std::int64_t limit = std::max(query.limit, 1);
  std::vector<MessageId> ids;
  // One more than asked tells whether there is a next page.
  TRY_VOID(
      driver::query(connection, list_sql,
                    {workspace, query.campaign, static_cast<int>(query.answer), before, limit + 1},
                    [&](const Row& row) { ids.push_back({row.number<std::uint64_t>(0)}); }));
  StateReads::MessagePage page;
  if (std::ssize(ids) > limit) {
    ids.resize(static_cast<std::size_t>(limit));
    page.next = std::to_string(ids.back().value);
  }
  for (const MessageId id : ids) {
    TRY(message, read_message(connection, id));
    if (message) page.messages.push_back(std::move(*message));
  }
  return page;
}

Result<bool> write_campaign_answer(Connection& connection, std::string_view campaign,
                                   campaigns::Answer answer, MessageId message) {
  TRY(written, execute(connection, write_sql,
                       {workspace, campaign, static_cast<int>(answer), message.value}));
  return written > 0;
}

Result<void> delete_campaign_answers(Connection& connection, std::string_view campaign,
                                     MessageId message) {
  TRY_VOID(execute(connection, delete_sql, {workspace, campaign, message.value}));
  return {};
}

}  // namespace sojourn::store::sql
