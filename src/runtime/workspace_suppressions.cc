// Addresses that must not be written to, whoever has them.
#include <fmt/format.h>

#include <memory>

#include "base/text.h"
#include "domain/contacts/address.h"
#include "domain/events/standard_names.h"
#include "runtime/workspace_runtime.h"

namespace sojourn::runtime {
namespace {

/// Contacts of one address that are told of a change; more do not share an address.
constexpr std::size_t contacts_of_address_max = 20;

std::string_view state_of(const SuppressionChange& change) {
  namespace states = policies::consent_states;
  return change.kind == SuppressionChange::Kind::suppress ? states::suppressed : states::lifted;
}

effects::RecordConsent line_of(const SuppressionChange& change, const std::string& actor,
                               Timestamp now) {
  return {.channel = change.channel,
          .address = change.address,
          .topic = change.topic,
          .state = std::string(state_of(change)),
          .at = now,
          .source = change.source,
          .evidence = change.note,
          .shown_by = {.actor = actor}};
}

/// The same as something that happened to a contact, in whose timeline it then stands.
events::Event event_of(const SuppressionChange& change, const contacts::ContactId& contact,
                       const std::string& actor, std::uint64_t call, Timestamp now) {
  namespace names = events::names;
  const bool suppresses = change.kind == SuppressionChange::Kind::suppress;
  events::Event event;
  event.name = suppresses ? names::address_suppressed : names::suppression_lifted;
  event.message_id = fmt::format("suppression/{}/{}/{}/{}/{}", contacts::format(contact),
                                 state_of(change), change.topic, now.ms, call);
  event.contact = contact.hash;
  event.at = event.received_at = now;
  event.trust = events::Trust::system;
  event.source = "sojourn";
  event.properties =
      Object{{"channel", change.channel}, {"address", change.address}, {"topic", change.topic},
             {"source", change.source},   {"evidence", change.note},   {"actor", actor}};
  return event;
}

}  // namespace

Result<void> WorkspaceRuntime::change_suppressions(const std::vector<SuppressionChange>& changes,
                                                   const std::string& actor) {
  const Timestamp now = parts_.clock.now();
  const std::uint64_t call = ++suppression_calls_;
  std::vector<events::Event> told;
  std::vector<bool> is_told(changes.size());
  {
    TRY(view, parts_.store.view());
    for (std::size_t i = 0; i < changes.size(); ++i) {
      if (changes[i].channel != "email") continue;
      TRY(owners, view->contacts_with_email(changes[i].address, contacts_of_address_max));
      is_told[i] = !owners.empty();
      for (const contacts::ContactId& owner : owners) {
        told.push_back(event_of(changes[i], owner, actor, call, now));
      }
    }
  }
  if (!told.empty()) {
    const auto answer = std::make_shared<std::promise<Result<void>>>();
    TRY_VOID(submit(std::move(told),
                    [answer](Result<void> done) { answer->set_value(std::move(done)); }));
    TRY_VOID(await(answer->get_future()));
  }
  // Behind the events in the committer's queue: when it is done, they are applied.
  return run_task([changes, is_told, actor, now, key = address_key(parts_.master_key)](
                      Batch& batch, store::StateTransaction& transaction) -> Result<void> {
    for (std::size_t i = 0; i < changes.size(); ++i) {
      const SuppressionChange& change = changes[i];
      // The audit must not know whom it is about once they are erased.
      const std::string subject =
          to_hex(contacts::address_hash(key, change.channel, change.address).view());
      const bool suppresses = change.kind == SuppressionChange::Kind::suppress;
      TRY_VOID(transaction.append_audit(actor, suppresses ? "suppression.add" : "suppression.lift",
                                        subject, change.topic, now));
      if (!is_told[i]) TRY_VOID(batch.write_ledger(line_of(change, actor, now), {}));
    }
    return {};
  });
}

}  // namespace sojourn::runtime
