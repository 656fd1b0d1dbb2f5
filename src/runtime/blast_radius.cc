#include "runtime/blast_radius.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <utility>

#include "domain/definitions/yaml.h"
#include "domain/policies/guard.h"
#include "domain/simulation/backtest_rules.h"
#include "runtime/backtest.h"
#include "runtime/definitions.h"

namespace sojourn::runtime {
namespace {

using simulation::Count;
using simulation::Reach;

/// The busiest day of a journey as it was forecast when it was last published or touched.
std::string forecast_setting(const std::string& journey) {
  return "guard.forecast/" + journey;
}

/// Mails, topics, forms and the workspace's policies let nobody in.
bool lets_people_in(const store::DefinitionRecord& definition) {
  constexpr std::string_view others[] = {"template", "brand", "block", "asset",
                                         "catalog",  "topic", "form",  "workspace"};
  return std::ranges::find(others, definition.kind) == std::end(others);
}

/// What is known before the log is read.
struct Change {
  std::vector<std::string> journeys;  ///< touched
  std::map<std::string, Count> before;
  policies::Guard guard;
  std::uint64_t contacts = 0;
};

Result<Change> read_change(store::Store& store, const DefinitionRequest& request, Timestamp now) {
  Change change;
  TRY(view, store.view());
  TRY(prepared, prepare_definitions(*view, request, "", now));
  if (prepared.rules == nullptr) return change;
  std::vector<reaction::DefinitionName> changed;
  for (const store::DefinitionRecord& definition : prepared.changed) {
    if (lets_people_in(definition)) changed.push_back({definition.kind, definition.key});
  }
  change.journeys = simulation::journeys_reading(prepared.sources, changed);
  for (const std::string& journey : change.journeys) {
    TRY(setting, view->setting(forecast_setting(journey)));
    Count count = 0;
    if (!setting || setting->empty()) continue;
    std::from_chars(setting->data(), setting->data() + setting->size(), count);
    change.before[journey] = count;
  }
  for (const reaction::DefinitionSource& source : prepared.sources) {
    const auto name = reaction::read_definition_name(source.text);
    const auto document = definitions::parse_yaml(source.text);
    if (!name || !document || name->kind != "workspace") continue;
    TRY(guard, policies::read_guard(document->value));
    change.guard = guard;
  }
  TRY(contacts, view->contact_count());
  change.contacts = contacts;
  return change;
}

BlastRadius everybody(const Change& change) {
  BlastRadius radius;
  radius.complete = false;
  simulation::BacktestReport report;
  for (const std::string& journey : change.journeys) {
    simulation::JourneyForecast& forecast = report.journeys[journey];
    forecast.days[0].entered = change.contacts;
    forecast.entered = change.contacts;
    forecast.contacts = change.contacts;
  }
  radius.journeys = simulation::reach_of(report, change.journeys, change.before, change.guard);
  return radius;
}

}  // namespace

Count BlastRadius::reach_to_confirm() const {
  Count reach = 0;
  for (const Reach& each : journeys) {
    if (each.exceeds()) reach = std::max(reach, each.busiest_day);
  }
  return reach;
}

Result<BlastRadius> forecast_blast_radius(store::Store& store, const HashKey& master_key,
                                          const DefinitionRequest& definitions, Timestamp now,
                                          const KeepGoing& keep_going) {
  TRY(change, read_change(store, definitions, now));
  BlastRadius radius;
  if (change.journeys.empty()) return radius;
  BacktestRequest request{.journey = change.journeys.front(),
                          .since = now - blast_radius_window,
                          .until = now,
                          .with = change.journeys,
                          .definitions = definitions};
  const Result<BacktestAnswer> answer =
      run_backtest(store, master_key, request, [&](double) { return keep_going(); });
  if (!answer) {
    const bool too_much =
        answer.error().code == "cancelled" || answer.error().code == "backtest_too_large";
    if (too_much) return everybody(change);
    return tl::unexpected(answer.error());
  }
  radius.journeys =
      simulation::reach_of(answer->report, change.journeys, change.before, change.guard);
  return radius;
}

Result<void> keep_forecast(store::StateTransaction& transaction, const BlastRadius& radius) {
  if (!radius.complete) return {};
  for (const Reach& reach : radius.journeys) {
    TRY_VOID(transaction.put_setting(forecast_setting(reach.journey),
                                     std::to_string(reach.busiest_day)));
  }
  return {};
}

}  // namespace sojourn::runtime
