#include "runtime/definitions.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "runtime/backfill.h"
#include "runtime/definition_changes.h"
#include "runtime/inside_forecast.h"
#include "runtime/journey_versions.h"

namespace sojourn::runtime {
namespace {

using Place = DefinitionChanges::Place;

/// Numbers of the journeys that are archived now, with those inside finishing.
std::set<std::uint32_t> finishing_from_now(const std::vector<store::DefinitionRecord>& changed,
                                           const DefinitionRequest& request) {
  std::set<std::uint32_t> numbers;
  for (const store::DefinitionRecord& record : changed) {
    if (record.kind != "journey" || !record.archived) continue;
    const auto chosen = request.inside.find(record.key);
    const bool finishes =
        chosen != request.inside.end() && chosen->second.choice == journeys::Inside::Choice::finish;
    if (finishes) numbers.insert(record.number);
  }
  return numbers;
}

/// What is archived is out of force, but for a journey in which somebody is yet to finish.
Result<bool> is_in_force(store::StateReads& reads, const store::DefinitionRecord& definition,
                         const std::set<std::uint32_t>& finishing) {
  if (!definition.archived) return true;
  if (definition.kind != "journey") return false;
  TRY(noted, is_finishing(reads, definition.number));
  if (!noted && !finishing.contains(definition.number)) return false;
  TRY(inside, inside_by_version(reads, definition.key));
  return !inside.empty();
}

Result<std::vector<reaction::DefinitionSource>> sources_of(
    store::StateReads& reads, const std::map<Place, store::DefinitionRecord>& definitions,
    const std::set<std::uint32_t>& finishing) {
  std::vector<reaction::DefinitionSource> sources;
  for (const auto& [place, definition] : definitions) {
    TRY(in_force, is_in_force(reads, definition, finishing));
    if (!in_force) continue;
    sources.push_back({.path = definition.path,
                       .text = definition.source,
                       .number = definition.number,
                       .version = definition.version,
                       .finishing = definition.archived});
  }
  return sources;
}

/// The zone that was given at set-up; rules take it where the workspace's definition names none.
Result<std::string> zone_of(store::StateReads& reads) {
  TRY(zone, reads.setting(settings::time_zone));
  return zone && !zone->empty() ? *zone : std::string("UTC");
}

}  // namespace

bool is_definition_file(std::string_view path) {
  return path.ends_with(".yaml") || path.ends_with(".yml");
}

Result<PreparedDefinitions> prepare_definitions(store::StateReads& reads,
                                                const DefinitionRequest& request,
                                                const std::string& actor, Timestamp now) {
  DefinitionChanges changes(request, actor, now);
  TRY_VOID(changes.find(reads));
  PreparedDefinitions prepared;
  prepared.plan = changes.take_plan();
  prepared.changed = changes.take_changed();
  TRY(zone, zone_of(reads));
  TRY(generations, read_generations(reads));
  ++generations.present;
  TRY(sources,
      sources_of(reads, changes.definitions(), finishing_from_now(prepared.changed, request)));
  prepared.sources = std::move(sources);
  TRY_VOID(complete_journeys(reads, prepared.sources));
  prepared.time_zone = zone;
  reaction::Rules::Compiled compiled =
      reaction::Rules::compile(prepared.sources, zone, generations);
  for (reaction::Problem& problem : compiled.problems) {
    prepared.plan.problems.push_back(
        {problem.path, problem.line, std::move(problem.code), std::move(problem.message)});
  }
  if (prepared.plan.problems.empty()) {
    TRY_VOID(forecast_inside(reads, request, *compiled.rules, prepared.plan));
  }
  if (prepared.plan.problems.empty()) prepared.rules = std::move(compiled.rules);
  return prepared;
}

namespace {

Result<std::vector<reaction::DefinitionSource>> stored_sources(store::StateReads& reads) {
  TRY(stored, reads.definitions());
  std::map<Place, store::DefinitionRecord> definitions;
  for (store::DefinitionRecord& definition : stored) {
    definitions[{definition.kind, definition.key}] = std::move(definition);
  }
  TRY(sources, sources_of(reads, definitions, {}));
  TRY_VOID(complete_journeys(reads, sources));
  return sources;
}

Result<std::shared_ptr<const reaction::Rules>> compiled(
    store::StateReads& reads, const std::vector<reaction::DefinitionSource>& sources,
    const reaction::FactGenerations& generations) {
  TRY(zone, zone_of(reads));
  reaction::Rules::Compiled rules = reaction::Rules::compile(sources, zone, generations);
  // What stands in the store was in force: a loop is cut when it happens, and must not keep the
  // server from starting, since it is mended there.
  const auto damage =
      std::find_if(rules.problems.begin(), rules.problems.end(),
                   [](const reaction::Problem& each) { return each.code != "loop_without_wait"; });
  if (damage != rules.problems.end()) {
    return failure("damaged_definition", fmt::format("{}: {}", damage->path, damage->message));
  }
  return std::move(rules.rules);
}

}  // namespace

Result<bool> knows_all_followed(store::StateReads& reads, const reaction::Rules& rules,
                                const std::vector<store::DefinitionRecord>& changed) {
  for (const store::DefinitionRecord& record : changed) {
    if (record.kind != "journey") continue;
    TRY(inside, inside_by_version(reads, record.key));
    for (const auto& [version, count] : inside) {
      const auto known = [&, version = version](const reaction::JourneyRule& rule) {
        return rule.number == record.number && rule.journey.version == version;
      };
      const auto& earlier = rules.superseded_journeys();
      if (!std::any_of(earlier.begin(), earlier.end(), known)) return false;
    }
  }
  return true;
}

Result<std::shared_ptr<const reaction::Rules>> load_rules(store::StateReads& reads) {
  TRY(sources, stored_sources(reads));
  TRY(generations, read_generations(reads));
  return compiled(reads, sources, generations);
}

Result<std::shared_ptr<const reaction::Rules>> rules_at_start(store::Store& store, Timestamp now) {
  {
    TRY(view, store.view());
    TRY(rules, load_rules(*view));
    TRY(generations, read_generations(*view));
    const bool knows_all =
        std::all_of(rules->facts().begin(), rules->facts().end(),
                    [&](const auto& fact) { return generations.known.contains(fact.id); });
    if (knows_all) return rules;
  }
  TRY(transaction, store.begin());
  TRY(sources, stored_sources(*transaction));
  TRY(generations, read_generations(*transaction));
  ++generations.present;
  TRY(rules, compiled(*transaction, sources, generations));
  TRY(applied, transaction->applied());
  TRY_VOID(Backfill::publish(*transaction, *rules, applied, now));
  TRY_VOID(transaction->commit());
  return rules;
}

Result<std::shared_ptr<const reaction::Rules>> rules_with_pause(store::StateReads& reads,
                                                                std::uint32_t journey,
                                                                const JourneyPause& pause) {
  TRY(sources, stored_sources(reads));
  for (reaction::DefinitionSource& source : sources) {
    if (source.number != journey || source.superseded) continue;
    source.paused_since = pause.paused_since;
    source.resumed = pause.resumed;
  }
  TRY(generations, read_generations(reads));
  ++generations.present;
  return compiled(reads, sources, generations);
}

}  // namespace sojourn::runtime
