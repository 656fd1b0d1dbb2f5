// Takes a contact out of the state, and tells where the log speaks of it.
#include <algorithm>

#include "domain/contacts/attributes.h"
#include "runtime/batch.h"

namespace sojourn::runtime {
namespace {

using messages::DeliveryState;

/// Messages of the contact that are looked at together.
constexpr int page_size = 200;

/// Also of a journey that was archived with people inside, who are about to leave it.
Result<std::string> journey_key(std::uint32_t number, const reaction::Rules& rules,
                                store::StateReads& reads) {
  if (const reaction::JourneyRule* rule = rules.journey(number)) return rule->journey.key;
  TRY(definitions, reads.definitions());
  for (const store::DefinitionRecord& each : definitions) {
    if (each.number == number) return each.key;
  }
  return std::string();
}

/// Counters outlive the contact, so they say where it has gone: whoever adds them up finds nobody
/// missing (invariant 11).
Result<std::vector<effects::CounterStep>> erased_counts(const reaction::ContactState& state,
                                                        const reaction::Rules& rules,
                                                        store::StateReads& reads) {
  std::vector<effects::CounterStep> counts;
  counts.push_back({"workspace", "", 0, "", "contacts", -1});
  for (const segments::Membership& membership : state.memberships) {
    if (!membership.member) continue;
    if (const reaction::SegmentRule* rule = rules.segment(membership.segment)) {
      counts.push_back({"segment", rule->segment.key, rule->version, "", "left", 1});
    } else if (const reaction::SetAside* aside = rules.set_aside(membership.segment)) {
      counts.push_back({"segment", aside->key, aside->version, "", "left", 1});
    }
  }
  for (const journeys::Run& run : state.runs) {
    if (run.state != journeys::RunState::active) continue;
    TRY(key, journey_key(run.journey, rules, reads));
    if (key.empty()) continue;
    counts.push_back({"journey", key, run.version, "", "erased", 1});
    if (!run.step.empty()) counts.push_back({"journey", key, run.version, run.step, "left", 1});
  }
  for (const DeliveryState waiting : {DeliveryState::queued, DeliveryState::retry}) {
    store::StateReads::MessageQuery query;
    query.contact = state.id;
    query.state = waiting;
    query.limit = page_size;
    do {
      TRY(page, reads.list_messages(query));
      for (const messages::Message& message : page.messages) {
        // A campaign tells its messages by their states, and those of the API belong to nothing.
        if (message.template_key.empty() || message.journey.empty()) continue;
        const reaction::JourneyRule* rule = rules.journey(message.journey);
        const int version = rule == nullptr ? 0 : rule->journey.version;
        counts.push_back(
            {"journey", message.journey, version, message.step, "cancelled:erased", 1});
      }
      query.cursor = page.next;
    } while (!query.cursor.empty());
  }
  return counts;
}

}  // namespace

using contacts::ContactId;

Result<std::optional<std::vector<events::Position>>> Batch::erase(const ContactId& contact) {
  using Positions = std::optional<std::vector<events::Position>>;
  TRY(state, load(contact));
  if (state == nullptr) return Positions();
  std::vector<events::Position> positions;
  for (const reaction::TimelineEntry& entry : state->timeline) positions.push_back(entry.position);
  constexpr std::uint32_t newest = UINT32_MAX;
  constexpr std::size_t all = SIZE_MAX / 2;
  TRY(chunks, transaction_.timeline_chunks(contact, newest, all));
  for (const std::string& chunk : chunks) {
    TRY(entries, reaction::decode_timeline(chunk));
    for (const reaction::TimelineEntry& entry : entries) positions.push_back(entry.position);
  }
  TRY(counts, erased_counts(*state, rules_, transaction_));
  for (const effects::CounterStep& step : counts) count(step);
  if (state->wake != Timestamp::never()) {
    TRY_VOID(transaction_.put_wake(contact, state->wake, std::nullopt));
  }
  const std::string email =
      contacts::normalise_email(state->attributes.text(contacts::traits::email));
  context_.returns.put(context_.ledger.address_hash("email", email), {});
  TRY_VOID(transaction_.erase_contact(contact));
  context_.cache.remove(contact);
  removed.push_back(contact);
  touched_.erase(contact);
  absent_.insert(contact);
  context_.cache.forget_links();
  std::sort(positions.begin(), positions.end());
  return Positions(std::move(positions));
}

}  // namespace sojourn::runtime
