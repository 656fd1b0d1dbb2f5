#include "runtime/batch.h"

#include <algorithm>
#include <utility>

#include "base/ensure.h"
#include "domain/messages/copy.h"
#include "runtime/campaigns.h"
#include "runtime/contact_record.h"
#include "runtime/journey_changes.h"
#include "runtime/request_keys.h"
#include "store/message_copies.h"
#include "store/warm_up_days.h"

namespace sojourn::runtime {
namespace {

using contacts::ContactId;
using contacts::Identifier;
using messages::DeliveryState;
using messages::Message;
using reaction::ContactState;

constexpr std::int64_t day_ms = 86'400'000;
/// Messages of one contact that one cancellation looks at; more than active runs can queue.
constexpr int cancel_page = 200;

bool waits(const std::optional<Message>& message) {
  return message &&
         (message->state == DeliveryState::queued || message->state == DeliveryState::retry);
}

std::vector<Identifier> identifiers_in(const events::Event& event) {
  std::vector<Identifier> found;
  const auto add = [&](std::string_view kind, const std::string& value) {
    if (!value.empty()) found.push_back({std::string(kind), value});
  };
  add(contacts::kinds::user_id, event.user_id);
  add(contacts::kinds::anonymous_id, event.anonymous_id);
  // An alias call does not say of which kind its previous id is.
  add(contacts::kinds::user_id, event.previous_id);
  add(contacts::kinds::anonymous_id, event.previous_id);
  return found;
}

}  // namespace

/// Reads links as the batch has them so far.
class Batch::StoreLinks final : public contacts::Links {
 public:
  explicit StoreLinks(Batch& batch) : batch_(batch) {}

  contacts::Standing standing(const Identifier& identifier) const override {
    Result<contacts::Standing> standing = batch_.standing(identifier);
    if (standing) return *standing;
    if (!error_) error_ = std::move(standing.error());
    return {};
  }

  /// The first error of the store; the resolution is void then.
  [[nodiscard]] const std::optional<Error>& error() const { return error_; }

 private:
  Batch& batch_;
  mutable std::optional<Error> error_;
};

Batch::Batch(store::StateTransaction& transaction, const reaction::Rules& rules,
             BatchContext& context, Timestamp now)
    : transaction_(transaction), rules_(rules), context_(context), now_(now) {}

Result<void> Batch::prefetch(std::span<const SharedEvent> events) {
  std::vector<Identifier> wanted;
  std::vector<ContactId> contacts;
  const auto add_contact = [&](const std::optional<ContactId>& contact) {
    if (contact && context_.cache.find(*contact) == nullptr) contacts.push_back(*contact);
  };
  for (const SharedEvent& each : events) {
    for (Identifier& identifier : identifiers_in(each->event)) {
      const std::optional<ContactId>* known = context_.cache.find_link(identifier);
      if (known != nullptr) {
        add_contact(*known);
      } else {
        wanted.push_back(std::move(identifier));
      }
    }
  }
  std::sort(wanted.begin(), wanted.end());
  wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
  TRY(found, transaction_.identifiers(wanted));
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    context_.cache.put_link(wanted[i], found[i]);
    add_contact(found[i]);
  }
  return load_all(std::move(contacts));
}

Result<void> Batch::prefetch(std::span<const store::StateReads::Wake> wakes) {
  std::vector<ContactId> contacts;
  for (const store::StateReads::Wake& wake : wakes) {
    if (context_.cache.find(wake.contact) == nullptr) contacts.push_back(wake.contact);
  }
  return load_all(std::move(contacts));
}

Result<void> Batch::prefetch(std::span<const ContactId> wanted) {
  std::vector<ContactId> contacts;
  for (const ContactId& id : wanted) {
    if (context_.cache.find(id) == nullptr) contacts.push_back(id);
  }
  return load_all(std::move(contacts));
}

Result<void> Batch::load_all(std::vector<ContactId> contacts) {
  std::sort(contacts.begin(), contacts.end());
  contacts.erase(std::unique(contacts.begin(), contacts.end()), contacts.end());
  TRY(records, transaction_.contacts(contacts));
  for (const std::optional<store::ContactRecord>& record : records) {
    if (!record) continue;
    TRY(state, reaction::decode_contact(record->state));
    context_.cache.put(std::move(state));
  }
  return {};
}

Result<std::optional<ContactId>> Batch::link_of(const Identifier& identifier) {
  if (const auto* known = context_.cache.find_link(identifier)) return *known;
  TRY(found, transaction_.identifiers(std::span(&identifier, 1)));
  context_.cache.put_link(identifier, found.front());
  return found.front();
}

Result<ContactState*> Batch::load(const ContactId& id) {
  if (ContactState* cached = context_.cache.find(id)) return cached;
  if (absent_.contains(id)) return nullptr;
  TRY(record, transaction_.contact(id));
  if (!record) {
    absent_.insert(id);
    return nullptr;
  }
  TRY(state, reaction::decode_contact(record->state));
  return &context_.cache.put(std::move(state));
}

Result<ContactId> Batch::follow_alias(ContactId id) {
  TRY(present, load(id));
  if (present != nullptr) return id;
  TRY(survivor, transaction_.alias(id));
  return survivor.value_or(id);
}

Result<contacts::Standing> Batch::standing(const Identifier& identifier) {
  TRY(link, link_of(identifier));
  if (!link) {
    return contacts::Standing{contacts::derive_contact_id(context_.contact_key, identifier)};
  }
  TRY(state, load(*link));
  return contacts::Standing{*link, state != nullptr, state != nullptr && state->is_known()};
}

Result<void> Batch::apply(const SharedEvent& shared) {
  const events::LoggedEvent& logged = *shared;
  const StoreLinks links(*this);
  contacts::Resolution resolution = contacts::resolve(logged.event, links);
  if (links.error()) return tl::unexpected(*links.error());
  if (resolution.merge) {
    // Both sides must exist before they can become one; the event makes the one that does not.
    TRY_VOID(merge(*resolution.merge));
    TRY(stays, follow_alias(resolution.merge->a));
    TRY(also_stays, follow_alias(resolution.merge->b));
    TRY(a, load(stays));
    resolution.contact = a != nullptr ? stays : also_stays;
  } else {
    TRY(contact, follow_alias(resolution.contact));
    resolution.contact = contact;
  }
  // A contact that was erased gets no more feedback about what it was sent.
  TRY(present, load(resolution.contact));
  const bool is_feedback = logged.event.contact != Hash128{};
  TRY(is_news, update_message(logged.event));
  if (is_feedback && (present == nullptr || !is_news)) return {};

  for (const Identifier& identifier : resolution.links) {
    TRY(link, link_of(identifier));
    if (link == resolution.contact) continue;
    TRY_VOID(transaction_.put_identifier(identifier, resolution.contact));
    context_.cache.put_link(identifier, resolution.contact);
  }
  const reaction::EventInput input{.logged = logged,
                                   .links = std::move(resolution.links),
                                   .may_write_protected = resolution.may_write_protected};
  TRY(returning, returning_address(logged.event));
  if (returning) {
    policies::ReturnedMails returned = context_.returns.find(*returning);
    TRY_VOID(react(resolution.contact, input, &returned));
    context_.returns.put(*returning, std::move(returned));
  } else {
    TRY_VOID(react(resolution.contact, input));
  }
  TRY_VOID(count_conversions(resolution.contact, logged.event));
  tail.push_back({shared, resolution.contact});
  return {};
}

Result<void> Batch::merge(const contacts::Merge& pair) {
  TRY(first, follow_alias(pair.a));
  TRY(second, follow_alias(pair.b));
  if (first == second) return {};
  TRY_VOID(bring_level(first, second));
  TRY(a, load(first));
  TRY(b, load(second));
  if (a == nullptr || b == nullptr) return {};
  const contacts::Claim claim_a{a->id, a->is_known(), a->first_seen};
  const contacts::Claim claim_b{b->id, b->is_known(), b->first_seen};
  const ContactId survivor = contacts::survivor(claim_a, claim_b).contact;
  reaction::MergeInput input{survivor == a->id ? *b : *a};
  const ContactId loser = input.loser.id;
  for (const segments::Membership& membership : input.loser.memberships) {
    if (membership.member) TRY_VOID(transaction_.remove_member(membership.segment, loser));
  }
  if (input.loser.wake != Timestamp::never()) {
    TRY_VOID(transaction_.put_wake(loser, input.loser.wake, std::nullopt));
  }
  TRY_VOID(transaction_.put_alias(loser, survivor));
  context_.cache.forget_links();
  context_.cache.remove(loser);
  removed.push_back(loser);
  touched_.erase(loser);
  absent_.insert(loser);
  TRY_VOID(react(survivor, input));
  // Of the two one may have been passed already and the other not: again does no harm.
  for (const auto& [journey, change] : context_.journey_changes.inputs()) {
    TRY_VOID(change_runs(survivor, journey, change));
  }
  return {};
}

Result<void> Batch::wake(const store::StateReads::Wake& wake) {
  TRY(state, load(wake.contact));
  if (state == nullptr) return transaction_.put_wake(wake.contact, wake.due, std::nullopt);
  // The row is what the store says, whatever the state remembers of it.
  state->wake = wake.due;
  TRY_VOID(react(wake.contact, reaction::TimerInput{}));
  return {};
}

Result<void> Batch::bring_up(const ContactId& contact, reaction::Generation to) {
  TRY(state, load(contact));
  if (state == nullptr || context_.backfill.held(*state) >= to) return {};
  TRY(input, rules_input(*state, to));
  TRY_VOID(react(contact, input));
  return {};
}

Result<void> Batch::change_runs(const ContactId& contact, std::uint32_t journey,
                                const reaction::Input& input) {
  TRY(state, load(contact));
  if (state == nullptr) return {};
  const bool goes_on = std::holds_alternative<reaction::ResumeInput>(input);
  bool is_meant = false;
  for (const journeys::Run& run : state->runs) {
    if (run.journey != journey || is_meant) continue;
    is_meant = run.state == journeys::RunState::active;
    if (is_meant || !goes_on) continue;
    TRY(waiting, waiting_messages(contact, run.id));
    is_meant = std::any_of(waiting.begin(), waiting.end(), [](const Message& message) {
      return message.due == Timestamp::never();
    });
  }
  if (is_meant) TRY_VOID(react(contact, input));
  return {};
}

Result<reaction::RulesInput> Batch::rules_input(const ContactState& contact,
                                                reaction::Generation to) {
  reaction::RulesInput input{.generation = to, .lacking = context_.backfill.lacking(to)};
  TRY(history, context_.backfill.history_of(contact, to, transaction_));
  input.history = std::move(history);
  return input;
}

bool Batch::is_touched(const ContactId& contact) const {
  const bool is_here = touched_.contains(contact) || absent_.contains(contact);
  return is_here || context_.backfill.is_touched(contact);
}

Result<void> Batch::pass(PassPage page) {
  for (const ContactId& id : page.others) {
    TRY_VOID(bring_up(id, context_.backfill.target()));
  }
  for (PassedContact& each : page.ready) {
    if (!is_touched(each.record.id)) TRY_VOID(pass(std::move(each)));
  }
  return {};
}

Result<void> Batch::pass(PassedContact passed) {
  const ContactId& id = passed.record.id;
  for (const effects::Decision& decision : passed.decisions) TRY_VOID(record(id, decision));
  if (passed.wake) {
    TRY_VOID(transaction_.put_wake(id, wake_row(passed.wake->from), wake_row(passed.wake->to)));
    armed = std::min(armed, passed.wake->to);
  }
  TRY_VOID(transaction_.put_contact(passed.record));
  context_.cache.remove(id);
  passed_.push_back(std::move(passed.record));
  return {};
}

Result<void> Batch::bring_level(const ContactId& a, const ContactId& b) {
  TRY(first, load(a));
  if (first == nullptr) return {};
  const reaction::Generation held_by_a = context_.backfill.held(*first);
  TRY(second, load(b));
  if (second == nullptr) return {};
  const reaction::Generation held_by_b = context_.backfill.held(*second);
  // While a pass is under way react() brings the survivor up, alone: that must be done before.
  const reaction::Generation passed =
      context_.backfill.can_pass() ? context_.backfill.target() : reaction::Generation{0};
  const reaction::Generation level = std::max({held_by_a, held_by_b, passed});
  TRY_VOID(bring_up(a, level));
  return bring_up(b, level);
}

Result<void> Batch::apply(const LeaveRequest& request, bool sending_stopped) {
  TRY(found, transaction_.message(request.id));
  // A hand-off that began before an outcome of the last one was applied is void.
  const bool is_current = waits(found) && found->attempt == request.attempt && found->due <= now_;
  if (!is_current || sending_stopped) {
    leaves.push_back({request.id, false});
    return {};
  }
  Message message = std::move(*found);
  TRY(contact, follow_alias(message.contact));
  message.contact = contact;
  TRY(state, load(contact));
  policies::Answer answer{policies::Answer::Kind::skip, "contact_erased"};
  if (std::optional<policies::Answer> refused = campaign_refuses(message)) {
    answer = std::move(*refused);
  } else if (state != nullptr) {
    TRY(room, room_from(message));
    TRY(asked, react(contact, reaction::LeaveInput{message, room}));
    if (asked) answer = *asked;
    // What the contact was due for comes first: it may have ended the message's run.
    TRY(present, transaction_.message(request.id));
    if (!waits(present)) {
      leaves.push_back({request.id, false});
      return {};
    }
    TRY_VOID(note_leave(message, answer));
  }
  switch (answer.kind) {
    case policies::Answer::Kind::allow:
      message.subject = request.subject;
      message.links = request.links;
      message.attempt = request.attempt;
      if (!request.copy.empty()) {
        TRY_VOID(store::copies_in(transaction_)
                     .put_message_copy(message.id, request.copy, messages::copy_end(now_)));
        copies_end = std::min(copies_end, messages::copy_end(now_));
      }
      TRY_VOID(move_message(message, DeliveryState::committing));
      break;
    case policies::Answer::Kind::defer:
      message.due = answer.until;
      message.reason = answer.reason;
      TRY_VOID(transaction_.put_message(message));
      queued.push_back({message.id, message.due});
      break;
    case policies::Answer::Kind::skip:
      if (answer.reason == campaigns::campaign_stopped) {
        TRY_VOID(cancel_in_campaign(message.id, answer.reason));
        break;
      }
      message.reason = answer.reason;
      TRY_VOID(move_message(message, DeliveryState::skipped));
      break;
  }
  leaves.push_back({request.id, answer.kind == policies::Answer::Kind::allow});
  return {};
}

Result<void> Batch::move_message(Message& message, DeliveryState to) {
  if (!messages::is_legal_move(message.state, to)) return {};
  message.state = to;
  if (!message.campaign.empty()) campaigns_moved.insert(message.campaign);
  return transaction_.put_message(message);
}

Result<std::optional<policies::Answer>> Batch::react(const ContactId& id,
                                                     const reaction::Input& input,
                                                     policies::ReturnedMails* returned) {
  // While a pass is under way, whom something happens to comes first: nothing may start by halves.
  const bool is_pass = std::holds_alternative<reaction::RulesInput>(input);
  if (!is_pass && context_.backfill.can_pass()) {
    TRY_VOID(bring_up(id, context_.backfill.target()));
  }
  TRY(state, load(id));
  reaction::View view;
  view.ledger = &context_.ledger;
  view.is_new = state == nullptr;
  view.soft_bounces = context_.sending.soft_bounces;
  if (returned != nullptr) view.returned = std::move(*returned);
  if (state != nullptr) {
    const reaction::Generation held = context_.backfill.held(*state);
    view.lacking = context_.backfill.lacking(held);
    view.contact = std::move(*state);
    view.contact.generation = held;
  } else {
    view.contact.id = id;
  }
  reaction::Reaction reaction = reaction::react(rules_, std::move(view), input, now_);
  std::optional<policies::Answer> leave = std::move(reaction.leave);
  if (returned != nullptr) *returned = std::move(reaction.returned);
  TRY_VOID(conclude(id, std::move(reaction)));
  return leave;
}

Result<void> Batch::conclude(const ContactId& id, reaction::Reaction reaction) {
  absent_.erase(id);
  ContactState& contact = context_.cache.put(std::move(reaction.contact));
  touched_.insert(id);
  for (const effects::Decision& decision : reaction.decisions) {
    TRY_VOID(record(id, decision));
  }
  for (const effects::Effect& effect : reaction.effects) TRY_VOID(carry_out(contact, effect));
  if (!reaction.timeline_overflow.empty()) {
    TRY_VOID(transaction_.put_timeline_chunk(
        id, contact.timeline_chunks - 1, reaction::encode_timeline(reaction.timeline_overflow)));
  }
  return arm(contact, reaction.due);
}

Result<void> Batch::arm(ContactState& contact, Timestamp due) {
  const std::optional<Timestamp> next = next_wake(contact, due, now_);
  if (!next) return {};
  TRY_VOID(transaction_.put_wake(contact.id, wake_row(contact.wake), wake_row(*next)));
  contact.wake = *next;
  armed = std::min(armed, *next);
  return {};
}

Result<void> Batch::carry_out(const ContactState& contact, const effects::Effect& effect) {
  struct Carrier {
    Batch& batch;
    const ContactId& contact;

    Result<void> operator()(const effects::QueueMessage& queue) const {
      return batch.queue_message(queue.message, queue.content);
    }
    Result<void> operator()(const effects::CancelMessages& cancel) const {
      return batch.cancel_messages(contact, cancel);
    }
    Result<void> operator()(const effects::RescheduleMessages& change) const {
      return batch.reschedule_messages(contact, change);
    }
    Result<void> operator()(const effects::NotifyUser& notice) const {
      std::optional<Message> mail = effects::message_of(notice, contact, batch.now_);
      return mail ? batch.queue_message(std::move(*mail)) : Result<void>();
    }
    Result<void> operator()(const effects::RecordConsent& consent) const {
      return batch.write_ledger(consent, contact);
    }
    Result<void> operator()(const effects::AppendEvent& errand) const {
      return batch.write_down(contact, errand);
    }
    Result<void> operator()(const effects::CallWebhook& errand) const {
      return batch.write_down(contact, errand);
    }
    Result<void> operator()(const effects::ListContact& change) const {
      store::StateTransaction& transaction = batch.transaction_;
      if (change.on) return transaction.put_member(change.list, contact, change.at);
      return transaction.remove_member(change.list, contact);
    }
  };
  return std::visit(Carrier{*this, contact.id}, effect);
}

Result<void> Batch::write_ledger(const effects::RecordConsent& line, const ContactId& contact) {
  Ledger& ledger = context_.ledger;
  TRY_VOID(transaction_.put_consent(ledger.record_of(line, contact)));
  consents.push_back(line);
  // Reactions later in this batch must see it. Should the batch fail, the ledger is loaded again.
  ledger.apply(line);
  return {};
}

Result<void> Batch::write_down(const ContactId& contact, const Errand& errand) {
  store::PartitionMail mail{context_.next_sequence++, contact, encode(errand)};
  TRY_VOID(transaction_.put_partition_mail(mail));
  errands.push_back(std::move(mail));
  return {};
}

Result<void> Batch::queue_message(Message message, const std::string& content) {
  TRY_VOID(free_request_keys(transaction_, message, now_));
  TRY(present, transaction_.message_by_key(message.key));
  if (present) return {};
  message.id = context_.next_message;
  ++context_.next_message.value;
  TRY_VOID(take_place(message));
  TRY_VOID(transaction_.put_message(message));
  if (!content.empty()) TRY_VOID(transaction_.put_message_content(message.id, content));
  if (!message.campaign.empty()) campaigns_moved.insert(message.campaign);
  if (message.state == DeliveryState::queued) queued.push_back({message.id, message.due});
  return {};
}

Result<std::vector<Message>> Batch::waiting_messages(const ContactId& contact, std::uint64_t run) {
  std::vector<Message> waiting;
  for (const DeliveryState state : {DeliveryState::queued, DeliveryState::retry}) {
    store::StateReads::MessageQuery query;
    query.contact = contact;
    query.state = state;
    query.limit = cancel_page;
    TRY(page, transaction_.list_messages(query));
    for (Message& message : page.messages) {
      if (message.run == run) waiting.push_back(std::move(message));
    }
  }
  return waiting;
}

Result<void> Batch::cancel_messages(const ContactId& contact,
                                    const effects::CancelMessages& cancel) {
  TRY(waiting, waiting_messages(contact, cancel.run));
  for (Message& message : waiting) {
    if (!cancel.means(message.due)) continue;
    message.reason = cancel.reason;
    TRY_VOID(move_message(message, DeliveryState::cancelled));
    effects::Decision decision;
    decision.kind = effects::DecisionKind::message_cancelled;
    decision.at = now_;
    decision.definition = "journey";
    decision.key = message.journey;
    decision.version = version_followed(contact, message);
    decision.run = message.run;
    decision.step = message.step;
    decision.message = message.key;
    decision.outcome = cancel.reason;
    TRY_VOID(record(contact, decision));
  }
  return {};
}

Result<void> Batch::reschedule_messages(const ContactId& contact,
                                        const effects::RescheduleMessages& change) {
  TRY(waiting, waiting_messages(contact, change.run));
  for (Message& message : waiting) {
    if (message.due != Timestamp::never()) continue;
    message.due = change.due;
    TRY_VOID(transaction_.put_message(message));
    queued.push_back({message.id, message.due});
  }
  return {};
}

int Batch::version_followed(const ContactId& contact, const Message& message) const {
  if (const ContactState* state = context_.cache.find(contact)) {
    for (const journeys::Run& run : state->runs) {
      if (run.id == message.run) return run.version;
    }
  }
  const reaction::JourneyRule* rule = rules_.journey(message.journey);
  return rule == nullptr ? 0 : rule->journey.version;
}

Result<void> Batch::record(const ContactId& contact, const effects::Decision& decision) {
  if (!decision.only_counted || context_.journals_all) {
    TRY_VOID(transaction_.append_decision({.contact = contact,
                                           .at = decision.at,
                                           .sequence = context_.next_sequence++,
                                           .kind = static_cast<std::uint8_t>(decision.kind),
                                           .payload = effects::encode(decision)}));
  }
  if (decision.kind == effects::DecisionKind::message_sent) ++sent;
  for (const effects::CounterStep& step : effects::counters_of(decision)) count(step);
  return update_membership(contact, decision);
}

Result<void> Batch::update_membership(const ContactId& contact, const effects::Decision& decision) {
  const bool entered = decision.kind == effects::DecisionKind::segment_entered;
  const bool left = decision.kind == effects::DecisionKind::segment_left;
  if (!entered && !left) return {};
  const reaction::SegmentRule* rule = rules_.segment(decision.key);
  if (rule == nullptr) return {};
  if (entered) return transaction_.put_member(rule->number, contact, decision.at);
  return transaction_.remove_member(rule->number, contact);
}

void Batch::count(const effects::CounterStep& step) {
  store::CounterKey key{.kind = step.definition,
                        .key = step.key,
                        .version = step.version,
                        .step = step.step,
                        .variant = step.variant,
                        .day = 0,
                        .outcome = step.outcome};
  counters_[key] += step.by;
  key.day = static_cast<std::int32_t>(now_.ms / day_ms);
  counters_[key] += step.by;
}

ContactChanges Batch::changes() {
  ContactChanges changes{.changed = {}, .removed = removed, .consents = consents};
  passed_states_.clear();
  for (const store::ContactRecord& record : passed_) {
    Result<ContactState> state = reaction::decode_contact(record.state);
    ENSURE(state.has_value());  // it was encoded for this batch
    passed_states_.push_back(std::move(*state));
  }
  changes.changed.reserve(touched_.size() + passed_states_.size());
  for (const ContactState& state : passed_states_) changes.changed.push_back(&state);
  for (const ContactId& id : touched_) {
    if (const ContactState* state = context_.cache.find(id)) changes.changed.push_back(state);
  }
  return changes;
}

Result<void> Batch::write() {
  std::vector<ContactId> order(touched_.begin(), touched_.end());
  std::sort(order.begin(), order.end());
  for (const ContactId& id : order) {
    const ContactState* state = context_.cache.find(id);
    if (state != nullptr) TRY_VOID(transaction_.put_contact(record_of(*state)));
  }
  for (const policies::WarmUpBook::Entry& day : context_.warm_up.take_changes()) {
    TRY_VOID(store::warm_ups_in(transaction_).put_warm_up_day(day));
  }
  for (const store::ReturnedMailsRecord& record : context_.returns.take_changes()) {
    TRY_VOID(store::returned_mails_in(transaction_).put_returned_mails(record));
  }
  for (const auto& [key, by] : counters_) {
    if (by != 0) TRY_VOID(transaction_.add_to_counter(key, by));
  }
  return {};
}

}  // namespace sojourn::runtime
