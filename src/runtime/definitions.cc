#include "runtime/definitions.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "runtime/backfill.h"
#include "runtime/definition_changes.h"
#include "runtime/inside_forecast.h"
#include "runtime/journey_versions.h"
#include "runtime/pictures.h"

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
                       .kind = definition.kind,
                       .key = definition.key,
                       .finishing = definition.archived});
  }
  return sources;
}

/// The zone that was given at set-up; rules take it where the workspace's definition names none.
Result<std::string> zone_of(store::StateReads& reads) {
  TRY(zone, reads.setting(settings::time_zone));
  return zone && !zone->empty() ? *zone : std::string("UTC");
}

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
    store::StateReads& reads, std::vector<reaction::DefinitionSource> sources,
    const reaction::FactGenerations& generations) {
  TRY(zone, zone_of(reads));
  // What is left are loops: they are cut when they happen.
  return reaction::Rules::compile_stored(sources, zone, generations,
                                         [](const auto&) { return true; })
      .rules;
}

/// Of definitions and versions: number and version.
using SetAsideNow = std::set<std::pair<std::uint32_t, int>>;

Result<SetAsideNow> set_aside_now(store::StateReads& reads) {
  TRY(rules, load_rules(reads));
  SetAsideNow now;
  for (const reaction::SetAside& each : rules->set_aside()) now.insert({each.number, each.version});
  return now;
}

/// Compiles what would be. Only where something is wrong is it asked what was wrong before: that
/// may stay as it is, where no file speaks of it.
Result<reaction::Rules::Compiled> compile_changes(store::StateReads& reads,
                                                  const DefinitionChanges& changes,
                                                  PreparedDefinitions& prepared,
                                                  const reaction::FactGenerations& generations) {
  reaction::Rules::Compiled compiled =
      reaction::Rules::compile(prepared.sources, prepared.time_zone, generations);
  if (compiled.problems.empty()) return compiled;
  TRY(known, set_aside_now(reads));
  if (known.empty()) return compiled;
  return reaction::Rules::compile_stored(
      prepared.sources, prepared.time_zone, generations,
      [&](const reaction::DefinitionSource& source) {
        const bool is_given = !source.superseded && changes.has_file({source.kind, source.key});
        return !is_given && known.contains({source.number, source.version});
      });
}

/// Versions that are set aside cannot be finished: those inside go on in the corrected one.
void move_from_set_aside(const reaction::Rules& rules, PreparedDefinitions& prepared) {
  for (const reaction::SetAside& each : rules.set_aside()) {
    const bool is_corrected =
        each.superseded &&
        std::any_of(prepared.changed.begin(), prepared.changed.end(), [&](const auto& record) {
          return record.number == each.number && !record.archived;
        });
    if (!is_corrected) continue;
    journeys::Inside& inside = prepared.inside[each.key];
    if (inside.choice == journeys::Inside::Choice::finish) {
      inside.choice = journeys::Inside::Choice::move;
    }
  }
}

DefinitionProblem problem_of(const reaction::Problem& problem) {
  return {problem.path, problem.line, problem.code, problem.message};
}

}  // namespace

std::vector<DefinitionSetAside> set_aside_in(const reaction::Rules& rules) {
  std::vector<DefinitionSetAside> all;
  for (const reaction::SetAside& each : rules.set_aside()) {
    DefinitionSetAside& aside = all.emplace_back();
    aside.kind = each.kind;
    aside.key = each.key;
    aside.version = each.version;
    for (const reaction::Problem& problem : each.problems) {
      aside.problems.push_back(problem_of(problem));
    }
  }
  return all;
}

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
  TRY(compiled, compile_changes(reads, changes, prepared, generations));
  for (const reaction::Problem& problem : compiled.problems) {
    prepared.plan.problems.push_back(problem_of(problem));
  }
  TRY(of_pictures, check_pictures(reads, prepared.changed, request.pictures));
  prepared.plan.problems.insert(prepared.plan.problems.end(), of_pictures.begin(),
                                of_pictures.end());
  prepared.plan.set_aside = set_aside_in(*compiled.rules);
  prepared.inside = request.inside;
  move_from_set_aside(*compiled.rules, prepared);
  if (prepared.plan.problems.empty()) {
    TRY_VOID(forecast_inside(reads, prepared.inside, *compiled.rules, prepared.plan));
  }
  if (prepared.plan.problems.empty()) prepared.rules = std::move(compiled.rules);
  return prepared;
}

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
      if (std::any_of(earlier.begin(), earlier.end(), known)) continue;
      if (!rules.is_set_aside(record.number, version)) return false;
    }
  }
  return true;
}

Result<std::shared_ptr<const reaction::Rules>> load_rules(store::StateReads& reads) {
  TRY(sources, stored_sources(reads));
  TRY(generations, read_generations(reads));
  return compiled(reads, sources, generations);
}

namespace {

constexpr std::string_view set_aside_setting = "definitions_set_aside";

/// `3/1,5/2`: numbers and versions.
std::string set_aside_text(const reaction::Rules& rules) {
  std::string text;
  for (const reaction::SetAside& each : rules.set_aside()) {
    text += fmt::format("{}{}/{}", text.empty() ? "" : ",", each.number, each.version);
  }
  return text;
}

}  // namespace

Result<void> note_set_aside(store::StateTransaction& transaction, const reaction::Rules& rules) {
  return transaction.put_setting(set_aside_setting, set_aside_text(rules));
}

Result<std::shared_ptr<const reaction::Rules>> rules_at_start(store::Store& store, Timestamp now) {
  {
    TRY(view, store.view());
    TRY(rules, load_rules(*view));
    TRY(generations, read_generations(*view));
    const bool knows_all =
        std::all_of(rules->facts().begin(), rules->facts().end(),
                    [&](const auto& fact) { return generations.known.contains(fact.id); });
    TRY(before, view->setting(set_aside_setting));
    const bool is_as_before = before.value_or("") == set_aside_text(*rules);
    if (knows_all && is_as_before) return rules;
  }
  TRY(transaction, store.begin());
  TRY(sources, stored_sources(*transaction));
  TRY(generations, read_generations(*transaction));
  ++generations.present;
  TRY(rules, compiled(*transaction, sources, generations));
  TRY(applied, transaction->applied());
  TRY_VOID(Backfill::publish(*transaction, *rules, applied, now));
  TRY_VOID(note_set_aside(*transaction, *rules));
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
