#pragma once

/// What a reader sees of the state: one state of the database, on a connection of its own.

#include <utility>

#include "store/audit_trail.h"
#include "store/campaign_answers.h"
#include "store/catalog.h"
#include "store/message_copies.h"
#include "store/returned_mails.h"
#include "store/saved_views.h"
#include "store/sql/accounts.h"
#include "store/sql/campaign_answers.h"
#include "store/sql/catalogs.h"
#include "store/sql/connection_pool.h"
#include "store/sql/journal.h"
#include "store/sql/message_copies.h"
#include "store/sql/returned_mails.h"
#include "store/sql/saved_views.h"
#include "store/sql/state_reads.h"
#include "store/sql/team.h"
#include "store/sql/warm_up_days.h"
#include "store/sql/webhooks.h"
#include "store/warm_up_days.h"
#include "store/webhooks.h"

namespace sojourn::store::sql {

/// A view holds one transaction from its first to its last read.
class SqlView final : public SqlReads<StateReads>,
                      public TeamReads,
                      public MessageCopyReads,
                      public SavedViewReads,
                      public WebhookReads,
                      public AuditReads,
                      public WarmUpDayReads,
                      public ReturnedMailsReads,
                      public CampaignAnswerReads,
                      public CatalogReads {
 public:
  /// On a connection whose reading has begun; it ends when the view is destroyed.
  explicit SqlView(ConnectionPool::Lease lease) : lease_(std::move(lease)) {}

  Result<std::vector<UserRecord>> users() override { return read_users(*lease_); }
  Result<std::vector<InvitationRecord>> invitations() override { return read_invitations(*lease_); }
  Result<std::optional<std::string>> second_factor(std::string_view email) override {
    return read_second_factor(*lease_, email);
  }
  Result<std::vector<AuditEntry>> audit_entries(std::optional<std::uint64_t> before,
                                                std::size_t limit) override {
    return read_audit_entries(*lease_, before, limit);
  }
  Result<std::vector<SavedView>> saved_views() override { return read_saved_views(*lease_); }
  Result<std::optional<MessageCopy>> message_copy(messages::MessageId id) override {
    return read_message_copy(*lease_, id);
  }
  Result<std::optional<Timestamp>> earliest_copy_end() override {
    return read_earliest_copy_end(*lease_);
  }
  Result<std::vector<policies::WarmUpBook::Entry>> warm_up_days() override {
    return read_warm_up_days(*lease_);
  }
  Result<std::vector<ReturnedMailsRecord>> returned_mails() override {
    return read_returned_mails(*lease_);
  }

  Result<std::vector<WebhookEndpoint>> webhook_endpoints() override {
    return read_webhook_endpoints(*lease_);
  }
  Result<std::vector<WebhookDelivery>> webhook_deliveries(const DeliveryQuery& query) override {
    return read_webhook_deliveries(*lease_, query);
  }
  Result<std::optional<WebhookDelivery>> webhook_delivery(std::uint64_t number) override {
    return read_webhook_delivery(*lease_, number);
  }
  Result<std::vector<WebhookAttempt>> webhook_attempts(std::uint64_t delivery) override {
    return read_webhook_attempts(*lease_, delivery);
  }
  Result<std::vector<WebhookDelivery>> queued_webhooks(const Hash128& endpoint,
                                                       std::size_t limit) override {
    return read_queued_webhooks(*lease_, endpoint, limit);
  }
  Result<std::uint64_t> next_webhook_number() override { return read_next_webhook_number(*lease_); }
  Result<std::vector<DecisionRecord>> decisions_after(std::uint64_t sequence,
                                                      std::size_t limit) override {
    return read_decisions_after(*lease_, sequence, limit);
  }
  Result<std::vector<AuditRecord>> audit_after(std::uint64_t sequence, std::size_t limit) override {
    return read_audit_after(*lease_, sequence, limit);
  }
  Result<StateReads::MessagePage> campaign_answers(
      const CampaignAnswerReads::Query& query) override {
    return read_campaign_answers(*lease_, query);
  }

  Result<std::vector<CatalogRecord>> catalogs() override { return read_catalogs(*lease_); }
  Result<std::optional<CatalogRecord>> catalog(std::string_view key) override {
    return read_catalog(*lease_, key);
  }
  Result<std::optional<std::string>> catalog_item(const CatalogGeneration& in,
                                                  std::string_view key) override {
    return read_catalog_item(*lease_, in, key);
  }
  Result<std::vector<sojourn::catalogs::Item>> catalog_items(
      const CatalogGeneration& in, const CatalogReads::ItemQuery& query) override {
    return read_catalog_items(*lease_, in, query);
  }

 protected:
  driver::Connection& connection() override { return *lease_; }
  Result<void> settle() override { return {}; }
  Result<std::uint64_t> last_decision(const ContactId& contact) override {
    return read_last_decision(*lease_, contact);
  }

 private:
  ConnectionPool::Lease lease_;
};

}  // namespace sojourn::store::sql
