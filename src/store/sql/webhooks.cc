#include "store/sql/webhooks.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text.h"
#include "store/sql/workspace.h"

namespace sojourn::store::sql {
namespace {

using driver::Bytes;
using driver::Connection;
using driver::Row;
using driver::Sql;

constexpr Sql endpoints_sql =
    "SELECT id, url, description, kinds, secret, old_secret, old_secret_until, off_reason,"
    " failing_since, log_cursor, decision_cursor, audit_cursor, created_by, created_at"
    " FROM webhook_endpoint WHERE workspace = ?1 ORDER BY id";
constexpr Sql write_endpoint_sql =
    "INSERT INTO webhook_endpoint (workspace, id, url, description, kinds, secret, old_secret,"
    " old_secret_until, off_reason, failing_since, log_cursor, decision_cursor, audit_cursor,"
    " created_by, created_at)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)"
    " ON CONFLICT (workspace, id) DO UPDATE SET url = excluded.url,"
    " description = excluded.description, kinds = excluded.kinds, secret = excluded.secret,"
    " old_secret = excluded.old_secret, old_secret_until = excluded.old_secret_until,"
    " off_reason = excluded.off_reason, failing_since = excluded.failing_since,"
    " log_cursor = excluded.log_cursor, decision_cursor = excluded.decision_cursor,"
    " audit_cursor = excluded.audit_cursor";
constexpr Sql write_progress_sql =
    "UPDATE webhook_endpoint SET off_reason = ?3, failing_since = ?4, log_cursor = ?5,"
    " decision_cursor = ?6, audit_cursor = ?7 WHERE workspace = ?1 AND id = ?2";
constexpr Sql delete_endpoint_sql = "DELETE FROM webhook_endpoint WHERE workspace = ?1 AND id = ?2";
constexpr Sql delete_attempts_of_endpoint_sql =
    "DELETE FROM webhook_attempt WHERE workspace = ?1 AND delivery IN"
    " (SELECT number FROM webhook_delivery WHERE workspace = ?1 AND endpoint = ?2)";
constexpr Sql delete_deliveries_of_endpoint_sql =
    "DELETE FROM webhook_delivery WHERE workspace = ?1 AND endpoint = ?2";

constexpr Sql deliveries_sql =
    "SELECT number, endpoint, id, kind, contact, body, state, due, attempts, status, error,"
    " created_at, ended_at FROM webhook_delivery"
    " WHERE workspace = ?1 AND endpoint = ?2 AND number < ?3"
    " ORDER BY number DESC LIMIT ?4";
constexpr Sql deliveries_in_sql =
    "SELECT number, endpoint, id, kind, contact, body, state, due, attempts, status, error,"
    " created_at, ended_at FROM webhook_delivery"
    " WHERE workspace = ?1 AND endpoint = ?2 AND number < ?3 AND state = ?5"
    " ORDER BY number DESC LIMIT ?4";
constexpr Sql delivery_sql =
    "SELECT number, endpoint, id, kind, contact, body, state, due, attempts, status, error,"
    " created_at, ended_at FROM webhook_delivery WHERE workspace = ?1 AND number = ?2";
constexpr Sql queued_sql =
    "SELECT number, endpoint, id, kind, contact, body, state, due, attempts, status, error,"
    " created_at, ended_at FROM webhook_delivery"
    " WHERE workspace = ?1 AND endpoint = ?2 AND state = 0 ORDER BY due, number LIMIT ?3";
constexpr Sql next_number_sql =
    "SELECT coalesce(max(number), 0) + 1 FROM webhook_delivery WHERE workspace = ?1";
constexpr Sql write_delivery_sql =
    "INSERT INTO webhook_delivery (workspace, number, endpoint, id, kind, contact, body, state,"
    " due, attempts, status, error, created_at, ended_at)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)"
    " ON CONFLICT (workspace, number) DO UPDATE SET state = excluded.state, due = excluded.due,"
    " attempts = excluded.attempts, status = excluded.status, error = excluded.error,"
    " ended_at = excluded.ended_at";
constexpr Sql delete_ended_attempts_sql =
    "DELETE FROM webhook_attempt WHERE workspace = ?1 AND delivery IN"
    " (SELECT number FROM webhook_delivery WHERE workspace = ?1 AND number <= ?2 AND state <> 0)";
constexpr Sql delete_ended_sql =
    "DELETE FROM webhook_delivery WHERE workspace = ?1 AND number <= ?2 AND state <> 0";
constexpr Sql delete_attempts_about_sql =
    "DELETE FROM webhook_attempt WHERE workspace = ?1 AND delivery IN"
    " (SELECT number FROM webhook_delivery WHERE workspace = ?1 AND contact = ?2)";
constexpr Sql delete_about_sql =
    "DELETE FROM webhook_delivery WHERE workspace = ?1 AND contact = ?2";

constexpr Sql attempts_sql =
    "SELECT delivery, attempt, at, status, error, took_ms FROM webhook_attempt"
    " WHERE workspace = ?1 AND delivery = ?2 ORDER BY attempt";
constexpr Sql write_attempt_sql =
    "INSERT INTO webhook_attempt (workspace, delivery, attempt, at, status, error, took_ms)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"
    " ON CONFLICT (workspace, delivery, attempt) DO UPDATE SET at = excluded.at,"
    " status = excluded.status, error = excluded.error, took_ms = excluded.took_ms";

constexpr Sql decisions_sql =
    "SELECT contact, at, sequence, kind, payload FROM decision"
    " WHERE workspace = ?1 AND sequence > ?2 ORDER BY sequence LIMIT ?3";
constexpr Sql audit_sql =
    "SELECT sequence, at, actor, action, subject, detail, chain FROM audit"
    " WHERE workspace = ?1 AND sequence > ?2 ORDER BY sequence LIMIT ?3";

/// Kinds hold no comma.
std::vector<std::string> split_kinds(std::string_view text) {
  std::vector<std::string> kinds;
  if (text.empty()) return kinds;
  for (const std::string_view kind : split(text, ',')) kinds.emplace_back(kind);
  return kinds;
}

WebhookDelivery delivery_in(Row& row) {
  const auto state = row.integer(6);
  if (state < 0 || state > static_cast<std::int64_t>(WebhookState::failed)) row.mark_damaged();
  return {.number = row.number<std::uint64_t>(0),
          .endpoint = row.hash(1),
          .id = row.text(2),
          .kind = row.text(3),
          .contact = {row.hash(4)},
          .body = row.text(5),
          .state = static_cast<WebhookState>(state),
          .due = row.time(7),
          .attempts = row.number<int>(8),
          .status = row.number<int>(9),
          .error = row.text(10),
          .created_at = row.time(11),
          .ended_at = row.optional_time(12)};
}

}  // namespace

Result<std::vector<WebhookEndpoint>> read_webhook_endpoints(Connection& connection) {
  std::vector<WebhookEndpoint> endpoints;
  TRY_VOID(query(connection, endpoints_sql, {workspace}, [&](Row& row) {
    endpoints.push_back({.id = row.hash(0),
                         .url = row.text(1),
                         .description = row.text(2),
                         .kinds = split_kinds(row.view(3)),
                         .secret = row.text(4),
                         .old_secret = row.text(5),
                         .old_secret_until = row.time(6),
                         .off_reason = row.text(7),
                         .failing_since = row.optional_time(8),
                         .cursor = {.log = {row.number<std::uint64_t>(9)},
                                    .decision = row.number<std::uint64_t>(10),
                                    .audit = row.number<std::uint64_t>(11)},
                         .created_by = row.text(12),
                         .created_at = row.time(13)});
  }));
  return endpoints;
}

Result<void> write_webhook_endpoint(Connection& connection, const WebhookEndpoint& endpoint) {
  TRY_VOID(execute(connection, write_endpoint_sql,
                   {workspace, endpoint.id, endpoint.url, endpoint.description,
                    fmt::format("{}", fmt::join(endpoint.kinds, ",")), Bytes{endpoint.secret},
                    Bytes{endpoint.old_secret}, endpoint.old_secret_until, endpoint.off_reason,
                    endpoint.failing_since, endpoint.cursor.log.value, endpoint.cursor.decision,
                    endpoint.cursor.audit, endpoint.created_by, endpoint.created_at}));
  return {};
}

Result<void> write_webhook_progress(Connection& connection, const WebhookEndpoint& endpoint) {
  TRY_VOID(execute(connection, write_progress_sql,
                   {workspace, endpoint.id, endpoint.off_reason, endpoint.failing_since,
                    endpoint.cursor.log.value, endpoint.cursor.decision, endpoint.cursor.audit}));
  return {};
}

Result<void> delete_webhook_endpoint(Connection& connection, const Hash128& id) {
  TRY_VOID(execute(connection, delete_attempts_of_endpoint_sql, {workspace, id}));
  TRY_VOID(execute(connection, delete_deliveries_of_endpoint_sql, {workspace, id}));
  TRY_VOID(execute(connection, delete_endpoint_sql, {workspace, id}));
  return {};
}

Result<std::vector<WebhookDelivery>> read_webhook_deliveries(
    Connection& connection, const WebhookReads::DeliveryQuery& asked) {
  std::vector<WebhookDelivery> deliveries;
  const std::uint64_t before = asked.before.value_or(std::uint64_t{INT64_MAX});
  const auto take = [&](Row& row) { deliveries.push_back(delivery_in(row)); };
  if (asked.state) {
    TRY_VOID(query(connection, deliveries_in_sql,
                   {workspace, asked.endpoint, before, asked.limit, static_cast<int>(*asked.state)},
                   take));
  } else {
    TRY_VOID(
        query(connection, deliveries_sql, {workspace, asked.endpoint, before, asked.limit}, take));
  }
  return deliveries;
}

Result<std::optional<WebhookDelivery>> read_webhook_delivery(Connection& connection,
                                                             std::uint64_t number) {
  std::optional<WebhookDelivery> found;
  TRY_VOID(query(connection, delivery_sql, {workspace, number},
                 [&](Row& row) { found = delivery_in(row); }));
  return found;
}

Result<std::vector<WebhookDelivery>> read_queued_webhooks(Connection& connection,
                                                          const Hash128& endpoint,
                                                          std::size_t limit) {
  std::vector<WebhookDelivery> deliveries;
  TRY_VOID(query(connection, queued_sql, {workspace, endpoint, limit},
                 [&](Row& row) { deliveries.push_back(delivery_in(row)); }));
  return deliveries;
}

Result<std::uint64_t> read_next_webhook_number(Connection& connection) {
  std::uint64_t next = 1;
  TRY_VOID(query(connection, next_number_sql, {workspace},
                 [&](const Row& row) { next = row.number<std::uint64_t>(0); }));
  return next;
}

Result<void> write_webhook_delivery(Connection& connection, const WebhookDelivery& delivery) {
  TRY_VOID(execute(connection, write_delivery_sql,
                   {workspace, delivery.number, delivery.endpoint, delivery.id, delivery.kind,
                    delivery.contact.hash, delivery.body, static_cast<int>(delivery.state),
                    delivery.due, delivery.attempts, delivery.status, delivery.error,
                    delivery.created_at, delivery.ended_at}));
  return {};
}

Result<void> delete_ended_webhooks(Connection& connection, std::uint64_t until) {
  TRY_VOID(execute(connection, delete_ended_attempts_sql, {workspace, until}));
  TRY_VOID(execute(connection, delete_ended_sql, {workspace, until}));
  return {};
}

Result<void> delete_webhooks_about(Connection& connection, const contacts::ContactId& contact) {
  TRY_VOID(execute(connection, delete_attempts_about_sql, {workspace, contact.hash}));
  TRY_VOID(execute(connection, delete_about_sql, {workspace, contact.hash}));
  return {};
}

Result<std::vector<WebhookAttempt>> read_webhook_attempts(Connection& connection,
                                                          std::uint64_t delivery) {
  std::vector<WebhookAttempt> attempts;
  TRY_VOID(query(connection, attempts_sql, {workspace, delivery}, [&](const Row& row) {
    attempts.push_back({.delivery = row.number<std::uint64_t>(0),
                        .attempt = row.number<int>(1),
                        .at = row.time(2),
                        .status = row.number<int>(3),
                        .error = row.text(4),
                        .took = {row.integer(5)}});
  }));
  return attempts;
}

Result<void> write_webhook_attempt(Connection& connection, const WebhookAttempt& attempt) {
  TRY_VOID(execute(connection, write_attempt_sql,
                   {workspace, attempt.delivery, attempt.attempt, attempt.at, attempt.status,
                    attempt.error, attempt.took.ms}));
  return {};
}

Result<std::vector<DecisionRecord>> read_decisions_after(Connection& connection,
                                                         std::uint64_t sequence,
                                                         std::size_t limit) {
  std::vector<DecisionRecord> decisions;
  TRY_VOID(query(connection, decisions_sql, {workspace, sequence, limit}, [&](Row& row) {
    decisions.push_back({.contact = {row.hash(0)},
                         .at = row.time(1),
                         .sequence = row.number<std::uint64_t>(2),
                         .kind = row.number<std::uint8_t>(3),
                         .payload = row.text(4)});
  }));
  return decisions;
}

Result<std::vector<AuditRecord>> read_audit_after(Connection& connection, std::uint64_t sequence,
                                                  std::size_t limit) {
  std::vector<AuditRecord> lines;
  TRY_VOID(query(connection, audit_sql, {workspace, sequence, limit}, [&](const Row& row) {
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

}  // namespace sojourn::store::sql
