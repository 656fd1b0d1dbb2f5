// New rules in a world that goes on (runtime/backfill.h is the same over the store).
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/ensure.h"
#include "domain/reaction/history.h"
#include "domain/simulation/world.h"

namespace sojourn::simulation {

using contacts::ContactId;
using reaction::ContactState;
using reaction::Generation;

namespace {

/// Of rules whose workspace names no zone.
constexpr std::string_view default_zone = "UTC";

}  // namespace

void World::publish(std::shared_ptr<const reaction::Rules> rules) {
  ENSURE(settings_.keeps_log);
  ENSURE(rules->generation() > rules_->generation());
  rules_ = std::move(rules);
  cuts_[rules_->generation()] = position_;
  lacking_.clear();
}

Result<void> World::publish(const std::vector<DefinitionText>& files) {
  std::vector<reaction::DefinitionSource> sources = sources_;
  std::vector<reaction::DefinitionSource> earlier;
  const auto name_of = [](const std::string& text) {
    const Result<reaction::DefinitionName> name = reaction::read_definition_name(text);
    return name ? std::pair(name->kind, name->key) : std::pair<std::string, std::string>();
  };
  for (const DefinitionText& file : files) {
    const auto present = std::find_if(sources.begin(), sources.end(), [&](const auto& source) {
      return !source.superseded && name_of(source.text) == name_of(file.text);
    });
    if (present == sources.end()) {
      std::uint32_t number = 1;
      for (const auto& source : sources) number = std::max(number, source.number + 1);
      sources.push_back({.path = file.path, .text = file.text, .number = number});
    } else if (present->text != file.text) {
      // Those inside a journey stay on the version that they follow.
      if (name_of(file.text).first == "journey") {
        earlier.push_back(*present);
        earlier.back().superseded = true;
      }
      present->path = file.path;
      present->text = file.text;
      ++present->version;
    }
  }
  sources.insert(sources.end(), earlier.begin(), earlier.end());
  reaction::FactGenerations generations{.present = rules_->generation() + 1};
  for (const reaction::FactRule& fact : rules_->facts()) {
    generations.known[fact.id] = fact.generation;
  }
  reaction::Rules::Compiled compiled =
      reaction::Rules::compile(sources, std::string(default_zone), generations);
  if (!compiled.problems.empty()) {
    const reaction::Problem& first = compiled.problems.front();
    return failure("invalid_definition",
                   fmt::format("{}:{}: {}", first.path, first.line, first.message));
  }
  sources_ = std::move(sources);
  publish(std::move(compiled.rules));
  constexpr std::size_t at_a_time = 1'000;
  while (pass(at_a_time)) {
  }
  return settle();
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
