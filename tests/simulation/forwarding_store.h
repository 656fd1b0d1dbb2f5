#pragma once

/// A store and its transaction that pass every call on: what watching and planted decorators begin
/// with.

#include <memory>
#include <string>

#include "domain/campaigns/standing.h"
#include "store/audit_trail.h"
#include "store/campaign_answers.h"
#include "store/catalog.h"
#include "store/message_copies.h"
#include "store/returned_mails.h"
#include "store/store.h"
#include "store/warm_up_days.h"

namespace sojourn::simulate {

class ForwardingTransaction : public store::StateTransaction,
                              public store::MessageCopies,
                              public store::AuditWrites,
                              public store::WarmUpDays,
                              public store::ReturnedMailsWrites,
                              public store::CampaignAnswers,
                              public store::CatalogWrites {
 public:
  explicit ForwardingTransaction(std::unique_ptr<store::StateTransaction> inner)
      : inner_(std::move(inner)) {}

  Result<std::optional<store::ContactRecord>> contact(const contacts::ContactId& id) override {
    return inner_->contact(id);
  }
  Result<std::vector<std::optional<store::ContactRecord>>> contacts(
      std::span<const contacts::ContactId> ids) override {
    return inner_->contacts(ids);
  }
  Result<std::optional<contacts::ContactId>> alias(const contacts::ContactId& loser) override {
    return inner_->alias(loser);
  }
  Result<std::vector<contacts::ContactId>> merged_into(
      const contacts::ContactId& survivor) override {
    return inner_->merged_into(survivor);
  }
  Result<std::vector<std::optional<contacts::ContactId>>> identifiers(
      std::span<const contacts::Identifier> wanted) override {
    return inner_->identifiers(wanted);
  }
  Result<store::ContactPage> list_contacts(const ContactQuery& query) override {
    return inner_->list_contacts(query);
  }
  Result<std::uint64_t> contact_count() override { return inner_->contact_count(); }
  Result<std::vector<contacts::ContactId>> contacts_with_email(std::string_view email,
                                                               std::size_t limit) override {
    return inner_->contacts_with_email(email, limit);
  }
  Result<std::vector<contacts::ContactId>> contact_ids(const contacts::ContactId& after,
                                                       std::size_t limit) override {
    return inner_->contact_ids(after, limit);
  }
  Result<std::vector<Wake>> due_wakes(Timestamp until, std::size_t limit) override {
    return inner_->due_wakes(until, limit);
  }
  Result<std::optional<Timestamp>> earliest_wake() override { return inner_->earliest_wake(); }
  Result<std::vector<store::DecisionRecord>> decisions(const contacts::ContactId& contact,
                                                       std::optional<std::uint64_t> before,
                                                       std::size_t limit) override {
    return inner_->decisions(contact, before, limit);
  }
  Result<std::vector<std::string>> timeline_chunks(const contacts::ContactId& contact,
                                                   std::uint32_t before_chunk,
                                                   std::size_t limit) override {
    return inner_->timeline_chunks(contact, before_chunk, limit);
  }
  Result<std::optional<messages::Message>> message(messages::MessageId id) override {
    return inner_->message(id);
  }
  Result<std::optional<messages::Message>> message_by_key(std::string_view key) override {
    return inner_->message_by_key(key);
  }
  Result<MessagePage> list_messages(const MessageQuery& query) override {
    return inner_->list_messages(query);
  }
  Result<std::vector<QueuedMessage>> queued_messages(Timestamp due_until,
                                                     std::size_t limit) override {
    return inner_->queued_messages(due_until, limit);
  }
  Result<std::vector<messages::Message>> messages_in(messages::DeliveryState state,
                                                     std::size_t limit) override {
    return inner_->messages_in(state, limit);
  }
  Result<std::uint64_t> message_count(messages::DeliveryState state) override {
    return inner_->message_count(state);
  }
  Result<std::optional<std::string>> message_content(messages::MessageId id) override {
    return inner_->message_content(id);
  }
  Result<std::optional<store::MessageCopy>> message_copy(messages::MessageId id) override {
    return store::copies_in(*inner_).message_copy(id);
  }
  Result<std::optional<Timestamp>> earliest_copy_end() override {
    return store::copies_in(*inner_).earliest_copy_end();
  }
  Result<std::vector<sojourn::campaigns::Standing>> campaigns() override {
    return inner_->campaigns();
  }
  Result<std::optional<sojourn::campaigns::Standing>> campaign(std::uint32_t number) override {
    return inner_->campaign(number);
  }
  Result<std::vector<store::CatalogRecord>> catalogs() override {
    return store::catalogs_in(*inner_).catalogs();
  }
  Result<std::optional<store::CatalogRecord>> catalog(std::string_view key) override {
    return store::catalogs_in(*inner_).catalog(key);
  }
  Result<std::optional<std::string>> catalog_item(const store::CatalogGeneration& in,
                                                  std::string_view key) override {
    return store::catalogs_in(*inner_).catalog_item(in, key);
  }
  Result<std::vector<sojourn::catalogs::Item>> catalog_items(
      const store::CatalogGeneration& in, const store::CatalogReads::ItemQuery& query) override {
    return store::catalogs_in(*inner_).catalog_items(in, query);
  }
  Result<bool> has_campaign_address(std::string_view campaign, std::string_view address) override {
    return inner_->has_campaign_address(campaign, address);
  }
  Result<std::vector<messages::MessageId>> waiting_in_campaign(std::string_view campaign,
                                                               bool only_held,
                                                               std::size_t limit) override {
    return inner_->waiting_in_campaign(campaign, only_held, limit);
  }
  Result<std::vector<contacts::ContactId>> campaign_audience(std::uint32_t campaign,
                                                             std::uint64_t page) override {
    return inner_->campaign_audience(campaign, page);
  }
  Result<std::uint64_t> member_count(std::uint32_t segment) override {
    return inner_->member_count(segment);
  }
  Result<std::vector<contacts::ContactId>> members(std::uint32_t segment,
                                                   const contacts::ContactId& after,
                                                   std::size_t limit) override {
    return inner_->members(segment, after, limit);
  }
  Result<std::vector<store::Counter>> counters(std::string_view kind,
                                               std::string_view key) override {
    return inner_->counters(kind, key);
  }
  Result<std::vector<store::Counter>> counters_of_day(std::string_view kind,
                                                      std::int32_t day) override {
    return inner_->counters_of_day(kind, day);
  }
  Result<std::vector<store::ConsentRecord>> consents() override { return inner_->consents(); }
  Result<std::vector<store::ConsentRecord>> consent_lines() override {
    return inner_->consent_lines();
  }
  Result<std::vector<store::ConsentRecord>> consent_history(const Hash128& address) override {
    return inner_->consent_history(address);
  }
  Result<std::vector<store::DefinitionRecord>> definitions() override {
    return inner_->definitions();
  }
  Result<std::optional<store::DefinitionRecord>> definition(std::string_view kind,
                                                            std::string_view key,
                                                            int version) override {
    return inner_->definition(kind, key, version);
  }
  Result<std::vector<store::FactRecord>> facts() override { return inner_->facts(); }
  Result<std::vector<store::AttributeRecord>> attributes() override { return inner_->attributes(); }
  Result<std::optional<std::string>> setting(std::string_view name) override {
    return inner_->setting(name);
  }
  Result<std::optional<store::UserRecord>> user(std::string_view email) override {
    return inner_->user(email);
  }
  Result<std::uint64_t> user_count() override { return inner_->user_count(); }
  Result<std::optional<store::SessionRecord>> session(const Hash128& token_hash) override {
    return inner_->session(token_hash);
  }
  Result<std::vector<store::AccessKeyRecord>> access_keys() override {
    return inner_->access_keys();
  }
  Result<std::vector<store::SuppressionRecord>> suppressions(
      const SuppressionQuery& query) override {
    return inner_->suppressions(query);
  }
  Result<std::optional<store::SignupRecord>> signup(std::string_view id) override {
    return inner_->signup(id);
  }
  Result<std::uint64_t> signup_count(const Hash128& address, Timestamp since) override {
    return inner_->signup_count(address, since);
  }
  Result<std::vector<store::SignupRecord>> signups_before(Timestamp until,
                                                          std::size_t limit) override {
    return inner_->signups_before(until, limit);
  }
  Result<std::vector<store::SenderKeyRecord>> sender_keys() override {
    return inner_->sender_keys();
  }
  Result<std::optional<store::PictureRecord>> picture(const assets::PictureId& id) override {
    return inner_->picture(id);
  }
  Result<std::optional<std::string>> picture_file(const assets::PictureId& id, int width) override {
    return inner_->picture_file(id, width);
  }
  Result<std::vector<assets::PictureId>> unclaimed_pictures(Timestamp before,
                                                            std::size_t limit) override {
    return inner_->unclaimed_pictures(before, limit);
  }
  Result<std::vector<store::AuditRecord>> audit(std::optional<std::uint64_t> before,
                                                std::size_t limit) override {
    return inner_->audit(before, limit);
  }
  Result<std::optional<store::JobRecord>> job(store::JobId id) override { return inner_->job(id); }
  Result<std::vector<store::JobRecord>> list_jobs(const JobQuery& query) override {
    return inner_->list_jobs(query);
  }
  Result<std::vector<store::JobRecord>> open_jobs(std::size_t limit) override {
    return inner_->open_jobs(limit);
  }
  Result<store::JobId> next_job_id() override { return inner_->next_job_id(); }
  Result<std::vector<store::ImportChange>> import_changes(store::JobId job,
                                                          std::uint64_t before_row,
                                                          std::size_t limit) override {
    return inner_->import_changes(job, before_row, limit);
  }
  Result<events::Position> applied() override { return inner_->applied(); }
  Result<std::vector<store::PartitionMail>> partition_mail(std::size_t limit) override {
    return inner_->partition_mail(limit);
  }
  Result<std::uint64_t> next_sequence() override { return inner_->next_sequence(); }
  Result<messages::MessageId> next_message_id() override { return inner_->next_message_id(); }
  Result<void> put_contact(const store::ContactRecord& record) override {
    return inner_->put_contact(record);
  }
  Result<void> erase_contact(const contacts::ContactId& id) override {
    return inner_->erase_contact(id);
  }
  Result<void> put_identifier(const contacts::Identifier& identifier,
                              const contacts::ContactId& contact) override {
    return inner_->put_identifier(identifier, contact);
  }
  Result<void> put_alias(const contacts::ContactId& loser,
                         const contacts::ContactId& survivor) override {
    return inner_->put_alias(loser, survivor);
  }
  Result<void> put_wake(const contacts::ContactId& contact, std::optional<Timestamp> old_due,
                        std::optional<Timestamp> due) override {
    return inner_->put_wake(contact, old_due, due);
  }
  Result<void> append_decision(const store::DecisionRecord& record) override {
    return inner_->append_decision(record);
  }
  Result<void> put_timeline_chunk(const contacts::ContactId& contact, std::uint32_t chunk,
                                  std::string_view payload) override {
    return inner_->put_timeline_chunk(contact, chunk, payload);
  }
  Result<void> put_message(const messages::Message& message) override {
    return inner_->put_message(message);
  }
  Result<void> put_message_content(messages::MessageId id, std::string_view content) override {
    return inner_->put_message_content(id, content);
  }
  Result<void> put_message_copy(messages::MessageId id, std::string_view bytes,
                                Timestamp end) override {
    return store::copies_in(*inner_).put_message_copy(id, bytes, end);
  }
  Result<std::vector<policies::WarmUpBook::Entry>> warm_up_days() override {
    return store::warm_ups_in(*inner_).warm_up_days();
  }
  Result<void> put_warm_up_day(const policies::WarmUpBook::Entry& entry) override {
    return store::warm_ups_in(*inner_).put_warm_up_day(entry);
  }
  Result<std::vector<store::ReturnedMailsRecord>> returned_mails() override {
    return store::returned_mails_in(*inner_).returned_mails();
  }
  Result<void> put_returned_mails(const store::ReturnedMailsRecord& record) override {
    return store::returned_mails_in(*inner_).put_returned_mails(record);
  }
  Result<void> remove_message_copies(Timestamp now, std::size_t limit) override {
    return store::copies_in(*inner_).remove_message_copies(now, limit);
  }
  Result<MessagePage> campaign_answers(const store::CampaignAnswerReads::Query& query) override {
    return store::answers_in(*inner_).campaign_answers(query);
  }
  Result<bool> put_campaign_answer(std::string_view campaign, sojourn::campaigns::Answer answer,
                                   messages::MessageId message) override {
    return store::answers_in(*inner_).put_campaign_answer(campaign, answer, message);
  }
  Result<void> put_campaign(const sojourn::campaigns::Standing& campaign) override {
    return inner_->put_campaign(campaign);
  }
  Result<void> put_catalog(const store::CatalogRecord& record) override {
    return store::catalogs_in(*inner_).put_catalog(record);
  }
  Result<void> put_catalog_item(const store::CatalogGeneration& in,
                                const sojourn::catalogs::Item& item) override {
    return store::catalogs_in(*inner_).put_catalog_item(in, item);
  }
  Result<void> remove_catalog_item(const store::CatalogGeneration& in,
                                   std::string_view key) override {
    return store::catalogs_in(*inner_).remove_catalog_item(in, key);
  }
  Result<std::uint64_t> remove_catalog_items_before(const store::CatalogGeneration& present,
                                                    std::size_t limit) override {
    return store::catalogs_in(*inner_).remove_catalog_items_before(present, limit);
  }
  Result<std::uint64_t> remove_catalog_items(const store::CatalogGeneration& all,
                                             std::size_t limit) override {
    return store::catalogs_in(*inner_).remove_catalog_items(all, limit);
  }
  Result<void> put_campaign_audience(std::uint32_t campaign, std::uint64_t page,
                                     std::span<const contacts::ContactId> contacts) override {
    return inner_->put_campaign_audience(campaign, page, contacts);
  }
  Result<void> remove_campaign_audience(std::uint32_t campaign) override {
    return inner_->remove_campaign_audience(campaign);
  }
  Result<void> add_to_counter(const store::CounterKey& key, std::int64_t by) override {
    return inner_->add_to_counter(key, by);
  }
  Result<void> put_member(std::uint32_t segment, const contacts::ContactId& contact,
                          Timestamp since) override {
    return inner_->put_member(segment, contact, since);
  }
  Result<void> remove_member(std::uint32_t segment, const contacts::ContactId& contact) override {
    return inner_->remove_member(segment, contact);
  }
  Result<void> put_consent(const store::ConsentRecord& record) override {
    return inner_->put_consent(record);
  }
  Result<void> put_partition_mail(const store::PartitionMail& mail) override {
    return inner_->put_partition_mail(mail);
  }
  Result<void> remove_partition_mail(std::uint64_t sequence) override {
    return inner_->remove_partition_mail(sequence);
  }
  Result<void> put_definition(const store::DefinitionRecord& record) override {
    return inner_->put_definition(record);
  }
  Result<void> put_fact(const store::FactRecord& record) override {
    return inner_->put_fact(record);
  }
  Result<void> remove_fact(const Hash128& id) override { return inner_->remove_fact(id); }
  Result<void> put_attribute(const store::AttributeRecord& record) override {
    return inner_->put_attribute(record);
  }
  Result<void> put_setting(std::string_view name, std::string_view value) override {
    return inner_->put_setting(name, value);
  }
  Result<void> put_user(const store::UserRecord& user) override { return inner_->put_user(user); }
  Result<void> put_session(const store::SessionRecord& session) override {
    return inner_->put_session(session);
  }
  Result<void> remove_session(const Hash128& token_hash) override {
    return inner_->remove_session(token_hash);
  }
  Result<void> put_access_key(const store::AccessKeyRecord& key) override {
    return inner_->put_access_key(key);
  }
  Result<void> put_signup(const store::SignupRecord& record) override {
    return inner_->put_signup(record);
  }
  Result<void> remove_signup(std::string_view id) override { return inner_->remove_signup(id); }
  Result<void> put_sender_key(const store::SenderKeyRecord& key) override {
    return inner_->put_sender_key(key);
  }
  Result<void> remove_sender_key(std::string_view domain, std::string_view selector) override {
    return inner_->remove_sender_key(domain, selector);
  }
  Result<void> put_picture(const store::PictureRecord& picture) override {
    return inner_->put_picture(picture);
  }
  Result<void> put_picture_file(const assets::PictureId& id, int width,
                                std::string_view content) override {
    return inner_->put_picture_file(id, width, content);
  }
  Result<void> remove_picture(const assets::PictureId& id) override {
    return inner_->remove_picture(id);
  }
  Result<void> append_audit(std::string_view actor, std::string_view action,
                            std::string_view subject, std::string_view detail,
                            Timestamp at) override {
    return inner_->append_audit(actor, action, subject, detail, at);
  }
  Result<std::vector<store::AuditEntry>> audit_entries(std::optional<std::uint64_t> before,
                                                       std::size_t limit) override {
    return store::audit_trail_of(*inner_).audit_entries(before, limit);
  }
  void come_from(std::string_view client) override {
    store::audit_trail_of(*inner_).come_from(client);
  }
  Result<void> append_change(const store::AuditRecord& line,
                             std::vector<store::FieldChange> changes) override {
    return store::audit_trail_of(*inner_).append_change(line, std::move(changes));
  }
  Result<void> put_job(const store::JobRecord& job) override { return inner_->put_job(job); }
  Result<void> put_import_change(const store::ImportChange& change) override {
    return inner_->put_import_change(change);
  }
  Result<std::uint64_t> remove_import_changes(store::JobId job, std::size_t limit) override {
    return inner_->remove_import_changes(job, limit);
  }
  Result<void> set_applied(events::Position position) override {
    return inner_->set_applied(position);
  }
  Result<void> commit() override { return inner_->commit(); }

 protected:
  const std::unique_ptr<store::StateTransaction> inner_;
};

class ForwardingStore : public store::Store {
 public:
  explicit ForwardingStore(std::unique_ptr<store::Store> inner) : inner_(std::move(inner)) {}

  store::EventLogWriter& log_writer() override { return inner_->log_writer(); }
  store::EventLogReader& log_reader() override { return inner_->log_reader(); }
  Result<std::unique_ptr<store::StateTransaction>> begin() override { return inner_->begin(); }
  Result<std::unique_ptr<store::StateReads>> view() override { return inner_->view(); }
  Result<void> checkpoint_state() override { return inner_->checkpoint_state(); }
  Result<void> backup(const std::string& folder) override { return inner_->backup(folder); }

 protected:
  const std::unique_ptr<store::Store> inner_;
};

}  // namespace sojourn::simulate
