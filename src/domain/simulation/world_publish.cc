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
constexpr std::string_view journey_kind = "journey";

/// Kind and key of a definition; both empty where its text has none.
using Place = std::pair<std::string, std::string>;

Place place_of(const std::string& text) {
  const Result<reaction::DefinitionName> name = reaction::read_definition_name(text);
  return name ? Place(name->kind, name->key) : Place();
}

/// The map of steps leads from a step that somebody may wait at to one that there is, or to none.
Result<void> check_steps(const reaction::Rules& rules, const std::string& key,
                         const journeys::Inside& inside) {
  const reaction::JourneyRule* present = rules.journey(key);
  if (present == nullptr) return failure("unknown_journey", "there is no such journey");
  for (const auto& [from, to] : inside.steps) {
    const auto has_step = [&, &step = from](const reaction::JourneyRule& rule) {
      return rule.number == present->number && rule.journey.find(step) != nullptr;
    };
    const auto& earlier = rules.superseded_journeys();
    if (std::none_of(earlier.begin(), earlier.end(), has_step)) {
      return failure("unknown_step", fmt::format("no earlier version has a step \"{}\"", from));
    }
    if (!to.empty() && present->journey.find(to) == nullptr) {
      return failure("unknown_step", fmt::format("the new version has no step \"{}\"", to));
    }
  }
  return {};
}

/// The present text of a journey that is not archived.
Result<reaction::DefinitionSource*> source_of(std::vector<reaction::DefinitionSource>& sources,
                                              const std::string& journey) {
  const auto found = std::find_if(sources.begin(), sources.end(), [&](const auto& source) {
    return !source.superseded && !source.finishing &&
           place_of(source.text) == Place(journey_kind, journey);
  });
  if (found != sources.end()) return &*found;
  return failure("unknown_journey", "there is no such journey");
}

}  // namespace

void World::publish(std::shared_ptr<const reaction::Rules> rules) {
  ENSURE(settings_.keeps_log);
  ENSURE(rules->generation() > rules_->generation());
  rules_ = std::move(rules);
  cuts_[rules_->generation()] = position_;
  take_standings(reaction::experiments_in(*rules_, board_.experiments(), now_));
}

void World::take_standings(std::vector<reaction::Experiment> experiments) {
  rules_ = reaction::with_standings(std::move(rules_), experiments);
  // It refers to the rules.
  lacking_.clear();
  board_ = reaction::ExperimentBoard(*rules_, std::move(experiments));
  for (const auto& [place, count] : counters_) {
    const auto& [kind, key, version, step, variant, outcome] = place;
    board_.count({kind, key, version, step, outcome, count, variant});
  }
}

Result<void> World::declare(const reaction::Declaration& declaration) {
  std::vector<reaction::Experiment> experiments = board_.experiments();
  TRY_VOID(reaction::declare(*rules_, experiments, declaration, now_));
  take_standings(std::move(experiments));
  return settle();
}

Result<void> World::publish(const std::vector<DefinitionText>& files, const Inside& inside) {
  std::vector<reaction::DefinitionSource> sources = sources_;
  std::vector<reaction::DefinitionSource> earlier;
  for (const DefinitionText& file : files) {
    const Place place = place_of(file.text);
    const auto present = std::find_if(sources.begin(), sources.end(), [&](const auto& source) {
      return !source.superseded && place_of(source.text) == place;
    });
    if (present == sources.end()) {
      std::uint32_t number = 1;
      for (const auto& source : sources) number = std::max(number, source.number + 1);
      sources.push_back({.path = file.path, .text = file.text, .number = number});
    } else if (present->text != file.text || present->finishing) {
      // Those inside a journey stay on the version that they follow, until they are told otherwise.
      if (place.first == journey_kind) {
        earlier.push_back(*present);
        earlier.back().superseded = true;
      }
      present->finishing = false;
      present->path = file.path;
      present->text = file.text;
      ++present->version;
    }
  }
  sources.insert(sources.end(), earlier.begin(), earlier.end());
  TRY(rules, compile(sources));
  for (const auto& [journey, choice] : inside) TRY_VOID(check_steps(*rules, journey, choice));
  take_up(std::move(sources), rules);
  for (const auto& [journey, choice] : inside) {
    const std::uint32_t number = rules->journey(journey)->number;
    change_runs(number, reaction::PublishInput{number, choice});
  }
  return settle();
}

Result<void> World::archive(const std::string& journey, journeys::Inside::Choice choice) {
  std::vector<reaction::DefinitionSource> sources = sources_;
  TRY(source, source_of(sources, journey));
  if (source->paused_since) return failure("journey_paused", "the journey is paused");
  const std::uint32_t number = source->number;
  if (choice == journeys::Inside::Choice::finish) {
    reaction::DefinitionSource followed = *source;
    followed.superseded = true;
    source->finishing = true;
    ++source->version;
    sources.push_back(std::move(followed));
  } else {
    std::erase_if(sources, [&](const auto& each) { return each.number == number; });
  }
  TRY(rules, compile(sources));
  take_up(std::move(sources), std::move(rules));
  if (choice == journeys::Inside::Choice::leave) {
    change_runs(number, reaction::PublishInput{number, {.choice = choice}, journey});
  }
  return settle();
}

Result<std::shared_ptr<const reaction::Rules>> World::compile(
    const std::vector<reaction::DefinitionSource>& sources) const {
  reaction::FactGenerations generations{.present = rules_->generation() + 1};
  for (const reaction::FactRule& fact : rules_->facts()) {
    generations.known[fact.id] = fact.generation;
  }
  reaction::Rules::Compiled compiled =
      reaction::Rules::compile(sources, std::string(default_zone), generations);
  if (compiled.problems.empty()) return std::move(compiled.rules);
  const reaction::Problem& first = compiled.problems.front();
  return failure("invalid_definition",
                 fmt::format("{}:{}: {}", first.path, first.line, first.message));
}

void World::take_up(std::vector<reaction::DefinitionSource> sources,
                    std::shared_ptr<const reaction::Rules> rules) {
  sources_ = std::move(sources);
  sending_ = sending_policies_in(sources_);
  publish(std::move(rules));
  constexpr std::size_t at_a_time = 1'000;
  while (pass(at_a_time)) {
  }
}

void World::change_runs(std::uint32_t journey, const reaction::Input& input) {
  std::vector<ContactId> meant;
  for (const auto& [id, state] : contacts_) {
    const bool was_inside =
        std::any_of(state.runs.begin(), state.runs.end(),
                    [&](const journeys::Run& run) { return run.journey == journey; });
    if (was_inside) meant.push_back(id);
  }
  for (const ContactId& id : meant) react(id, input);
}

Result<void> World::pause(const std::string& journey) {
  std::vector<reaction::DefinitionSource> sources = sources_;
  TRY(source, source_of(sources, journey));
  if (source->paused_since) return failure("already_paused", "the journey is paused already");
  source->paused_since = now_;
  source->resumed.reset();
  TRY(rules, compile(sources));
  take_up(std::move(sources), std::move(rules));
  return settle();
}

Result<void> World::resume(const std::string& journey, const journeys::Overdue& overdue) {
  std::vector<reaction::DefinitionSource> sources = sources_;
  TRY(source, source_of(sources, journey));
  if (!source->paused_since) return failure("not_paused", "the journey is not paused");
  source->resumed =
      journeys::Resumed{.paused_since = *source->paused_since, .at = now_, .overdue = overdue};
  source->paused_since.reset();
  const std::uint32_t number = source->number;
  TRY(rules, compile(sources));
  take_up(std::move(sources), std::move(rules));
  change_runs(number, reaction::ResumeInput{number});
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
