#pragma once

/// Outgoing webhooks: endpoints, deliveries, attempts, and the logs that they are fed from.

#include "store/driver/driver.h"
#include "store/webhooks.h"

namespace sojourn::store::sql {

[[nodiscard]] Result<std::vector<WebhookEndpoint>> read_webhook_endpoints(
    driver::Connection& connection);
[[nodiscard]] Result<void> write_webhook_endpoint(driver::Connection& connection,
                                                  const WebhookEndpoint& endpoint);
/// What WebhookWrites::put_webhook_progress() says.
[[nodiscard]] Result<void> write_webhook_progress(driver::Connection& connection,
                                                  const WebhookEndpoint& endpoint);
/// With its deliveries and their attempts.
[[nodiscard]] Result<void> delete_webhook_endpoint(driver::Connection& connection,
                                                   const Hash128& id);

[[nodiscard]] Result<std::vector<WebhookDelivery>> read_webhook_deliveries(
    driver::Connection& connection, const WebhookReads::DeliveryQuery& query);
[[nodiscard]] Result<std::optional<WebhookDelivery>> read_webhook_delivery(
    driver::Connection& connection, std::uint64_t number);
[[nodiscard]] Result<std::vector<WebhookDelivery>> read_queued_webhooks(
    driver::Connection& connection, const Hash128& endpoint, std::size_t limit);
[[nodiscard]] Result<std::uint64_t> read_next_webhook_number(driver::Connection& connection);
[[nodiscard]] Result<void> write_webhook_delivery(driver::Connection& connection,
                                                  const WebhookDelivery& delivery);
[[nodiscard]] Result<void> delete_ended_webhooks(driver::Connection& connection,
                                                 std::uint64_t until);
/// What endpoints were told, or are to be told, about a contact.
[[nodiscard]] Result<void> delete_webhooks_about(driver::Connection& connection,
                                                 const contacts::ContactId& contact);

[[nodiscard]] Result<std::vector<WebhookAttempt>> read_webhook_attempts(
    driver::Connection& connection, std::uint64_t delivery);
[[nodiscard]] Result<void> write_webhook_attempt(driver::Connection& connection,
                                                 const WebhookAttempt& attempt);

[[nodiscard]] Result<std::vector<DecisionRecord>> read_decisions_after(
    driver::Connection& connection, std::uint64_t sequence, std::size_t limit);
[[nodiscard]] Result<std::vector<AuditRecord>> read_audit_after(driver::Connection& connection,
                                                                std::uint64_t sequence,
                                                                std::size_t limit);

}  // namespace sojourn::store::sql
