#pragma once

/// What the store keeps of outgoing webhooks: the addresses that are told what happens, what each
/// is told, and how it answered.
///
/// Every view and every transaction of a store has this part: webhooks_of() finds it. It stands
/// apart from state.h, as the team does.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ensure.h"
#include "base/hash.h"
#include "base/result.h"
#include "base/time.h"
#include "domain/contacts/contact_id.h"
#include "domain/events/event.h"
#include "store/state.h"

namespace sojourn::store {

/// Up to where the logs were looked through.
struct WebhookCursor {
  events::Position log;
  std::uint64_t decision = 0;  ///< DecisionRecord::sequence
  std::uint64_t audit = 0;     ///< AuditRecord::sequence
  friend bool operator==(const WebhookCursor&, const WebhookCursor&) = default;
};

struct WebhookEndpoint {
  Hash128 id;  ///< random
  std::string url;
  std::string description;
  std::vector<std::string> kinds;  ///< what it is told: runtime/webhook_kinds.h
  std::string secret;              ///< as SecretBox sealed it
  std::string old_secret = {};     ///< signs besides until `old_secret_until`; empty: none
  Timestamp old_secret_until = {};
  /// Why it is told nothing: `manual`, `failing`, `gone`; empty: it is.
  std::string off_reason = {};
  /// Of the first attempt that failed since one was taken; absent: the last one was taken.
  std::optional<Timestamp> failing_since = {};
  WebhookCursor cursor = {};
  std::string created_by = {};  ///< a user's email, or the id of an API key
  Timestamp created_at = {};
  friend bool operator==(const WebhookEndpoint&, const WebhookEndpoint&) = default;
};

/// Numbers are stored: never change one.
enum class WebhookState : std::uint8_t {
  queued = 0,     ///< to be sent at `due`
  delivered = 1,  ///< answered with 2xx
  failed = 2,     ///< given up
};

struct WebhookDelivery {
  std::uint64_t number = 0;  ///< ascending
  Hash128 endpoint;
  std::string id;  ///< `webhook-id`: the same for every attempt
  std::string kind;
  contacts::ContactId contact = {};  ///< whom it is about; zero: nobody
  std::string body;
  WebhookState state = WebhookState::queued;
  Timestamp due;
  int attempts = 0;   ///< made so far
  int status = 0;     ///< of the last attempt; 0: no answer
  std::string error;  ///< of the last attempt; empty: there was an answer
  Timestamp created_at;
  std::optional<Timestamp> ended_at = {};
  friend bool operator==(const WebhookDelivery&, const WebhookDelivery&) = default;
};

struct WebhookAttempt {
  std::uint64_t delivery = 0;
  int attempt = 0;  ///< from 1
  Timestamp at;
  int status = 0;
  std::string error = {};
  Duration took;
  friend bool operator==(const WebhookAttempt&, const WebhookAttempt&) = default;
};

class WebhookReads {
 public:
  virtual ~WebhookReads() = default;
  /// By id.
  virtual Result<std::vector<WebhookEndpoint>> webhook_endpoints() = 0;
  struct DeliveryQuery {
    Hash128 endpoint;
    std::optional<WebhookState> state = {};
    std::optional<std::uint64_t> before = {};  ///< number; absent: from the newest
    std::size_t limit = 50;
  };
  /// Newest first.
  virtual Result<std::vector<WebhookDelivery>> webhook_deliveries(const DeliveryQuery& query) = 0;
  virtual Result<std::optional<WebhookDelivery>> webhook_delivery(std::uint64_t number) = 0;
  /// Of one delivery, the first first.
  virtual Result<std::vector<WebhookAttempt>> webhook_attempts(std::uint64_t delivery) = 0;
  /// Of one endpoint: what waits, the earliest due first.
  virtual Result<std::vector<WebhookDelivery>> queued_webhooks(const Hash128& endpoint,
                                                               std::size_t limit) = 0;
  virtual Result<std::uint64_t> next_webhook_number() = 0;

  /// Decisions about all contacts above `sequence`, ascending.
  virtual Result<std::vector<DecisionRecord>> decisions_after(std::uint64_t sequence,
                                                              std::size_t limit) = 0;
  /// Lines of the audit trail above `sequence`, ascending.
  virtual Result<std::vector<AuditRecord>> audit_after(std::uint64_t sequence,
                                                       std::size_t limit) = 0;
};

/// The end of all three logs, as far as they have been applied.
[[nodiscard]] inline Result<WebhookCursor> webhook_head(StateReads& reads) {
  TRY(applied, reads.applied());
  TRY(next, reads.next_sequence());
  TRY(newest, reads.audit(std::nullopt, 1));
  return WebhookCursor{.log = applied,
                       .decision = next == 0 ? 0 : next - 1,
                       .audit = newest.empty() ? 0 : newest.front().sequence};
}

class WebhookWrites : public WebhookReads {
 public:
  /// Inserts the endpoint, or replaces the one of this id. Secrets that are replaced or removed are
  /// overwritten on disk as StateTransaction::erase_contact() says.
  virtual Result<void> put_webhook_endpoint(const WebhookEndpoint& endpoint) = 0;
  /// Of an endpoint that is there only `cursor`, `failing_since` and `off_reason`.
  virtual Result<void> put_webhook_progress(const WebhookEndpoint& endpoint) = 0;
  /// With its deliveries. One that is not there is no error.
  virtual Result<void> remove_webhook_endpoint(const Hash128& id) = 0;
  /// Inserts the delivery, or replaces the one of this number.
  virtual Result<void> put_webhook_delivery(const WebhookDelivery& delivery) = 0;
  virtual Result<void> put_webhook_attempt(const WebhookAttempt& attempt) = 0;
  /// Removes what has ended, with its attempts, up to this number.
  virtual Result<void> remove_ended_webhooks(std::uint64_t until) = 0;
};

/// The webhooks' part of a view or transaction; lives as long as that.
[[nodiscard]] inline WebhookReads& webhooks_of(StateReads& reads) {
  auto* const webhooks = dynamic_cast<WebhookReads*>(&reads);
  ENSURE(webhooks != nullptr);
  return *webhooks;
}
[[nodiscard]] inline WebhookWrites& webhooks_of(StateTransaction& transaction) {
  auto* const webhooks = dynamic_cast<WebhookWrites*>(&transaction);
  ENSURE(webhooks != nullptr);
  return *webhooks;
}

}  // namespace sojourn::store
