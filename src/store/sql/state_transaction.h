#pragma once

/// The committer's transaction over one connection.

#include <functional>

#include "store/address_moves.h"
#include "store/audit_trail.h"
#include "store/campaign_answers.h"
#include "store/catalog.h"
#include "store/message_copies.h"
#include "store/returned_mails.h"
#include "store/sql/saved_views.h"
#include "store/sql/state_reads.h"
#include "store/sql/team.h"
#include "store/sql/webhooks.h"
#include "store/warm_up_days.h"

namespace sojourn::store::sql {

/// What a transaction tells its store when it is over.
struct TransactionEnd {
  bool is_committed = false;
  bool has_erased = false;  ///< bytes must leave the WAL too
};

class SqlTransaction final : public SqlReads<StateTransaction>,
                             public AddressMoves,
                             public TeamWrites,
                             public SavedViewWrites,
                             public WebhookWrites,
                             public AuditWrites,
                             public MessageCopies,
                             public WarmUpDays,
                             public ReturnedMailsWrites,
                             public CampaignAnswers,
                             public CatalogWrites {
 public:
  /// On a connection whose transaction has begun; it must outlive this object. `on_end` is called
  /// once, by commit() that succeeds or by the destructor.
  SqlTransaction(driver::Connection& connection, std::function<void(const TransactionEnd&)> on_end)
      : connection_(connection), on_end_(std::move(on_end)) {}
  ~SqlTransaction() override;
  SqlTransaction(const SqlTransaction&) = delete;
  SqlTransaction& operator=(const SqlTransaction&) = delete;

  Result<void> put_contact(const ContactRecord& record) override;
  Result<void> erase_contact(const ContactId& id) override;
  Result<void> put_identifier(const contacts::Identifier& identifier,
                              const ContactId& contact) override;
  Result<void> put_alias(const ContactId& loser, const ContactId& survivor) override;
  Result<void> put_wake(const ContactId& contact, std::optional<Timestamp> old_due,
                        std::optional<Timestamp> due) override;
  Result<void> append_decision(const DecisionRecord& record) override;
  Result<void> put_timeline_chunk(const ContactId& contact, std::uint32_t chunk,
                                  std::string_view payload) override;
  Result<void> put_message(const messages::Message& message) override;
  Result<void> put_message_content(messages::MessageId id, std::string_view content) override;
  Result<std::optional<MessageCopy>> message_copy(messages::MessageId id) override;
  Result<std::optional<Timestamp>> earliest_copy_end() override;
  Result<void> put_message_copy(messages::MessageId id, std::string_view bytes,
                                Timestamp end) override;
  Result<void> remove_message_copies(Timestamp now, std::size_t limit) override;
  Result<std::vector<policies::WarmUpBook::Entry>> warm_up_days() override;
  Result<void> put_warm_up_day(const policies::WarmUpBook::Entry& entry) override;
  Result<std::vector<ReturnedMailsRecord>> returned_mails() override;
  Result<void> put_returned_mails(const ReturnedMailsRecord& record) override;
  Result<StateReads::MessagePage> campaign_answers(
      const CampaignAnswerReads::Query& query) override;
  Result<bool> put_campaign_answer(std::string_view campaign, sojourn::campaigns::Answer answer,
                                   messages::MessageId message) override;
  Result<void> put_campaign(const sojourn::campaigns::Standing& campaign) override;
  Result<void> put_campaign_audience(std::uint32_t campaign, std::uint64_t page,
                                     std::span<const ContactId> contacts) override;
  Result<void> remove_campaign_audience(std::uint32_t campaign) override;
  Result<void> add_to_counter(const CounterKey& key, std::int64_t by) override;
  Result<void> put_member(std::uint32_t segment, const ContactId& contact,
                          Timestamp since) override;
  Result<void> remove_member(std::uint32_t segment, const ContactId& contact) override;
  Result<void> put_consent(const ConsentRecord& record) override;
  Result<void> move_address(const Hash128& from, const Hash128& to) override;
  Result<void> put_partition_mail(const PartitionMail& mail) override;
  Result<void> remove_partition_mail(std::uint64_t sequence) override;
  Result<void> put_definition(const DefinitionRecord& record) override;
  Result<void> put_fact(const FactRecord& record) override;
  Result<void> remove_fact(const Hash128& id) override;
  Result<void> put_attribute(const AttributeRecord& record) override;
  Result<void> put_setting(std::string_view name, std::string_view value) override;
  Result<void> put_user(const UserRecord& user) override;
  Result<void> put_session(const SessionRecord& session) override;
  Result<void> remove_session(const Hash128& token_hash) override;
  Result<void> put_access_key(const AccessKeyRecord& key) override;
  Result<void> put_signup(const SignupRecord& record) override;
  Result<void> remove_signup(std::string_view id) override;
  Result<void> put_sender_key(const SenderKeyRecord& key) override;
  Result<void> remove_sender_key(std::string_view domain, std::string_view selector) override;
  Result<void> put_picture(const PictureRecord& picture) override;
  Result<void> put_picture_file(const assets::PictureId& id, int width,
                                std::string_view content) override;
  Result<void> remove_picture(const assets::PictureId& id) override;
  Result<void> append_audit(std::string_view actor, std::string_view action,
                            std::string_view subject, std::string_view detail,
                            Timestamp at) override;
  Result<void> put_job(const JobRecord& job) override;
  Result<void> put_import_change(const ImportChange& change) override;
  Result<std::uint64_t> remove_import_changes(JobId job, std::size_t limit) override;
  Result<void> set_applied(events::Position position) override;
  Result<void> commit() override;

  Result<std::vector<UserRecord>> users() override { return read_users(connection_); }
  Result<std::vector<InvitationRecord>> invitations() override {
    return read_invitations(connection_);
  }
  Result<std::optional<std::string>> second_factor(std::string_view email) override {
    return read_second_factor(connection_, email);
  }
  Result<void> remove_user(std::string_view email) override;
  Result<void> remove_sessions(std::string_view email) override;
  Result<void> put_invitation(const InvitationRecord& invitation) override;
  Result<void> remove_invitation(std::string_view email) override;
  Result<void> put_second_factor(std::string_view email, std::string_view sealed) override;
  Result<void> remove_second_factor(std::string_view email) override;

  Result<std::vector<AuditEntry>> audit_entries(std::optional<std::uint64_t> before,
                                                std::size_t limit) override {
    return read_audit_entries(connection_, before, limit);
  }
  void come_from(std::string_view client) override { client_ = client; }
  Result<void> append_change(const AuditRecord& line, std::vector<FieldChange> changes) override;

  Result<std::vector<SavedView>> saved_views() override { return read_saved_views(connection_); }
  Result<void> put_saved_view(const SavedView& view) override;
  Result<void> remove_saved_view(const Hash128& id) override;
  Result<void> remove_private_views(std::string_view owner) override;

  Result<std::vector<WebhookEndpoint>> webhook_endpoints() override {
    return read_webhook_endpoints(connection_);
  }
  Result<std::vector<WebhookDelivery>> webhook_deliveries(const DeliveryQuery& query) override {
    return read_webhook_deliveries(connection_, query);
  }
  Result<std::optional<WebhookDelivery>> webhook_delivery(std::uint64_t number) override {
    return read_webhook_delivery(connection_, number);
  }
  Result<std::vector<WebhookAttempt>> webhook_attempts(std::uint64_t delivery) override {
    return read_webhook_attempts(connection_, delivery);
  }
  Result<std::vector<WebhookDelivery>> queued_webhooks(const Hash128& endpoint,
                                                       std::size_t limit) override {
    return read_queued_webhooks(connection_, endpoint, limit);
  }
  Result<std::uint64_t> next_webhook_number() override {
    return read_next_webhook_number(connection_);
  }
  Result<std::vector<DecisionRecord>> decisions_after(std::uint64_t sequence,
                                                      std::size_t limit) override {
    return read_decisions_after(connection_, sequence, limit);
  }
  Result<std::vector<AuditRecord>> audit_after(std::uint64_t sequence, std::size_t limit) override {
    return read_audit_after(connection_, sequence, limit);
  }
  Result<void> put_webhook_endpoint(const WebhookEndpoint& endpoint) override;
  Result<void> put_webhook_progress(const WebhookEndpoint& endpoint) override;
  Result<void> remove_webhook_endpoint(const Hash128& id) override;
  Result<void> put_webhook_delivery(const WebhookDelivery& delivery) override;
  Result<void> put_webhook_attempt(const WebhookAttempt& attempt) override;
  Result<void> remove_ended_webhooks(std::uint64_t until) override;
  Result<std::vector<CatalogRecord>> catalogs() override;
  Result<std::optional<CatalogRecord>> catalog(std::string_view key) override;
  Result<std::optional<std::string>> catalog_item(const CatalogGeneration& in,
                                                  std::string_view key) override;
  Result<std::vector<sojourn::catalogs::Item>> catalog_items(
      const CatalogGeneration& in, const CatalogReads::ItemQuery& query) override;
  Result<void> put_catalog(const CatalogRecord& record) override;
  Result<void> put_catalog_item(const CatalogGeneration& in,
                                const sojourn::catalogs::Item& item) override;
  Result<void> remove_catalog_item(const CatalogGeneration& in, std::string_view key) override;
  Result<std::uint64_t> remove_catalog_items_before(const CatalogGeneration& present,
                                                    std::size_t limit) override;
  Result<std::uint64_t> remove_catalog_items(const CatalogGeneration& all,
                                             std::size_t limit) override;

 protected:
  driver::Connection& connection() override { return connection_; }
  Result<void> settle() override {
    TRY_VOID(connection_.flush());
    return pending_.write(connection_);
  }
  Result<std::uint64_t> last_decision(const ContactId& contact) override {
    return journal_.last(connection_, contact);
  }

 private:
  Result<void> remove_record(const ContactId& id);

  driver::Connection& connection_;
  std::function<void(const TransactionEnd&)> on_end_;
  PendingCounts pending_;
  PendingJournal journal_;
  bool has_erased_ = false;
  std::string client_;  ///< come_from()
};

}  // namespace sojourn::store::sql
