#include "simulation/recomputation.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/json.h"
#include "domain/events/event_codec.h"
#include "domain/simulation/world.h"
#include "runtime/event_log.h"

namespace sojourn::simulate {
namespace {

using reaction::ContactState;

/// Segments and scores with the numbers that the store gave them. Journeys are left out: they
/// change no membership.
Result<std::shared_ptr<const reaction::Rules>> segment_rules(store::StateReads& view) {
  TRY(stored, view.definitions());
  std::vector<reaction::DefinitionSource> sources;
  for (const store::DefinitionRecord& each : stored) {
    if (each.kind != "journey") {
      sources.push_back({each.path, each.source, each.number, each.version});
    }
  }
  reaction::Rules::Compiled compiled = reaction::Rules::compile(sources);
  if (!compiled.problems.empty()) {
    return failure("damaged_definition", compiled.problems.front().message);
  }
  return std::move(compiled.rules);
}

std::string members_of(const ContactState& state, const reaction::Rules& rules) {
  std::vector<std::string> keys;
  for (const segments::Membership& each : state.memberships) {
    const reaction::SegmentRule* rule = rules.segment(each.segment);
    if (each.member && rule != nullptr) keys.push_back(rule->segment.key);
  }
  std::sort(keys.begin(), keys.end());
  return fmt::format("{}", fmt::join(keys, " "));
}

std::string attributes_of(const ContactState& state) {
  std::map<std::string, std::string> sorted;
  const Object values = state.attributes.values();
  for (const auto& [name, value] : values) sorted[name] = to_json(value);
  std::string text;
  for (const auto& [name, value] : sorted) text += fmt::format("{}={} ", name, value);
  return text;
}

}  // namespace

Result<void> compare_with_recomputation(store::Store& store, const HashKey& master,
                                        const std::vector<contacts::Identifier>& identifiers,
                                        const Auditor& auditor, Timestamp now, Findings& findings) {
  constexpr std::size_t all = 1'000'000;
  TRY(view, store.view());
  TRY(rules, segment_rules(*view));
  TRY(records, store.log_reader().read({}, all));
  if (records.empty()) return {};

  Timestamp start = now;
  for (const store::LogRecord& record : records) start = std::min(start, record.received_at);
  simulation::World world(rules, {.start = start, .contact_key = runtime::contact_key(master)});
  for (const store::LogRecord& record : records) {
    TRY(event, events::decode_event(record.payload));
    const std::optional<Timestamp> applied = auditor.applied_at(record.position);
    if (!applied) {
      findings.broken(1, fmt::format("event {} was never applied", record.position.value));
      return {};
    }
    event.received_at = std::max(*applied, world.now());
    TRY_VOID(world.take(std::move(event)));
  }
  TRY_VOID(world.advance(now));

  TRY(contacts, view->identifiers(identifiers));
  for (std::size_t i = 0; i < identifiers.size(); ++i) {
    const ContactState* expected = world.find(identifiers[i]);
    const std::string& name = identifiers[i].value;
    if ((expected != nullptr) != contacts[i].has_value()) {
      findings.broken(4, fmt::format("{} leads to somebody in only one of store and log", name));
      continue;
    }
    if (expected == nullptr) continue;
    TRY(record, view->contact(*contacts[i]));
    if (!record) {
      findings.broken(18, fmt::format("{} leads to a contact that is not there", name));
      continue;
    }
    TRY(state, reaction::decode_contact(record->state));
    if (attributes_of(state) != attributes_of(*expected)) {
      findings.broken(3, fmt::format("{} has {}, its events make {}", name, attributes_of(state),
                                     attributes_of(*expected)));
    }
    if (members_of(state, *rules) != members_of(*expected, *rules)) {
      findings.broken(4, fmt::format("{} is in [{}], its events make [{}]", name,
                                     members_of(state, *rules), members_of(*expected, *rules)));
    }
  }
  return {};
}

}  // namespace sojourn::simulate
