#include "domain/reaction/history.h"

#include <algorithm>

#include <absl/container/inlined_vector.h>

#include "base/ensure.h"

namespace sojourn::reaction {
namespace {

void keep(facts::FactState& state, const facts::Occurrence& occurrence) {
  ++state.count;
  state.first = std::min(state.first, occurrence.at);
  state.last = std::max(state.last, occurrence.at);
  state.newest.push_back(occurrence);
}

facts::FactState& state_of(const FactRule& rule, std::vector<facts::FactState>& states) {
  for (facts::FactState& state : states) {
    if (state.id == rule.id) return state;
  }
  facts::FactState fresh;
  fresh.id = rule.id;
  fresh.generation = rule.generation;
  return states.emplace_back(std::move(fresh));
}

}  // namespace

History::History(std::shared_ptr<const Rules> rules, const std::vector<YoungFact>& facts)
    : rules_(std::move(rules)) {
  for (const YoungFact& young : facts) {
    const FactRule* rule = rules_->fact(young.fact);
    if (rule == nullptr) continue;
    const facts::FactDefinition& fact = rule->definition;
    const bool needs_content =
        !fact.match.where.empty() || fact.measured != facts::Measured::nothing;
    by_name_[fact.match.event].push_back(wanted_.size());
    wanted_.push_back({rule, young.cut, needs_content, facts::OccurrenceIndex(fact.measured)});
    if (!needs_content) continue;
    until_ = std::max(until_, young.cut);
    if (std::find(names_.begin(), names_.end(), fact.match.event) == names_.end()) {
      names_.push_back(fact.match.event);
    }
  }
}

History History::anew() const {
  std::vector<YoungFact> facts;
  for (const Wanted& each : wanted_) facts.push_back({each.rule->id, each.cut});
  return History(rules_, facts);
}

void History::note(events::Position position, const events::Event& event) {
  const auto wanted = by_name_.find(event.name);
  if (wanted == by_name_.end()) return;
  for (const std::size_t index : wanted->second) {
    Wanted& each = wanted_[index];
    if (!each.needs_content || position > each.cut) continue;
    const auto occurrence = facts::occurrence_in(each.rule->definition, event);
    if (occurrence) each.index.add(position, *occurrence);
  }
}

void History::append(History later) {
  ENSURE(wanted_.size() == later.wanted_.size());
  for (std::size_t i = 0; i < wanted_.size(); ++i) {
    wanted_[i].index.append(std::move(later.wanted_[i].index));
  }
}

const std::vector<std::size_t>* History::wanted_of(std::string_view name) const {
  const auto found = by_name_.find(name);
  return found == by_name_.end() ? nullptr : &found->second;
}

void History::count(std::span<const TimelineEntry> timeline, Generation held,
                    std::vector<facts::FactState>& states) const {
  for (const TimelineEntry& entry : timeline) {
    const std::vector<std::size_t>* wanted = wanted_of(entry.name);
    if (wanted != nullptr) count(*wanted, entry.at, entry.position, held, states);
  }
}

void History::count(TimelineReader timeline, Generation held,
                    std::vector<facts::FactState>& states) const {
  // A timeline has few names: which of them count is asked once for all its entries.
  absl::InlinedVector<const std::vector<std::size_t>*, 16> wanted;
  for (const std::string_view name : timeline.names()) wanted.push_back(wanted_of(name));
  const bool none =
      std::all_of(wanted.begin(), wanted.end(), [](const auto* each) { return each == nullptr; });
  if (none) return;
  while (const auto entry = timeline.next()) {
    const std::vector<std::size_t>* each = wanted[entry->name];
    if (each != nullptr) count(*each, entry->at, entry->position, held, states);
  }
}

void History::count(const std::vector<std::size_t>& wanted, Timestamp at, events::Position position,
                    Generation held, std::vector<facts::FactState>& states) const {
  for (const std::size_t index : wanted) {
    const Wanted& each = wanted_[index];
    if (position > each.cut || each.rule->generation <= held) continue;
    const facts::FactDefinition& fact = each.rule->definition;
    facts::Occurrence occurrence{at};
    if (each.needs_content) {
      const std::optional<std::int64_t> value = each.index.find(position);
      if (!value) continue;
      occurrence.value = *value;
    } else if (at < fact.from || at >= fact.until) {
      continue;
    }
    facts::FactState& state = state_of(*each.rule, states);
    if (fact.points) {
      keep(state, occurrence);
    } else {
      state.add(fact, occurrence);
    }
  }
}

}  // namespace sojourn::reaction
