#pragma once

/// What views and transactions answer alike, over one connection.

#include "store/driver/driver.h"
#include "store/sql/accounts.h"
#include "store/sql/campaigns.h"
#include "store/sql/consents.h"
#include "store/sql/contacts.h"
#include "store/sql/counters.h"
#include "store/sql/definitions.h"
#include "store/sql/import_changes.h"
#include "store/sql/jobs.h"
#include "store/sql/journal.h"
#include "store/sql/members.h"
#include "store/sql/messages.h"
#include "store/sql/partition_mail.h"
#include "store/sql/pictures.h"
#include "store/sql/sender_keys.h"
#include "store/sql/signups.h"
#include "store/sql/suppressions.h"
#include "store/sql/wakes.h"
#include "store/state.h"

namespace sojourn::store::sql {

/// Implements StateReads for `Interface`, which is StateReads itself or StateTransaction.
template <typename Interface>
class SqlReads : public Interface {
 public:
  Result<std::optional<ContactRecord>> contact(const ContactId& id) override {
    return read_contact(connection(), id);
  }
  Result<std::vector<std::optional<ContactRecord>>> contacts(
      std::span<const ContactId> ids) override {
    return read_contacts(connection(), ids);
  }
  Result<std::optional<ContactId>> alias(const ContactId& loser) override {
    return read_alias(connection(), loser);
  }
  Result<std::vector<ContactId>> merged_into(const ContactId& survivor) override {
    return read_losers(connection(), survivor);
  }
  Result<std::vector<std::optional<ContactId>>> identifiers(
      std::span<const contacts::Identifier> wanted) override {
    return read_identifiers(connection(), wanted);
  }
  Result<ContactPage> list_contacts(const StateReads::ContactQuery& query) override {
    return sql::list_contacts(connection(), query);
  }
  Result<std::uint64_t> contact_count() override { return tally(tallies::contact_count); }
  Result<std::vector<ContactId>> contacts_with_email(std::string_view email,
                                                     std::size_t limit) override {
    return read_contacts_with_email(connection(), email, limit);
  }
  Result<std::vector<ContactId>> contact_ids(const ContactId& after, std::size_t limit) override {
    return read_contact_ids(connection(), after, limit);
  }

  Result<std::vector<StateReads::Wake>> due_wakes(Timestamp until, std::size_t limit) override {
    return read_due_wakes(connection(), until, limit);
  }
  Result<std::optional<Timestamp>> earliest_wake() override {
    return read_earliest_wake(connection());
  }

  Result<std::vector<DecisionRecord>> decisions(const ContactId& contact,
                                                std::optional<std::uint64_t> before,
                                                std::size_t limit) override {
    TRY(last, last_decision(contact));
    return read_decisions(connection(), contact, last, before, limit);
  }
  Result<std::vector<std::string>> timeline_chunks(const ContactId& contact,
                                                   std::uint32_t before_chunk,
                                                   std::size_t limit) override {
    return read_timeline_chunks(connection(), contact, before_chunk, limit);
  }

  Result<std::optional<messages::Message>> message(messages::MessageId id) override {
    return read_message(connection(), id);
  }
  Result<std::optional<messages::Message>> message_by_key(std::string_view key) override {
    return read_message_by_key(connection(), key);
  }
  Result<StateReads::MessagePage> list_messages(const StateReads::MessageQuery& query) override {
    return sql::list_messages(connection(), query);
  }
  Result<std::vector<StateReads::QueuedMessage>> queued_messages(Timestamp due_until,
                                                                 std::size_t limit) override {
    return read_queued_messages(connection(), due_until, limit);
  }
  Result<std::vector<messages::Message>> messages_in(messages::DeliveryState state,
                                                     std::size_t limit) override {
    return read_messages_in(connection(), state, limit);
  }
  Result<std::uint64_t> message_count(messages::DeliveryState state) override {
    return tally(tallies::messages(state));
  }
  Result<std::optional<std::string>> message_content(messages::MessageId id) override {
    return read_message_content(connection(), id);
  }

  Result<std::vector<sojourn::campaigns::Standing>> campaigns() override {
    return read_campaigns(connection());
  }
  Result<std::optional<sojourn::campaigns::Standing>> campaign(std::uint32_t number) override {
    return read_campaign(connection(), number);
  }
  Result<bool> has_campaign_address(std::string_view campaign, std::string_view address) override {
    return sql::has_campaign_address(connection(), campaign, address);
  }
  Result<std::vector<messages::MessageId>> waiting_in_campaign(std::string_view campaign,
                                                               bool only_held,
                                                               std::size_t limit) override {
    return read_waiting_in_campaign(connection(), campaign, only_held, limit);
  }
  Result<std::vector<ContactId>> campaign_audience(std::uint32_t campaign,
                                                   std::uint64_t page) override {
    return read_campaign_audience(connection(), campaign, page);
  }

  Result<std::uint64_t> member_count(std::uint32_t segment) override {
    return tally(tallies::members(segment));
  }
  Result<std::vector<ContactId>> members(std::uint32_t segment, const ContactId& after,
                                         std::size_t limit) override {
    return read_members(connection(), segment, after, limit);
  }
  Result<std::vector<Counter>> counters(std::string_view kind, std::string_view key) override {
    TRY_VOID(settle());
    return read_counters(connection(), kind, key);
  }
  Result<std::vector<Counter>> counters_of_day(std::string_view kind, std::int32_t day) override {
    TRY_VOID(settle());
    return read_counters_of_day(connection(), kind, day);
  }
  Result<std::vector<ConsentRecord>> consents() override { return read_consents(connection()); }
  Result<std::vector<ConsentRecord>> consent_lines() override {
    return read_consent_lines(connection());
  }
  Result<std::vector<ConsentRecord>> consent_history(const Hash128& address) override {
    return read_consent_history(connection(), address);
  }

  Result<std::vector<SuppressionRecord>> suppressions(
      const StateReads::SuppressionQuery& query) override {
    return read_suppressions(connection(), query);
  }
  Result<std::optional<SignupRecord>> signup(std::string_view id) override {
    return read_signup(connection(), id);
  }
  Result<std::uint64_t> signup_count(const Hash128& address, Timestamp since) override {
    return count_signups(connection(), address, since);
  }
  Result<std::vector<SignupRecord>> signups_before(Timestamp until, std::size_t limit) override {
    return read_signups_before(connection(), until, limit);
  }

  Result<std::vector<DefinitionRecord>> definitions() override {
    return read_definitions(connection());
  }
  Result<std::optional<DefinitionRecord>> definition(std::string_view kind, std::string_view key,
                                                     int version) override {
    return read_definition(connection(), kind, key, version);
  }
  Result<std::vector<FactRecord>> facts() override { return read_facts(connection()); }
  Result<std::vector<AttributeRecord>> attributes() override {
    return read_attributes(connection());
  }
  Result<std::optional<std::string>> setting(std::string_view name) override {
    return read_setting(connection(), name);
  }
  Result<std::optional<UserRecord>> user(std::string_view email) override {
    return read_user(connection(), email);
  }
  Result<std::uint64_t> user_count() override { return count_users(connection()); }
  Result<std::optional<SessionRecord>> session(const Hash128& token_hash) override {
    return read_session(connection(), token_hash);
  }
  Result<std::vector<AccessKeyRecord>> access_keys() override {
    return read_access_keys(connection());
  }
  Result<std::vector<SenderKeyRecord>> sender_keys() override {
    return read_sender_keys(connection());
  }
  Result<std::optional<PictureRecord>> picture(const assets::PictureId& id) override {
    return read_picture(connection(), id);
  }
  Result<std::optional<std::string>> picture_file(const assets::PictureId& id, int width) override {
    return read_picture_file(connection(), id, width);
  }
  Result<std::vector<assets::PictureId>> unclaimed_pictures(Timestamp before,
                                                            std::size_t limit) override {
    return read_unclaimed_pictures(connection(), before, limit);
  }
  Result<std::vector<AuditRecord>> audit(std::optional<std::uint64_t> before,
                                         std::size_t limit) override {
    return read_audit(connection(), before, limit);
  }

  Result<std::optional<JobRecord>> job(JobId id) override { return read_job(connection(), id); }
  Result<std::vector<JobRecord>> list_jobs(const StateReads::JobQuery& query) override {
    return sql::list_jobs(connection(), query);
  }
  Result<std::vector<JobRecord>> open_jobs(std::size_t limit) override {
    return read_open_jobs(connection(), limit);
  }
  Result<JobId> next_job_id() override {
    TRY(newest, read_newest_job_id(connection()));
    return JobId{newest.value + 1};
  }
  Result<std::vector<ImportChange>> import_changes(JobId job, std::uint64_t before_row,
                                                   std::size_t limit) override {
    return read_import_changes(connection(), job, before_row, limit);
  }

  Result<events::Position> applied() override {
    TRY(position, tally(tallies::applied));
    return events::Position{position};
  }
  Result<std::vector<PartitionMail>> partition_mail(std::size_t limit) override {
    return read_partition_mail(connection(), limit);
  }
  Result<std::uint64_t> next_sequence() override { return next(tallies::next_sequence); }
  Result<messages::MessageId> next_message_id() override {
    TRY(id, next(tallies::next_message));
    return messages::MessageId{id};
  }

 protected:
  virtual driver::Connection& connection() = 0;
  /// Writes what is gathered in memory, so that reads see it.
  virtual Result<void> settle() = 0;
  /// Where the contact's journal begins; zero: it is empty.
  virtual Result<std::uint64_t> last_decision(const ContactId& contact) = 0;

 private:
  Result<std::uint64_t> tally(std::string_view name) {
    TRY_VOID(settle());
    TRY(number, read_tally(connection(), name));
    return static_cast<std::uint64_t>(number);
  }
  /// Numbering begins at one.
  Result<std::uint64_t> next(std::string_view name) {
    TRY(number, tally(name));
    return std::max<std::uint64_t>(number, 1);
  }
};

}  // namespace sojourn::store::sql
