#include "api/endpoints/building.h"

#include <algorithm>

#include <absl/container/flat_hash_set.h>

#include "api/json_fields.h"

namespace sojourn::api::endpoints {

using reaction::OrderedRule;
using reaction::Place;

Result<Building> Building::read(const runtime::Runtime& runtime, const reaction::Rules& rules,
                                store::StateReads& view) {
  Building building(rules);
  building.state_ = runtime.backfill();
  if (building.state() == State::ready) return building;
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

Building::State Building::state() const {
  if (state_.active) return State::building;
  return state_.cancelled ? State::incomplete : State::ready;
}

Building::State Building::of(Place place) const {
  return !places_.empty() && places_[place] ? state() : State::ready;
}

Building::State Building::of(const segments::Condition& condition) const {
  if (places_.empty()) return State::ready;
  segments::Reads reads;
  segments::collect_reads(condition, reads);
  const auto lacks_past = [&](const facts::FactDefinition& fact) {
    const reaction::FactRule* rule = rules_->fact(facts::fact_id(fact));
    return rule != nullptr && rule->generation > state_.complete;
  };
  const auto has_changed = [&](const auto* rule) {
    return rule != nullptr && places_[rules_->place_of(*rule)];
  };
  const auto score_has_changed = [&](std::string_view key) {
    return has_changed(rules_->score(key));
  };
  const bool is_behind =
      std::any_of(reads.facts.begin(), reads.facts.end(), lacks_past) ||
      std::any_of(reads.segments.begin(), reads.segments.end(),
                  [&](std::string_view key) { return has_changed(rules_->segment(key)); }) ||
      std::any_of(reads.scores.begin(), reads.scores.end(), score_has_changed) ||
      std::any_of(reads.grades.begin(), reads.grades.end(), [&](std::string_view key) {
        const reaction::GradeRule* rule = rules_->grade(key);
        if (rule == nullptr) return false;
        return score_has_changed(rule->grade.fit) || score_has_changed(rule->grade.engagement);
      });
  return is_behind ? state() : State::ready;
}

void Building::write(JsonWriter& out, State state) const {
  constexpr std::string_view words[] = {"ready", "building", "incomplete"};
  text_field(out, "state", words[static_cast<std::size_t>(state)]);
  if (state != State::building) return;
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
