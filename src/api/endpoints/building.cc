#include "api/endpoints/building.h"

#include <absl/container/flat_hash_set.h>

#include "api/json_fields.h"

namespace sojourn::api::endpoints {

using reaction::OrderedRule;
using reaction::Place;

Result<Building> Building::read(const runtime::Runtime& runtime, const reaction::Rules& rules,
                                store::StateReads& view) {
  Building building;
  building.state_ = runtime.backfill();
  if (!building.state_.active) return building;
  TRY(definitions, view.definitions());
  absl::flat_hash_set<std::uint32_t> changed;
  for (const store::DefinitionRecord& each : definitions) {
    if (each.changed_at >= building.state_.since) changed.insert(each.number);
  }
  building.places_.resize(rules.order().size());
  // Who reads a rule stands after it.
  for (Place place = 0; place < rules.order().size(); ++place) {
    const OrderedRule& rule = rules.order()[place];
    const bool is_segment = rule.kind == OrderedRule::Kind::segment;
    const std::uint32_t number =
        is_segment ? rules.segments()[rule.index].number : rules.scores()[rule.index].number;
    if (changed.contains(number)) building.places_[place] = true;
    if (!building.places_[place]) continue;
    const std::vector<Place>& readers =
        is_segment ? rules.segments()[rule.index].readers : rules.scores()[rule.index].readers;
    for (const Place reader : readers) building.places_[reader] = true;
  }
  return building;
}

void Building::write(JsonWriter& out, Place place) const {
  text_field(out, "state", is_building(place) ? "building" : "ready");
  if (!is_building(place)) return;
  out.name("progress").begin_object();
  constexpr double whole = 100;
  number_field(out, "percent", state_.done() * whole);
  count_field(out, "eventsRead", state_.events_read);
  count_field(out, "eventsTotal", state_.events_total);
  count_field(out, "contactsVisited", state_.contacts_visited);
  count_field(out, "contactsTotal", state_.contacts_total);
  number_field(out, "eventsPerSecond", state_.events_per_second());
  const std::optional<Duration> left = state_.left();
  if (left) {
    number_field(out, "secondsLeft", static_cast<double>(left->ms) / 1000);
  } else {
    null_field(out, "secondsLeft");
  }
  out.end_object();
}

}  // namespace sojourn::api::endpoints
