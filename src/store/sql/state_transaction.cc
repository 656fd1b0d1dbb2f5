#include "store/sql/state_transaction.h"

#include <fmt/format.h>

#include "base/ensure.h"
#include "base/text.h"
#include "store/campaign.h"
#include "store/sql/campaign_answers.h"
#include "store/sql/catalogs.h"
#include "store/sql/message_copies.h"
#include "store/sql/returned_mails.h"
#include "store/sql/warm_up_days.h"

namespace sojourn::store::sql {

using messages::DeliveryState;

namespace {

/// Of a campaign's messages it is counted how many are in which state.
CounterKey state_counter(const std::string& campaign, const std::string& arm, DeliveryState state) {
  return {.kind = std::string(campaign_states_kind),
          .key = campaign,
          .variant = arm,
          .outcome = std::string(messages::to_string(state))};
}

}  // namespace

SqlTransaction::~SqlTransaction() {
  if (on_end_ == nullptr) return;
  connection_.rollback();
  on_end_({.is_committed = false, .has_erased = false});
}

Result<void> SqlTransaction::commit() {
  ENSURE(on_end_ != nullptr);
  TRY_VOID(settle());
  TRY_VOID(journal_.write_all(connection_));
  TRY_VOID(connection_.commit());
  const auto on_end = std::exchange(on_end_, nullptr);
  on_end({.is_committed = true, .has_erased = has_erased_});
  return {};
}

Result<void> SqlTransaction::put_contact(const ContactRecord& record) {
  TRY(last_decision, journal_.write(connection_, record.id, record.last_decision));
  return write_contact(connection_, record, last_decision,
                       [this] { pending_.add(tallies::contact_count, 1); });
}

/// What a contact that is no more leaves behind nowhere: record and memberships.
Result<void> SqlTransaction::remove_record(const ContactId& id) {
  TRY(deleted, delete_contact(connection_, id));
  if (deleted) pending_.add(tallies::contact_count, -1);
  return delete_memberships(connection_, id, [this](std::uint32_t segment) {
    pending_.add(tallies::members(segment), -1);
  });
}

Result<void> SqlTransaction::erase_contact(const ContactId& id) {
  has_erased_ = true;
  // Under the ids, too, that it had before merges.
  TRY(losers, read_losers(connection_, id));
  for (const ContactId& loser : losers) TRY_VOID(delete_webhooks_about(connection_, loser));
  TRY_VOID(delete_webhooks_about(connection_, id));
  TRY_VOID(journal_.erase(connection_, id));
  TRY_VOID(remove_record(id));
  TRY_VOID(delete_identifiers(connection_, id));
  TRY_VOID(delete_aliases(connection_, id));
  TRY_VOID(delete_timeline(connection_, id));
  TRY_VOID(delete_partition_mail_to(connection_, id));
  TRY_VOID(anonymise_consents(connection_, id));
  TRY_VOID(delete_signups_of(connection_, id));
  TRY_VOID(delete_import_changes_of(connection_, id));
  TRY_VOID(delete_message_copies_of(connection_, id));
  TRY(removed, delete_messages(connection_, id));
  for (const RemovedMessage& message : removed) {
    pending_.add(tallies::messages(message.state), -1);
    if (message.campaign.empty()) continue;
    TRY_VOID(delete_campaign_answers(connection_, message.campaign, message.id));
    pending_.add(state_counter(message.campaign, message.arm, message.state), -1);
    CounterKey erased = state_counter(message.campaign, message.arm, message.state);
    erased.outcome = "erased";
    pending_.add(erased, 1);
  }
  return {};
}

Result<void> SqlTransaction::put_identifier(const contacts::Identifier& identifier,
                                            const ContactId& contact) {
  return write_identifier(connection_, identifier, contact);
}

Result<void> SqlTransaction::put_alias(const ContactId& loser, const ContactId& survivor) {
  ENSURE(loser != survivor);
  TRY_VOID(journal_.join(connection_, loser, survivor));
  TRY_VOID(remove_record(loser));
  TRY_VOID(move_identifiers(connection_, loser, survivor));
  TRY_VOID(move_timeline(connection_, loser, survivor));
  TRY_VOID(move_messages(connection_, loser, survivor));
  TRY_VOID(move_partition_mail(connection_, loser, survivor));
  TRY_VOID(move_consents(connection_, loser, survivor));
  TRY_VOID(move_signups(connection_, loser, survivor));
  return write_alias(connection_, loser, survivor);
}

Result<void> SqlTransaction::put_wake(const ContactId& contact, std::optional<Timestamp> old_due,
                                      std::optional<Timestamp> due) {
  if (old_due == due) return {};
  if (old_due) TRY_VOID(delete_wake(connection_, contact, *old_due));
  return due ? insert_wake(connection_, contact, *due) : Result<void>();
}

Result<void> SqlTransaction::append_decision(const DecisionRecord& record) {
  pending_.raise(tallies::next_sequence, static_cast<std::int64_t>(record.sequence + 1));
  journal_.append(record);
  return {};
}

Result<void> SqlTransaction::put_timeline_chunk(const ContactId& contact, std::uint32_t chunk,
                                                std::string_view payload) {
  return write_timeline_chunk(connection_, contact, chunk, payload);
}

Result<void> SqlTransaction::put_message(const messages::Message& message) {
  TRY(before, write_message(connection_, message));
  if (before == message.state) return {};
  if (before) pending_.add(tallies::messages(*before), -1);
  pending_.add(tallies::messages(message.state), 1);
  pending_.raise(tallies::next_message, static_cast<std::int64_t>(message.id.value + 1));
  if (message.campaign.empty()) return {};
  if (before) pending_.add(state_counter(message.campaign, message.step, *before), -1);
  pending_.add(state_counter(message.campaign, message.step, message.state), 1);
  return {};
}

Result<void> SqlTransaction::put_message_content(messages::MessageId id, std::string_view content) {
  return write_message_content(connection_, id, content);
}

Result<std::optional<MessageCopy>> SqlTransaction::message_copy(messages::MessageId id) {
  return read_message_copy(connection_, id);
}

Result<std::optional<Timestamp>> SqlTransaction::earliest_copy_end() {
  return read_earliest_copy_end(connection_);
}

Result<void> SqlTransaction::put_message_copy(messages::MessageId id, std::string_view bytes,
                                              Timestamp end) {
  return write_message_copy(connection_, id, bytes, end);
}

Result<void> SqlTransaction::remove_message_copies(Timestamp now, std::size_t limit) {
  return delete_message_copies(connection_, now, limit);
}

Result<std::vector<policies::WarmUpBook::Entry>> SqlTransaction::warm_up_days() {
  return read_warm_up_days(connection_);
}

Result<void> SqlTransaction::put_warm_up_day(const policies::WarmUpBook::Entry& entry) {
  return write_warm_up_day(connection_, entry);
}

Result<std::vector<ReturnedMailsRecord>> SqlTransaction::returned_mails() {
  return read_returned_mails(connection_);
}

Result<void> SqlTransaction::put_returned_mails(const ReturnedMailsRecord& record) {
  return write_returned_mails(connection_, record);
}

Result<StateReads::MessagePage> SqlTransaction::campaign_answers(
    const CampaignAnswerReads::Query& query) {
  return read_campaign_answers(connection_, query);
}

Result<bool> SqlTransaction::put_campaign_answer(std::string_view campaign,
                                                 sojourn::campaigns::Answer answer,
                                                 messages::MessageId message) {
  return write_campaign_answer(connection_, campaign, answer, message);
}

Result<void> SqlTransaction::put_campaign(const sojourn::campaigns::Standing& campaign) {
  return write_campaign(connection_, campaign);
}

Result<void> SqlTransaction::put_campaign_audience(std::uint32_t campaign, std::uint64_t page,
                                                   std::span<const ContactId> contacts) {
  return write_campaign_audience(connection_, campaign, page, contacts);
}

Result<void> SqlTransaction::remove_campaign_audience(std::uint32_t campaign) {
  return delete_campaign_audience(connection_, campaign);
}

Result<void> SqlTransaction::add_to_counter(const CounterKey& key, std::int64_t by) {
  pending_.add(key, by);
  return {};
}

Result<void> SqlTransaction::put_member(std::uint32_t segment, const ContactId& contact,
                                        Timestamp since) {
  return insert_member(connection_, segment, contact, since,
                       [this, segment] { pending_.add(tallies::members(segment), 1); });
}

Result<void> SqlTransaction::remove_member(std::uint32_t segment, const ContactId& contact) {
  return delete_member(connection_, segment, contact,
                       [this, segment] { pending_.add(tallies::members(segment), -1); });
}

Result<void> SqlTransaction::put_consent(const ConsentRecord& record) {
  return write_consent(connection_, record);
}

Result<void> SqlTransaction::move_address(const Hash128& from, const Hash128& to) {
  TRY_VOID(move_consents_of_address(connection_, from, to));
  return move_signups_of_address(connection_, from, to);
}

Result<void> SqlTransaction::put_signup(const SignupRecord& record) {
  return write_signup(connection_, record);
}

Result<void> SqlTransaction::remove_signup(std::string_view id) {
  has_erased_ = true;
  return delete_signup(connection_, id);
}

Result<void> SqlTransaction::put_partition_mail(const PartitionMail& mail) {
  pending_.raise(tallies::next_sequence, static_cast<std::int64_t>(mail.sequence + 1));
  return write_partition_mail(connection_, mail);
}

Result<void> SqlTransaction::remove_partition_mail(std::uint64_t sequence) {
  return delete_partition_mail(connection_, sequence);
}

Result<void> SqlTransaction::put_definition(const DefinitionRecord& record) {
  return write_definition(connection_, record);
}

Result<void> SqlTransaction::put_fact(const FactRecord& record) {
  return write_fact(connection_, record);
}

Result<void> SqlTransaction::remove_fact(const Hash128& id) {
  return delete_fact(connection_, id);
}

Result<void> SqlTransaction::put_attribute(const AttributeRecord& record) {
  return write_attribute(connection_, record);
}

Result<void> SqlTransaction::put_setting(std::string_view name, std::string_view value) {
  return write_setting(connection_, name, value);
}

Result<void> SqlTransaction::put_user(const UserRecord& user) {
  return write_user(connection_, user);
}

Result<void> SqlTransaction::put_session(const SessionRecord& session) {
  return write_session(connection_, session);
}

Result<void> SqlTransaction::remove_session(const Hash128& token_hash) {
  return delete_session(connection_, token_hash);
}

Result<void> SqlTransaction::put_access_key(const AccessKeyRecord& key) {
  return write_access_key(connection_, key);
}

Result<void> SqlTransaction::put_sender_key(const SenderKeyRecord& key) {
  // What it replaces may be a private key.
  has_erased_ = true;
  return write_sender_key(connection_, key);
}

Result<void> SqlTransaction::remove_sender_key(std::string_view domain, std::string_view selector) {
  has_erased_ = true;
  return delete_sender_key(connection_, domain, selector);
}

Result<void> SqlTransaction::remove_user(std::string_view email) {
  TRY_VOID(delete_sessions(connection_, email));
  TRY_VOID(remove_second_factor(email));
  TRY_VOID(delete_private_views(connection_, email));
  return delete_user(connection_, email);
}

Result<void> SqlTransaction::remove_sessions(std::string_view email) {
  return delete_sessions(connection_, email);
}

Result<void> SqlTransaction::put_invitation(const InvitationRecord& invitation) {
  return write_invitation(connection_, invitation);
}

Result<void> SqlTransaction::remove_invitation(std::string_view email) {
  return delete_invitation(connection_, email);
}

Result<void> SqlTransaction::put_second_factor(std::string_view email, std::string_view sealed) {
  // What it replaces is a secret.
  has_erased_ = true;
  return write_second_factor(connection_, email, sealed);
}

Result<void> SqlTransaction::remove_second_factor(std::string_view email) {
  has_erased_ = true;
  return delete_second_factor(connection_, email);
}

Result<void> SqlTransaction::put_saved_view(const SavedView& view) {
  return write_saved_view(connection_, view);
}

Result<void> SqlTransaction::remove_saved_view(const Hash128& id) {
  return delete_saved_view(connection_, id);
}

Result<void> SqlTransaction::remove_private_views(std::string_view owner) {
  return delete_private_views(connection_, owner);
}

Result<void> SqlTransaction::put_webhook_endpoint(const WebhookEndpoint& endpoint) {
  // What it replaces may be a secret.
  has_erased_ = true;
  return write_webhook_endpoint(connection_, endpoint);
}

Result<void> SqlTransaction::put_webhook_progress(const WebhookEndpoint& endpoint) {
  return write_webhook_progress(connection_, endpoint);
}

Result<void> SqlTransaction::remove_webhook_endpoint(const Hash128& id) {
  has_erased_ = true;
  return delete_webhook_endpoint(connection_, id);
}

Result<void> SqlTransaction::put_webhook_delivery(const WebhookDelivery& delivery) {
  return write_webhook_delivery(connection_, delivery);
}

Result<void> SqlTransaction::put_webhook_attempt(const WebhookAttempt& attempt) {
  return write_webhook_attempt(connection_, attempt);
}

Result<void> SqlTransaction::remove_ended_webhooks(std::uint64_t until) {
  return delete_ended_webhooks(connection_, until);
}

Result<void> SqlTransaction::put_picture(const PictureRecord& picture) {
  return write_picture(connection_, picture);
}

Result<void> SqlTransaction::put_picture_file(const assets::PictureId& id, int width,
                                              std::string_view content) {
  return write_picture_file(connection_, id, width, content);
}

Result<void> SqlTransaction::remove_picture(const assets::PictureId& id) {
  // Who takes a picture out may have shown what must not be seen.
  has_erased_ = true;
  return delete_picture(connection_, id);
}

Result<void> SqlTransaction::append_audit(std::string_view actor, std::string_view action,
                                          std::string_view subject, std::string_view detail,
                                          Timestamp at) {
  return append_change({.at = at,
                        .actor = std::string(actor),
                        .action = std::string(action),
                        .subject = std::string(subject),
                        .detail = std::string(detail),
                        .chain = {}},
                       {});
}

Result<void> SqlTransaction::append_change(const AuditRecord& line,
                                           std::vector<FieldChange> changes) {
  return sql::append_audit(connection_,
                           {.line = line, .client = client_, .changes = std::move(changes)});
}

Result<void> SqlTransaction::put_job(const JobRecord& job) {
  return write_job(connection_, job);
}

Result<void> SqlTransaction::put_import_change(const ImportChange& change) {
  return write_import_change(connection_, change);
}

Result<std::uint64_t> SqlTransaction::remove_import_changes(JobId job, std::size_t limit) {
  return delete_import_changes(connection_, job, limit);
}

Result<void> SqlTransaction::set_applied(events::Position position) {
  pending_.raise(tallies::applied, static_cast<std::int64_t>(position.value));
  return {};
}

Result<std::vector<CatalogRecord>> SqlTransaction::catalogs() {
  return read_catalogs(connection_);
}

Result<std::optional<CatalogRecord>> SqlTransaction::catalog(std::string_view key) {
  return read_catalog(connection_, key);
}

Result<std::optional<std::string>> SqlTransaction::catalog_item(const CatalogGeneration& in,
                                                                std::string_view key) {
  return read_catalog_item(connection_, in, key);
}

Result<std::vector<sojourn::catalogs::Item>> SqlTransaction::catalog_items(
    const CatalogGeneration& in, const CatalogReads::ItemQuery& query) {
  return read_catalog_items(connection_, in, query);
}

Result<void> SqlTransaction::put_catalog(const CatalogRecord& record) {
  return write_catalog(connection_, record);
}

Result<void> SqlTransaction::put_catalog_item(const CatalogGeneration& in,
                                              const sojourn::catalogs::Item& item) {
  return write_catalog_item(connection_, in, item);
}

Result<void> SqlTransaction::remove_catalog_item(const CatalogGeneration& in,
                                                 std::string_view key) {
  return delete_catalog_item(connection_, in, key);
}

Result<std::uint64_t> SqlTransaction::remove_catalog_items_before(const CatalogGeneration& present,
                                                                  std::size_t limit) {
  return delete_catalog_items_before(connection_, present, limit);
}

Result<std::uint64_t> SqlTransaction::remove_catalog_items(const CatalogGeneration& all,
                                                           std::size_t limit) {
  return delete_catalog_items(connection_, all, limit);
}

}  // namespace sojourn::store::sql
