#include "api/endpoints/contact_history.h"

#include <algorithm>
#include <iterator>
#include <set>

#include "api/endpoints/consent_lines.h"
#include "domain/events/event_codec.h"

namespace sojourn::api {
namespace {

using reaction::TimelineEntry;

/// Chunks of 64 events that are looked into; a contact with more has its oldest in the log only.
constexpr std::size_t chunks_max = 400;

Result<void> read_events(const Context& context, store::StateReads& view, std::size_t at_most,
                         ContactHistory& history) {
  TRY(entries, read_timeline(view, history.state, UINT64_MAX));
  if (entries.size() > at_most) {
    entries.resize(at_most);
    history.whole = false;
  }
  std::vector<events::Position> positions;
  for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry) {
    positions.push_back(entry->position);
  }
  TRY(records, context.runtime.store().log_reader().at(positions));
  for (const store::LogRecord& record : records) {
    TRY(event, events::decode_event(record.payload));
    history.events.push_back(std::move(event));
  }
  return {};
}

Result<void> read_decisions(store::StateReads& view, const contacts::ContactId& id,
                            std::size_t at_most, ContactHistory& history) {
  TRY(records, view.decisions(id, std::nullopt, at_most));
  history.whole = history.whole && records.size() < at_most;
  for (auto record = records.rbegin(); record != records.rend(); ++record) {
    TRY(decision, effects::decode_decision(record->payload));
    history.decisions.push_back(std::move(decision));
  }
  return {};
}

Result<void> read_messages(store::StateReads& view, const contacts::ContactId& id,
                           std::size_t at_most, ContactHistory& history) {
  constexpr int page_size = 500;
  store::StateReads::MessageQuery query{.contact = id, .limit = page_size};
  do {
    TRY(page, view.list_messages(query));
    std::move(page.messages.begin(), page.messages.end(), std::back_inserter(history.messages));
    query.cursor = page.next;
  } while (!query.cursor.empty() && history.messages.size() < at_most);
  history.whole = history.whole && query.cursor.empty();
  return {};
}

Result<void> read_consents(const Context& context, store::StateReads& view,
                           ContactHistory& history) {
  std::set<std::pair<std::string, std::string>> addresses;
  addresses.emplace(
      "email", contacts::normalise_email(history.state.attributes.text(contacts::traits::email)));
  for (const messages::Message& message : history.messages) {
    addresses.emplace(message.channel, message.address);
  }
  for (const auto& [channel, address] : addresses) {
    if (address.empty()) continue;
    TRY(ledger, read_ledger(context, view, channel, address));
    history.ledger.add(channel, address, std::move(ledger.consent));
  }
  return {};
}

}  // namespace

Result<std::vector<TimelineEntry>> read_timeline(store::StateReads& view,
                                                 const reaction::ContactState& state,
                                                 std::uint64_t before) {
  std::vector<TimelineEntry> entries = state.timeline;
  if (state.timeline_chunks > 0) {
    TRY(chunks, view.timeline_chunks(state.id, state.timeline_chunks, chunks_max));
    for (const std::string& chunk : chunks) {
      TRY(older, reaction::decode_timeline(chunk));
      std::move(older.begin(), older.end(), std::back_inserter(entries));
    }
  }
  std::erase_if(entries,
                [&](const TimelineEntry& entry) { return entry.position.value >= before; });
  std::sort(entries.begin(), entries.end(),
            [](const TimelineEntry& a, const TimelineEntry& b) { return a.position > b.position; });
  return entries;
}

void ContactLedger::add(std::string_view channel, std::string_view address,
                        policies::AddressConsent consent) {
  consents_[{std::string(channel), std::string(address)}] = std::move(consent);
}

policies::AddressConsent ContactLedger::consent(std::string_view channel,
                                                std::string_view address) const {
  const auto found = consents_.find({std::string(channel), std::string(address)});
  return found == consents_.end() ? policies::AddressConsent{} : found->second;
}

Result<ContactHistory> read_history(const Context& context, store::StateReads& view,
                                    const contacts::ContactId& id, std::size_t at_most) {
  TRY(contact, load_contact(view, id));
  if (!contact) return failure("unknown_contact", "there is no such contact");
  ContactHistory history;
  history.state = std::move(contact->state);
  TRY_VOID(read_events(context, view, at_most, history));
  TRY_VOID(read_decisions(view, id, at_most, history));
  TRY_VOID(read_messages(view, id, at_most, history));
  TRY_VOID(read_consents(context, view, history));
  return history;
}

}  // namespace sojourn::api
