#pragma once

/// One batch of the committer: applies inputs to contacts inside one transaction and gathers what
/// is to be told once the transaction is durable.
///
/// A batch that fails leaves nothing: it is thrown away with its transaction, and the caller
/// clears the cache and works the same inputs again.

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include <absl/container/flat_hash_set.h>

#include "base/hash.h"
#include "base/result.h"
#include "domain/campaigns/answer.h"
#include "domain/campaigns/machine.h"
#include "domain/contacts/identity.h"
#include "domain/messages/email.h"
#include "domain/policies/sending_policies.h"
#include "domain/policies/warm_up_book.h"
#include "domain/reaction/react.h"
#include "runtime/backfill.h"
#include "runtime/contact_cache.h"
#include "runtime/contact_changes.h"
#include "runtime/errand.h"
#include "runtime/ledger.h"
#include "runtime/pass_page.h"
#include "runtime/return_book.h"
#include "runtime/runtime.h"
#include "store/state.h"

namespace sojourn::runtime {

/// What lives from batch to batch on the committer's thread.
class JourneyChanges;
class Campaigns;

struct BatchContext {
  ContactCache& cache;
  Ledger& ledger;
  Backfill& backfill;
  /// What is being carried out for everybody inside journeys: a contact takes part in what the
  /// other missed when two become one.
  const JourneyChanges& journey_changes;
  /// Whose messages may go, and what they measure.
  const Campaigns& campaigns;
  /// What warm-up plans have counted: changed as the batch goes on, and loaded again where it
  /// fails.
  policies::WarmUpBook& warm_up;
  /// Likewise: what addresses have returned.
  ReturnBook& returns;
  /// That are in force.
  const policies::SendingPolicies& sending;
  messages::Mailbox from;  ///< of mails that say no other sender
  HashKey contact_key;
  std::uint64_t next_sequence = 1;  ///< of decisions
  messages::MessageId next_message = {};
  /// Also of decisions that are only counted.
  bool journals_all = false;
};

/// A message whose due time the outbox has to know.
struct QueuedNotice {
  messages::MessageId id;
  Timestamp due;
};

/// The answer to a channel that asked for leave.
struct LeaveNotice {
  messages::MessageId id;
  bool granted = false;
};

/// A request for leave, with what the hand-off will contain: stored before the irrevocable step.
struct LeaveRequest {
  messages::MessageId id;
  std::string subject;
  std::vector<std::string> links;
  /// messages::MailCopy, encoded; empty: the mail leads to none.
  std::string copy = {};
  int attempt = 0;
};

class Batch {
 public:
  /// Everything outlives the batch.
  Batch(store::StateTransaction& transaction, const reaction::Rules& rules, BatchContext& context,
        Timestamp now);

  /// Reads identifiers and contacts of all these events with few statements.
  Result<void> prefetch(std::span<const SharedEvent> events);
  /// Reads these contacts.
  Result<void> prefetch(std::span<const contacts::ContactId> contacts);
  /// Reads the contacts of these wakes.
  Result<void> prefetch(std::span<const store::StateReads::Wake> wakes);

  Result<void> apply(const SharedEvent& shared);
  /// The contact's wake has come; where it was early, only the next one is set.
  Result<void> wake(const store::StateReads::Wake& wake);
  Result<void> apply(const LeaveRequest& request, bool sending_stopped);

  /// The contact's turn in a campaign: the outbox gets its row.
  Result<sojourn::campaigns::Turn> give_turn(const contacts::ContactId& contact,
                                             const reaction::CampaignRule& rule,
                                             std::string_view arm, Timestamp due);
  /// The zone by whose clock the contact lives; the workspace's where it has none.
  Result<absl::TimeZone> zone_of(const contacts::ContactId& contact);
  /// Cancels a message of a campaign that waits.
  Result<void> cancel_in_campaign(messages::MessageId id, const std::string& reason);
  /// Gives a message that a pause held back a due time.
  Result<void> release(messages::MessageId id);
  /// Gives the contact an input that is about its runs of one journey; nothing happens where none
  /// of them is active and, of a journey that goes on, none has messages that the pause held back.
  Result<void> change_runs(const contacts::ContactId& contact, std::uint32_t journey,
                           const reaction::Input& input);
  /// Gives a contact the history that it lacks up to a generation, and evaluates it once under the
  /// rules; does nothing where it has come so far.
  Result<void> bring_up(const contacts::ContactId& contact, reaction::Generation to);
  /// Carries out what a pass makes of contacts, but of those whom something has happened to since
  /// it was worked out.
  Result<void> pass(PassPage page);
  /// Writes a line of the ledger, with what follows from it for the contacts of the address.
  Result<void> write_ledger(const effects::RecordConsent& line, const contacts::ContactId& contact);
  /// Removes a contact from the state; answers the log positions of all its events, or absent
  /// where there is no such contact.
  Result<std::optional<std::vector<events::Position>>> erase(const contacts::ContactId& contact);

  /// Writes what was gathered: contacts, counters. Call last, before the transaction's commit.
  Result<void> write();

  /// What the batch counts, in the order of the keys.
  [[nodiscard]] const std::map<store::CounterKey, std::int64_t>& counted() const {
    return counters_;
  }
  /// What the batch changed of contacts. Borrows from the batch and from the cache.
  [[nodiscard]] ContactChanges changes();
  /// Contacts that the batch gave an input, or a history; not those whom pass() alone changed.
  [[nodiscard]] const absl::flat_hash_set<contacts::ContactId>& touched() const { return touched_; }

  // What is to be told after the commit.
  std::vector<QueuedNotice> queued;
  std::vector<LeaveNotice> leaves;
  std::vector<effects::RecordConsent> consents;
  std::vector<store::PartitionMail> errands;
  std::vector<contacts::ContactId> removed;  ///< contacts that are no more
  std::vector<TailEvent> tail;
  std::uint64_t sent = 0;
  /// Campaigns of which a message moved, or was counted.
  std::set<std::string, std::less<>> campaigns_moved;
  /// The earliest new due time that was armed; never: none.
  Timestamp armed = Timestamp::never();
  /// When the first copy of a mail that was kept goes; never: none was.
  Timestamp copies_end = Timestamp::never();

 private:
  class StoreLinks;

  Result<std::optional<contacts::ContactId>> link_of(const contacts::Identifier& identifier);
  /// The contact's state, from cache or store; null where there is none.
  Result<reaction::ContactState*> load(const contacts::ContactId& id);
  Result<void> load_all(std::vector<contacts::ContactId> contacts);
  /// The survivor of `id`, or `id`.
  Result<contacts::ContactId> follow_alias(contacts::ContactId id);
  Result<contacts::Standing> standing(const contacts::Identifier& identifier);

  Result<void> merge(const contacts::Merge& pair);
  /// Two states can be joined only where both hold the history of the same facts.
  Result<void> bring_level(const contacts::ContactId& a, const contacts::ContactId& b);
  Result<void> pass(PassedContact passed);
  /// Something has happened to it since the page was worked out.
  [[nodiscard]] bool is_touched(const contacts::ContactId& contact) const;
  Result<reaction::RulesInput> rules_input(const reaction::ContactState& contact,
                                           reaction::Generation to);
  /// Carries out what a reaction says.
  Result<void> conclude(const contacts::ContactId& id, reaction::Reaction reaction);
  /// `returned`: what the address of the event's mail has returned; changed by it.
  Result<std::optional<policies::Answer>> react(const contacts::ContactId& id,
                                                const reaction::Input& input,
                                                policies::ReturnedMails* returned = nullptr);
  /// Where what came back of the event's mail is kept; absent where the event says nothing of that.
  Result<std::optional<Hash128>> returning_address(const events::Event& event);
  Result<void> carry_out(const reaction::ContactState& contact, const effects::Effect& effect);
  Result<void> queue_message(messages::Message message, const std::string& content = {});
  // Warm-up plans (batch_warm_up.cc)
  [[nodiscard]] policies::WarmUpRules warm_up_rules() const;
  /// The message as the plans see it; absent where no plan can count it.
  Result<std::optional<policies::WarmUpMail>> warm_up_mail(const messages::Message& message);
  /// Has a message that is being queued wait for a day on which the plans have a place for it.
  Result<void> take_place(messages::Message& message);
  /// What the plans say of a message that asks for leave, and what they make of the answer.
  Result<std::optional<Timestamp>> room_from(const messages::Message& message);
  Result<void> note_leave(const messages::Message& message, const policies::Answer& answer);
  Result<void> note_return(const messages::Message& message, const events::Event& event);

  /// Why a message of a campaign may not go now; absent: as the policies say.
  [[nodiscard]] std::optional<policies::Answer> campaign_refuses(
      const messages::Message& message) const;
  /// Keeps that somebody, or something, did this with a campaign's message; true the first time.
  Result<bool> note_answer(const messages::Message& message, sojourn::campaigns::Answer answer);
  /// Counts what the contact did, where a test of a campaign that it got measures it.
  Result<void> count_conversions(const contacts::ContactId& contact, const events::Event& event);
  /// Counts of a campaign's messages what is no state of theirs.
  void count_in_campaign(const messages::Message& message, std::string outcome,
                         std::int64_t by = 1);
  Result<void> cancel_messages(const contacts::ContactId& contact,
                               const effects::CancelMessages& cancel);
  Result<void> reschedule_messages(const contacts::ContactId& contact,
                                   const effects::RescheduleMessages& change);
  /// The contact's messages of a run that wait in the outbox.
  Result<std::vector<messages::Message>> waiting_messages(const contacts::ContactId& contact,
                                                          std::uint64_t run);
  /// The version of its journey that the message's run follows.
  [[nodiscard]] int version_followed(const contacts::ContactId& contact,
                                     const messages::Message& message) const;
  Result<void> write_down(const contacts::ContactId& contact, const Errand& errand);
  Result<void> record(const contacts::ContactId& contact, const effects::Decision& decision);
  Result<void> update_membership(const contacts::ContactId& contact,
                                 const effects::Decision& decision);
  void count(const effects::CounterStep& step);
  Result<void> arm(reaction::ContactState& contact, Timestamp due);
  /// A delivery's outcome, an open or a click changes the message that it speaks of. False for an
  /// outcome that comes too late: another was known before.
  Result<bool> update_message(const events::Event& event);
  /// An open, a click, a bounce, a complaint, or an unsubscription by a link of the message.
  Result<void> note_feedback(messages::Message& message, const events::Event& event);
  /// The first open or click of a person.
  Result<void> note_first(messages::Message& message,
                          std::optional<Timestamp> messages::Message::*time,
                          sojourn::campaigns::Test::Measure did, const events::Event& event);
  void count_in_journey(const messages::Message& message, std::string outcome);
  Result<void> move_message(messages::Message& message, messages::DeliveryState to);

  store::StateTransaction& transaction_;
  const reaction::Rules& rules_;
  BatchContext& context_;
  const Timestamp now_;

  absl::flat_hash_set<contacts::ContactId> touched_;
  std::vector<store::ContactRecord> passed_;
  std::vector<reaction::ContactState> passed_states_;  ///< for changes()
  absl::flat_hash_set<contacts::ContactId> absent_;
  std::map<store::CounterKey, std::int64_t> counters_;
};

}  // namespace sojourn::runtime
