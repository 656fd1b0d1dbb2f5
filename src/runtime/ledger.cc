#include "runtime/ledger.h"

#include <mutex>

#include "domain/contacts/address.h"
#include "runtime/event_log.h"

namespace sojourn::runtime {

Ledger::Ledger(const HashKey& master_key) : key_(address_key(master_key)) {}

Result<void> Ledger::load(store::StateReads& reads) {
  // In the order of arrival, as apply() took them: the current rows alone would forget that an
  // address was suppressed before its owner said something else.
  TRY(records, reads.consent_lines());
  const std::lock_guard lock(mutex_);
  states_.clear();
  for (const store::ConsentRecord& record : records) {
    policies::fold(states_[record.address], record.topic, record.state);
  }
  return {};
}

Hash128 Ledger::address_hash(std::string_view channel, std::string_view address) const {
  return contacts::address_hash(key_, channel, address);
}

policies::AddressConsent Ledger::consent(std::string_view channel, std::string_view address) const {
  const Hash128 hash = address_hash(channel, address);
  const std::shared_lock lock(mutex_);
  const policies::AddressConsent* found = find(hash);
  const bool has_spelling = contacts::folded_address(address) != address;
  if (!has_spelling) return found == nullptr ? policies::AddressConsent{} : *found;
  // What nobody's address said before all spellings were one could not be moved: its hash alone is
  // known. It holds until the address says something itself.
  const policies::AddressConsent* own = find(keyed_hash(key_, {channel, address}));
  policies::AddressConsent consent = found != nullptr ? *found
                                     : own != nullptr ? *own
                                                      : policies::AddressConsent{};
  consent.suppressed = consent.suppressed || (own != nullptr && own->suppressed);
  return consent;
}

const policies::AddressConsent* Ledger::find(const Hash128& address) const {
  const auto found = states_.find(address);
  return found == states_.end() ? nullptr : &found->second;
}

const policies::AddressConsent* Ledger::find_nobody(std::string_view channel) const {
  return find(address_hash(channel, ""));
}

void Ledger::apply(const effects::RecordConsent& change) {
  const Hash128 hash = address_hash(change.channel, change.address);
  const std::lock_guard lock(mutex_);
  policies::fold(states_[hash], change.topic, change.state);
}

store::ConsentRecord Ledger::record_of(const effects::RecordConsent& change,
                                       const contacts::ContactId& contact) const {
  return {.address = address_hash(change.channel, change.address),
          .channel = change.channel,
          .topic = change.topic,
          .state = change.state,
          .at = change.at,
          .source = change.source,
          .evidence = change.evidence,
          .contact = contact,
          .shown_by = change.shown_by};
}

}  // namespace sojourn::runtime
