#pragma once

/// Everything that is derived from the log or decided by people: contacts, identifiers, messages,
/// journal, counters, ledger, definitions, accounts. One writer (the committer), many readers.
///
/// `StateReads` is what both the committer and readers may ask; `StateTransaction` adds writes that
/// become durable together, or not at all.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <tuple>
#include <vector>

#include "base/hash.h"
#include "base/result.h"
#include "base/time.h"
#include "domain/contacts/contact_id.h"
#include "domain/events/event.h"
#include "domain/messages/message.h"
#include "store/consent_records.h"
#include "store/import_change.h"
#include "store/job.h"
#include "store/picture.h"

namespace sojourn::campaigns {
struct Standing;
}

namespace sojourn::store {

/// A contact as lists show it and as the engine keeps it.
struct ContactRecord {
  contacts::ContactId id;
  std::string user_id;  ///< empty while anonymous
  std::string email;
  std::string name;
  Timestamp first_seen;
  Timestamp last_seen;
  std::string state;  ///< reaction::encode(ContactState); empty in lists
  /// The newest decision about the contact, zero: none; absent in lists. Who writes a record and
  /// knows that nobody has decided anything since it was read spares the store a look.
  std::optional<std::uint64_t> last_decision = {};

  /// Of the record itself; its journal is not looked at.
  friend bool operator==(const ContactRecord& a, const ContactRecord& b) {
    const auto members = [](const ContactRecord& record) {
      return std::tie(record.id, record.user_id, record.email, record.name, record.first_seen,
                      record.last_seen, record.state);
    };
    return members(a) == members(b);
  }
};

struct ContactPage {
  std::vector<ContactRecord> contacts;
  std::string next;  ///< cursor, empty at the end
};

/// One line of a contact's decision journal.
struct DecisionRecord {
  contacts::ContactId contact;
  Timestamp at;
  std::uint64_t sequence = 0;  ///< unique in the workspace, ascending in the order of decision
  std::uint8_t kind = 0;       ///< journeys::DecisionKind
  std::string payload;         ///< encoded decision
  friend bool operator==(const DecisionRecord&, const DecisionRecord&) = default;
};

/// What one counter counts; kept as decisions are written (ARCHITECTURE 8).
struct CounterKey {
  std::string kind = {};  ///< kind of the definition: `journey`, `segment`, `score`, `workspace`
  std::string key = {};   ///< of the definition
  int version = 0;
  std::string step = {};     ///< empty: of the whole definition
  std::string variant = {};  ///< empty: none
  std::int32_t day = 0;      ///< days since 1970, UTC; 0 for standing totals
  std::string outcome = {};  ///< `entered`, `passed`, `sent`, `skipped:quiet_hours`…
  friend auto operator<=>(const CounterKey&, const CounterKey&) = default;
};
struct Counter {
  CounterKey key;
  std::int64_t count = 0;
};

/// A definition as text; `version` grows with each published change.
struct DefinitionRecord {
  std::uint32_t number = 0;  ///< stable under rename, unique in the workspace
  std::string kind;          ///< `segment`, `score`, `journey`, `template`, `topic`, `workspace`…
  std::string key;
  int version = 1;
  int rev = 1;         ///< for If-Match
  std::string source;  ///< the file's text
  std::string path;    ///< file name it was applied from
  Hash128 hash;        ///< of the source
  Timestamp changed_at;
  std::string changed_by;
  bool archived = false;
  friend bool operator==(const DefinitionRecord&, const DefinitionRecord&) = default;
};

/// A fact that rules ask for, and since when.
struct FactRecord {
  Hash128 id;                    ///< facts::FactId
  std::uint64_t generation = 0;  ///< number of the publication that brought it into force
  /// Events up to here had been applied then: contacts have them only when a backfill has passed.
  events::Position cut;
  /// Events received before this instant do not count; the beginning of time where all do.
  Timestamp complete_from;
  friend bool operator==(const FactRecord&, const FactRecord&) = default;
};

/// Something that a partition has decided and that remains to be done elsewhere, written down in
/// the same transaction: an event to be logged, a call to be made, a message to another partition.
struct PartitionMail {
  std::uint64_t sequence = 0;
  contacts::ContactId to;
  std::string payload;
};

struct UserRecord {
  std::string email;
  std::string password_hash;  ///< argon2id, libsodium's text form
  std::string role;           ///< `admin`
  Timestamp created_at;
};
struct SessionRecord {
  Hash128 token_hash;  ///< of the cookie's value
  std::string email;
  Timestamp created_at;
  Timestamp last_used_at;
};
struct AccessKeyRecord {
  std::string id;    ///< public part, shown in lists
  std::string kind;  ///< `server`, `browser`, `api`
  Hash128 key_hash;
  std::string shown;  ///< browser keys whole, others their first 8 characters
  std::string name;
  Timestamp created_at;
  std::optional<Timestamp> first_event_at;
};

/// A key by which the mails of a sender domain are signed.
struct SenderKeyRecord {
  std::string domain;      ///< in ASCII, lower case
  std::string selector;    ///< the key's name in DNS, unique in the domain
  std::string kind;        ///< `rsa`, `ed25519`
  std::string state;       ///< `waiting`, `signing`, `retired`
  std::string sealed;      ///< the private key as SecretBox seals it; empty once it is retired
  std::string dns_record;  ///< its public half, as the domain publishes it
  Timestamp created_at;
  Timestamp changed_at;  ///< when it came to its state
  friend bool operator==(const SenderKeyRecord&, const SenderKeyRecord&) = default;
};

/// A trait or property that the workspace knows (ARCHITECTURE 8, "Attribute registry").
struct AttributeRecord {
  std::string name;
  std::string type;      ///< `text`, `number`, `boolean`, `time`, `list`, `object`
  std::string personal;  ///< how personal it is: `none`, `personal`, `sensitive`
  Timestamp first_seen;
  friend bool operator==(const AttributeRecord&, const AttributeRecord&) = default;
};

/// One line of the audit trail. `chain` is the SHA-256 of the previous line's chain and of this
/// line's fields: a line that was changed or taken out afterwards breaks every later one.
struct AuditRecord {
  std::uint64_t sequence = 0;  ///< ascending, without gaps
  Timestamp at;
  std::string actor;
  std::string action;
  std::string subject;
  std::string detail;
  std::string chain;  ///< 32 bytes
  friend bool operator==(const AuditRecord&, const AuditRecord&) = default;
};

class StateReads {
 public:
  virtual ~StateReads() = default;

  // contacts
  /// Absent where there is none. Follows no alias.
  virtual Result<std::optional<ContactRecord>> contact(const contacts::ContactId& id) = 0;
  /// For each id its record, or absent; one prepared statement, any number of ids.
  virtual Result<std::vector<std::optional<ContactRecord>>> contacts(
      std::span<const contacts::ContactId> ids) = 0;
  /// The survivor that `loser` was merged into; absent where it was not. One step: when the
  /// survivor is merged itself, put_alias() points its losers at the new survivor.
  virtual Result<std::optional<contacts::ContactId>> alias(const contacts::ContactId& loser) = 0;
  virtual Result<std::vector<contacts::ContactId>> merged_into(
      const contacts::ContactId& survivor) = 0;
  /// For each identifier the contact it links to, or absent.
  virtual Result<std::vector<std::optional<contacts::ContactId>>> identifiers(
      std::span<const contacts::Identifier> wanted) = 0;
  struct ContactQuery {
    std::string search = {};  ///< matches part of name, email, user id; empty: all
    std::optional<std::uint32_t> segment = {};  ///< number of the segment or static list
    std::string cursor = {};
    int limit = 50;
  };
  /// Newest first seen first. `search` scans display columns: bounded by `limit` hits.
  virtual Result<ContactPage> list_contacts(const ContactQuery& query) = 0;
  virtual Result<std::uint64_t> contact_count() = 0;
  /// At most `limit` contacts whose normalised email this is.
  virtual Result<std::vector<contacts::ContactId>> contacts_with_email(std::string_view email,
                                                                       std::size_t limit) = 0;
  /// Ids after `after` in id order, for scans over everybody.
  virtual Result<std::vector<contacts::ContactId>> contact_ids(const contacts::ContactId& after,
                                                               std::size_t limit) = 0;

  // wakes: the due-time index, at most one row a contact
  struct Wake {
    Timestamp due;
    contacts::ContactId contact;
  };
  virtual Result<std::vector<Wake>> due_wakes(Timestamp until, std::size_t limit) = 0;
  virtual Result<std::optional<Timestamp>> earliest_wake() = 0;

  // journal and timeline
  /// Newest first, before the given sequence (absent: from the newest).
  virtual Result<std::vector<DecisionRecord>> decisions(const contacts::ContactId& contact,
                                                        std::optional<std::uint64_t> before,
                                                        std::size_t limit) = 0;
  /// Overflow of the 64 newest timeline entries, newest chunk first; payloads are the engine's.
  /// After a merge a number may stand for chunks of several contacts: they come together, so that
  /// paging by number loses none, and the answer may be longer than `limit` by these.
  virtual Result<std::vector<std::string>> timeline_chunks(const contacts::ContactId& contact,
                                                           std::uint32_t before_chunk,
                                                           std::size_t limit) = 0;

  // messages
  virtual Result<std::optional<messages::Message>> message(messages::MessageId id) = 0;
  virtual Result<std::optional<messages::Message>> message_by_key(std::string_view key) = 0;
  struct MessageQuery {
    std::optional<contacts::ContactId> contact = {};
    std::string journey = {};
    std::optional<messages::DeliveryState> state = {};
    std::string cursor = {};
    int limit = 50;
    std::string campaign = {};
  };
  struct MessagePage {
    std::vector<messages::Message> messages;  ///< newest first
    /// Empty at the end. Pages of a campaign's messages in one state may be short, or empty, before
    /// it: each looks at some thousand messages at most.
    std::string next;
  };
  virtual Result<MessagePage> list_messages(const MessageQuery& query) = 0;
  /// Messages in `queued` or `retry` by due time, from `after` on; fills the outbox.
  struct QueuedMessage {
    messages::MessageId id;
    Timestamp due;
  };
  virtual Result<std::vector<QueuedMessage>> queued_messages(Timestamp due_until,
                                                             std::size_t limit) = 0;
  /// Messages in a state, for recovery after a stop.
  virtual Result<std::vector<messages::Message>> messages_in(messages::DeliveryState state,
                                                             std::size_t limit) = 0;
  virtual Result<std::uint64_t> message_count(messages::DeliveryState state) = 0;
  /// What was kept beside a message by put_message_content(); absent: nothing.
  virtual Result<std::optional<std::string>> message_content(messages::MessageId id) = 0;

  // campaigns
  virtual Result<std::vector<sojourn::campaigns::Standing>> campaigns() = 0;  ///< by number
  virtual Result<std::optional<sojourn::campaigns::Standing>> campaign(std::uint32_t number) = 0;
  /// Whether a message of the campaign that is neither skipped nor cancelled has this address.
  virtual Result<bool> has_campaign_address(std::string_view campaign,
                                            std::string_view address) = 0;
  /// Messages of the campaign that wait, `queued` or `retry`, at most `limit`, the oldest first;
  /// `only_held`: those without a due time.
  virtual Result<std::vector<messages::MessageId>> waiting_in_campaign(std::string_view campaign,
                                                                       bool only_held,
                                                                       std::size_t limit) = 0;
  /// One page of whom a campaign was started for; empty where there is no such page.
  virtual Result<std::vector<contacts::ContactId>> campaign_audience(std::uint32_t campaign,
                                                                     std::uint64_t page) = 0;

  // segments, counters, ledger
  /// Members of a segment, or contacts on a static list: definitions share their numbers.
  virtual Result<std::uint64_t> member_count(std::uint32_t segment) = 0;
  /// The same after `after` in the order of ids, at most `limit`.
  virtual Result<std::vector<contacts::ContactId>> members(std::uint32_t segment,
                                                           const contacts::ContactId& after,
                                                           std::size_t limit) = 0;
  virtual Result<std::vector<Counter>> counters(std::string_view kind, std::string_view key) = 0;
  virtual Result<std::vector<Counter>> counters_of_day(std::string_view kind, std::int32_t day) = 0;
  virtual Result<std::vector<ConsentRecord>> consents() = 0;  ///< current state of every address
  /// Every line of the ledger in the order of arrival: what a fold begins with at start.
  virtual Result<std::vector<ConsentRecord>> consent_lines() = 0;
  /// Lines of one address, newest first.
  virtual Result<std::vector<ConsentRecord>> consent_history(const Hash128& address) = 0;
  struct SuppressionQuery {
    std::optional<Hash128> address = {};       ///< absent: all
    std::optional<std::uint64_t> before = {};  ///< SuppressionRecord::number; absent: the newest
    std::size_t limit = 50;
  };
  /// Newest first.
  virtual Result<std::vector<SuppressionRecord>> suppressions(const SuppressionQuery& query) = 0;
  virtual Result<std::optional<SignupRecord>> signup(std::string_view id) = 0;
  /// How many sign-ups of the address began at `since` or later.
  virtual Result<std::uint64_t> signup_count(const Hash128& address, Timestamp since) = 0;
  /// Those that began before `until`, oldest first, confirmed or not.
  virtual Result<std::vector<SignupRecord>> signups_before(Timestamp until, std::size_t limit) = 0;

  // definitions, settings, accounts
  virtual Result<std::vector<DefinitionRecord>> definitions() = 0;  ///< latest version of each
  /// `kind` and `key` as the latest version has them; earlier versions may have had another key.
  virtual Result<std::optional<DefinitionRecord>> definition(std::string_view kind,
                                                             std::string_view key, int version) = 0;
  virtual Result<std::vector<FactRecord>> facts() = 0;            ///< by id
  virtual Result<std::vector<AttributeRecord>> attributes() = 0;  ///< by name
  virtual Result<std::optional<std::string>> setting(std::string_view name) = 0;
  virtual Result<std::optional<UserRecord>> user(std::string_view email) = 0;
  virtual Result<std::uint64_t> user_count() = 0;
  virtual Result<std::optional<SessionRecord>> session(const Hash128& token_hash) = 0;
  virtual Result<std::vector<AccessKeyRecord>> access_keys() = 0;
  virtual Result<std::vector<SenderKeyRecord>> sender_keys() = 0;  ///< by domain, oldest first
  virtual Result<std::optional<PictureRecord>> picture(const assets::PictureId& id) = 0;
  /// Its bytes in one of the widths that were put, 0: as it was uploaded; absent: never put.
  virtual Result<std::optional<std::string>> picture_file(const assets::PictureId& id,
                                                          int width) = 0;
  /// Those that nothing has claimed and that came before an instant, the oldest first.
  virtual Result<std::vector<assets::PictureId>> unclaimed_pictures(Timestamp before,
                                                                    std::size_t limit) = 0;
  /// Newest first, before the given sequence (absent: from the newest).
  virtual Result<std::vector<AuditRecord>> audit(std::optional<std::uint64_t> before,
                                                 std::size_t limit) = 0;

  // jobs
  virtual Result<std::optional<JobRecord>> job(JobId id) = 0;
  struct JobQuery {
    std::string kind = {};  ///< empty: all
    std::optional<JobId> before = {};
    std::size_t limit = 50;
  };
  /// Newest first, without `resume`.
  virtual Result<std::vector<JobRecord>> list_jobs(const JobQuery& query) = 0;
  /// Jobs that are queued or running, oldest first.
  virtual Result<std::vector<JobRecord>> open_jobs(std::size_t limit) = 0;
  virtual Result<JobId> next_job_id() = 0;
  /// At most `limit` of what an import changed, before the given row of its file, the last first:
  /// the order in which it is undone.
  virtual Result<std::vector<ImportChange>> import_changes(JobId job, std::uint64_t before_row,
                                                           std::size_t limit) = 0;

  // engine
  virtual Result<events::Position> applied() = 0;
  virtual Result<std::vector<PartitionMail>> partition_mail(std::size_t limit) = 0;
  virtual Result<std::uint64_t> next_sequence() = 0;  ///< above every sequence used
  virtual Result<messages::MessageId> next_message_id() = 0;
};

/// One transaction of the committer. Nothing is visible to readers before commit() returns; a
/// transaction destroyed without commit leaves nothing. After an error only destruction is left.
class StateTransaction : public StateReads {
 public:
  virtual Result<void> put_contact(const ContactRecord& record) = 0;
  /// Removes the contact's rows from every table but its wake, which the caller removes. The ledger
  /// keeps keyed hash, state, time and source of its lines, and loses their evidence and contact.
  /// The bytes are overwritten on disk at the next checkpoint_state() that no view holds back.
  virtual Result<void> erase_contact(const contacts::ContactId& id) = 0;
  virtual Result<void> put_identifier(const contacts::Identifier& identifier,
                                      const contacts::ContactId& contact) = 0;
  /// Points identifiers, ledger lines and earlier losers of `loser` to `survivor`, moves journal,
  /// messages, partition mail and timeline chunks, removes the loser's record and memberships, and
  /// leaves the alias row. The loser's wake is for the caller to remove.
  virtual Result<void> put_alias(const contacts::ContactId& loser,
                                 const contacts::ContactId& survivor) = 0;
  /// Replaces the contact's wake; absent `due` removes it. `old_due` is the row's present time:
  /// by it the row is found.
  virtual Result<void> put_wake(const contacts::ContactId& contact,
                                std::optional<Timestamp> old_due, std::optional<Timestamp> due) = 0;
  /// Sequences of one contact ascend. By the commit there must be a record of the contact: else
  /// that fails with `unknown_contact`, and with `duplicate_key` where the sequence was used
  /// before.
  virtual Result<void> append_decision(const DecisionRecord& record) = 0;
  virtual Result<void> put_timeline_chunk(const contacts::ContactId& contact, std::uint32_t chunk,
                                          std::string_view payload) = 0;
  /// Inserts or replaces the row of this id. Error `duplicate_key` where another id has its key.
  virtual Result<void> put_message(const messages::Message& message) = 0;
  /// Keeps content beside a message; it goes when the message is erased.
  virtual Result<void> put_message_content(messages::MessageId id, std::string_view content) = 0;
  /// Inserts or replaces the campaign of this number.
  virtual Result<void> put_campaign(const sojourn::campaigns::Standing& campaign) = 0;
  virtual Result<void> put_campaign_audience(std::uint32_t campaign, std::uint64_t page,
                                             std::span<const contacts::ContactId> contacts) = 0;
  /// All pages of it.
  virtual Result<void> remove_campaign_audience(std::uint32_t campaign) = 0;
  virtual Result<void> add_to_counter(const CounterKey& key, std::int64_t by) = 0;
  virtual Result<void> put_member(std::uint32_t segment, const contacts::ContactId& contact,
                                  Timestamp since) = 0;
  virtual Result<void> remove_member(std::uint32_t segment, const contacts::ContactId& contact) = 0;
  /// Appends to the ledger and makes the record the current state of its address, channel and
  /// topic, whatever its time: which of two holds is the caller's fold. The suppression list
  /// follows: an opt-out of every topic is on it too, until an opt-in to every topic.
  virtual Result<void> put_consent(const ConsentRecord& record) = 0;
  /// Inserts or replaces the sign-up of this id.
  virtual Result<void> put_signup(const SignupRecord& record) = 0;
  /// One that is not there is no error.
  virtual Result<void> remove_signup(std::string_view id) = 0;
  virtual Result<void> put_partition_mail(const PartitionMail& mail) = 0;
  virtual Result<void> remove_partition_mail(std::uint64_t sequence) = 0;
  /// Writes a definition's version, and the audit row that says who changed what, together. The
  /// highest version of a number is its latest; a new key on a known number is a rename.
  /// Error `duplicate_key` where another number's latest version has this kind and key.
  virtual Result<void> put_definition(const DefinitionRecord& record) = 0;
  /// Inserts or replaces.
  virtual Result<void> put_fact(const FactRecord& record) = 0;
  virtual Result<void> remove_fact(const Hash128& id) = 0;
  /// Inserts the attribute, or replaces all but `first_seen`.
  virtual Result<void> put_attribute(const AttributeRecord& record) = 0;
  virtual Result<void> put_setting(std::string_view name, std::string_view value) = 0;
  virtual Result<void> put_user(const UserRecord& user) = 0;
  virtual Result<void> put_session(const SessionRecord& session) = 0;
  virtual Result<void> remove_session(const Hash128& token_hash) = 0;
  virtual Result<void> put_access_key(const AccessKeyRecord& key) = 0;
  /// Inserts or replaces the key of this domain and selector.
  virtual Result<void> put_sender_key(const SenderKeyRecord& key) = 0;
  /// A key that is not there is no error. Its bytes are overwritten on disk as erase_contact()
  /// says.
  virtual Result<void> remove_sender_key(std::string_view domain, std::string_view selector) = 0;
  /// Inserts or replaces what is known of the picture.
  virtual Result<void> put_picture(const PictureRecord& picture) = 0;
  /// Inserts or replaces its bytes in one width.
  virtual Result<void> put_picture_file(const assets::PictureId& id, int width,
                                        std::string_view content) = 0;
  /// With all of its bytes. One that is not there is no error.
  virtual Result<void> remove_picture(const assets::PictureId& id) = 0;
  virtual Result<void> append_audit(std::string_view actor, std::string_view action,
                                    std::string_view subject, std::string_view detail,
                                    Timestamp at) = 0;
  /// Inserts or replaces the job of this id.
  virtual Result<void> put_job(const JobRecord& job) = 0;
  /// Inserts or replaces what a row changed. Erasing the contact removes it.
  virtual Result<void> put_import_change(const ImportChange& change) = 0;
  /// Removes the first `limit` changes of a job; the answer is how many there were.
  virtual Result<std::uint64_t> remove_import_changes(JobId job, std::size_t limit) = 0;
  /// The log position up to which this transaction has applied events.
  virtual Result<void> set_applied(events::Position position) = 0;
  /// Durable (fdatasync) when it returns without error.
  virtual Result<void> commit() = 0;
};

}  // namespace sojourn::store
