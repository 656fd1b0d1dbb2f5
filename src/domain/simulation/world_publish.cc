// New rules in a world that goes on (runtime/backfill.h is the same over the store).
#include <iterator>

#include "base/ensure.h"
#include "domain/reaction/history.h"
#include "domain/simulation/world.h"

namespace sojourn::simulation {

using contacts::ContactId;
using reaction::ContactState;
using reaction::Generation;

void World::publish(std::shared_ptr<const reaction::Rules> rules) {
  ENSURE(settings_.keeps_log);
  ENSURE(rules->generation() > rules_->generation());
  rules_ = std::move(rules);
  cuts_[rules_->generation()] = position_;
  lacking_.clear();
}

bool World::pass(std::size_t contacts) {
  std::vector<ContactId> behind;
  bool is_last = true;
  for (const auto& [id, state] : contacts_) {
    if (state.generation >= rules_->generation()) continue;
    is_last = behind.size() < contacts;
    if (!is_last) break;
    behind.push_back(id);
  }
  for (const ContactId& id : behind) bring_up(id, rules_->generation());
  return !is_last;
}

const reaction::Lacking* World::lacking(Generation held) {
  if (held >= rules_->generation()) return nullptr;
  const auto place = lacking_.try_emplace(held, *rules_, held).first;
  return place->second.nothing() ? nullptr : &place->second;
}

void World::bring_up(const ContactId& id, Generation to) {
  const ContactState& state = contacts_.at(id);
  if (state.generation >= to) return;
  std::vector<reaction::YoungFact> young;
  for (const reaction::FactRule& rule : rules_->facts()) {
    if (rule.generation > state.generation && rule.generation <= to) {
      young.push_back({rule.id, cuts_.at(rule.generation)});
    }
  }
  reaction::History history(rules_, young);
  for (const events::LoggedEvent& logged : log_) {
    if (logged.position <= history.until()) history.note(logged.position, logged.event);
  }
  reaction::RulesInput input{.generation = to, .lacking = lacking(to)};
  history.count(older_entries_[id], state.generation, input.history);
  history.count(state.timeline, state.generation, input.history);
  react(id, input);
}

void World::keep_timeline(const ContactId& id, std::vector<reaction::TimelineEntry> entries) {
  std::vector<reaction::TimelineEntry>& kept = older_entries_[id];
  kept.insert(kept.end(), std::make_move_iterator(entries.begin()),
              std::make_move_iterator(entries.end()));
}

}  // namespace sojourn::simulation
