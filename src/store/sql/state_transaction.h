#pragma once

/// The committer's transaction over one connection.

#include <functional>

#include "store/address_moves.h"
#include "store/message_copies.h"
#include "store/returned_mails.h"
#include "store/sql/state_reads.h"
#include "store/sql/team.h"
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
                             public MessageCopies,
                             public WarmUpDays,
                             public ReturnedMailsWrites {
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
  Result<void> put_campaign(const CampaignRecord& campaign) override;
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

 protected:
  driver::Connection& connection() override { return connection_; }
  Result<void> settle() override { return pending_.write(connection_); }
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
};

}  // namespace sojourn::store::sql
