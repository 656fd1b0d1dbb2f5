#include "store/sql/journal.h"

#include <fmt/format.h>

#include <algorithm>

#include "store/sql/contacts.h"
#include "store/sql/workspace.h"

namespace sojourn::store::sql {
namespace {

using contacts::ContactId;
using driver::Bytes;
using driver::Connection;
using driver::Row;
using driver::Sql;

constexpr Sql decision_sql =
    "SELECT previous, at, kind, payload FROM decision WHERE workspace = ?1 AND sequence = ?2";
constexpr Sql previous_sql = "SELECT previous FROM decision WHERE workspace = ?1 AND sequence = ?2";
constexpr Sql append_decision_sql =
    "INSERT INTO decision (workspace, sequence, previous, contact, at, kind, payload)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
constexpr Sql relink_decision_sql =
    "UPDATE decision SET previous = ?3 WHERE workspace = ?1 AND sequence = ?2";
constexpr Sql delete_decision_sql = "DELETE FROM decision WHERE workspace = ?1 AND sequence = ?2";

// The chunks of one number come together: the limit counts numbers' rows up to the last number.
constexpr Sql chunks_sql =
    "SELECT payload FROM timeline_chunk"
    " WHERE workspace = ?1 AND partition = ?2 AND contact = ?3 AND chunk < ?4 AND chunk >="
    " (SELECT min(chunk) FROM (SELECT chunk FROM timeline_chunk"
    "  WHERE workspace = ?1 AND partition = ?2 AND contact = ?3 AND chunk < ?4"
    "  ORDER BY chunk DESC LIMIT ?5) AS newest)"
    " ORDER BY chunk DESC, origin";
constexpr Sql write_chunk_sql =
    "INSERT INTO timeline_chunk (workspace, partition, contact, chunk, origin, payload)"
    " VALUES (?1, ?2, ?3, ?4, ?3, ?5)"
    " ON CONFLICT (workspace, partition, contact, chunk, origin)"
    " DO UPDATE SET payload = excluded.payload";
constexpr Sql move_chunks_sql =
    "UPDATE timeline_chunk SET partition = ?4, contact = ?5"
    " WHERE workspace = ?1 AND partition = ?2 AND contact = ?3";
constexpr Sql delete_chunks_sql =
    "DELETE FROM timeline_chunk WHERE workspace = ?1 AND partition = ?2 AND contact = ?3";

/// Error `damaged` where a chain leads to what is not there, or in a circle.
Error broken_chain(std::uint64_t sequence) {
  return {.code = "damaged",
          .message = fmt::format("the journal's decision {} is not where it should be", sequence)};
}

/// The one before; zero: there is none.
Result<std::uint64_t> read_previous(Connection& connection, std::uint64_t sequence) {
  std::optional<std::uint64_t> previous;
  TRY_VOID(query(connection, previous_sql, {workspace, sequence},
                 [&](const Row& row) { previous = row.number<std::uint64_t>(0); }));
  if (!previous || *previous >= sequence) return tl::unexpected(broken_chain(sequence));
  return *previous;
}

/// Newest first.
Result<std::vector<std::uint64_t>> read_chain(Connection& connection, std::uint64_t last) {
  std::vector<std::uint64_t> chain;
  while (last != 0) {
    chain.push_back(last);
    TRY(previous, read_previous(connection, last));
    last = previous;
  }
  return chain;
}

Result<void> append_decision(Connection& connection, const DecisionRecord& record,
                             std::uint64_t previous) {
  return post(connection, append_decision_sql,
              {workspace, record.sequence, previous, record.contact.hash, record.at,
               int{record.kind}, Bytes{record.payload}});
}

/// Makes one chain of two.
Result<void> relink(Connection& connection, std::uint64_t a, std::uint64_t b) {
  TRY(chain, read_chain(connection, a));
  TRY(other, read_chain(connection, b));
  chain.insert(chain.end(), other.begin(), other.end());
  std::sort(chain.begin(), chain.end());
  std::uint64_t previous = 0;
  for (const std::uint64_t sequence : chain) {
    TRY(linked, read_previous(connection, sequence));
    if (linked != previous) {
      TRY_VOID(post(connection, relink_decision_sql, {workspace, sequence, previous}));
    }
    previous = sequence;
  }
  return {};
}

}  // namespace

Result<std::vector<DecisionRecord>> read_decisions(Connection& connection, const ContactId& contact,
                                                   std::uint64_t last,
                                                   std::optional<std::uint64_t> before,
                                                   std::size_t limit) {
  std::vector<DecisionRecord> decisions;
  std::uint64_t sequence = last;
  while (before && sequence != 0 && sequence >= *before) {
    TRY(previous, read_previous(connection, sequence));
    sequence = previous;
  }
  while (sequence != 0 && decisions.size() < limit) {
    std::optional<std::uint64_t> previous;
    TRY_VOID(query(connection, decision_sql, {workspace, sequence}, [&](const Row& row) {
      previous = row.number<std::uint64_t>(0);
      decisions.push_back({.contact = contact,
                           .at = row.time(1),
                           .sequence = sequence,
                           .kind = row.number<std::uint8_t>(2),
                           .payload = row.text(3)});
    }));
    if (!previous || *previous >= sequence) return tl::unexpected(broken_chain(sequence));
    sequence = *previous;
  }
  return decisions;
}

void PendingJournal::append(const DecisionRecord& record) {
  journals_[record.contact].appended.push_back(record);
}

Result<void> PendingJournal::write(Connection& connection, const ContactId& contact,
                                   Journal& journal) {
  if (!journal.last) {
    TRY(last, read_last_decision(connection, contact));
    journal.last = last;
  }
  for (const DecisionRecord& record : journal.appended) {
    TRY_VOID(append_decision(connection, record, *journal.last));
    journal.last = record.sequence;
    journal.is_in_record = false;
  }
  journal.appended.clear();
  return {};
}

Result<std::optional<std::uint64_t>> PendingJournal::write(Connection& connection,
                                                           const ContactId& contact,
                                                           std::optional<std::uint64_t> before) {
  const auto place = journals_.find(contact);
  if (place == journals_.end()) return std::nullopt;
  Journal& journal = place->second;
  if (!journal.last) journal.last = before;
  TRY_VOID(write(connection, contact, journal));
  journal.is_in_record = true;
  return journal.last;
}

Result<std::uint64_t> PendingJournal::last(Connection& connection, const ContactId& contact) {
  const auto place = journals_.find(contact);
  if (place == journals_.end()) return read_last_decision(connection, contact);
  TRY_VOID(write(connection, contact, place->second));
  return *place->second.last;
}

Result<void> PendingJournal::write_all(Connection& connection) {
  for (auto& [contact, journal] : journals_) {
    TRY_VOID(write(connection, contact, journal));
    if (journal.is_in_record) continue;
    TRY_VOID(write_last_decision(connection, contact, *journal.last));
    journal.is_in_record = true;
  }
  return {};
}

Result<void> PendingJournal::join(Connection& connection, const ContactId& loser,
                                  const ContactId& survivor) {
  TRY(a, last(connection, loser));
  TRY(b, last(connection, survivor));
  journals_.erase(loser);
  if (a == 0) return {};
  if (b != 0) TRY_VOID(relink(connection, a, b));
  Journal& joined = journals_[survivor];
  joined.last = std::max(a, b);
  joined.is_in_record = false;
  return {};
}

Result<void> PendingJournal::erase(Connection& connection, const ContactId& contact) {
  TRY(newest, last(connection, contact));
  TRY(chain, read_chain(connection, newest));
  for (const std::uint64_t sequence : chain) {
    TRY_VOID(post(connection, delete_decision_sql, {workspace, sequence}));
  }
  journals_.erase(contact);
  return {};
}

Result<std::vector<std::string>> read_timeline_chunks(Connection& connection,
                                                      const ContactId& contact,
                                                      std::uint32_t before_chunk,
                                                      std::size_t limit) {
  std::vector<std::string> chunks;
  TRY_VOID(query(connection, chunks_sql,
                 {workspace, contact.partition(), contact.hash, before_chunk, limit},
                 [&](const Row& row) { chunks.push_back(row.text(0)); }));
  return chunks;
}

Result<void> write_timeline_chunk(Connection& connection, const ContactId& contact,
                                  std::uint32_t chunk, std::string_view payload) {
  return post(connection, write_chunk_sql,
              {workspace, contact.partition(), contact.hash, chunk, Bytes{payload}});
}

Result<void> move_timeline(Connection& connection, const ContactId& from, const ContactId& to) {
  return post(connection, move_chunks_sql,
              {workspace, from.partition(), from.hash, to.partition(), to.hash});
}

Result<void> delete_timeline(Connection& connection, const ContactId& contact) {
  return post(connection, delete_chunks_sql, {workspace, contact.partition(), contact.hash});
}

}  // namespace sojourn::store::sql
