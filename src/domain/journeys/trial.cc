#include "domain/journeys/trial.h"

#include <algorithm>

#include "domain/events/hit_mark.h"
#include "domain/events/standard_names.h"

namespace sojourn::journeys {
namespace {

using experiments::Measure;

void record_success(std::string_view journey, const Run& run, Trial& trial, Timestamp now,
                    Trail& trail) {
  trial.succeeded = true;
  effects::Decision decision;
  decision.kind = effects::DecisionKind::arm_succeeded;
  decision.at = now;
  decision.definition = "journey";
  decision.key = journey;
  decision.version = trial.version;
  decision.run = run.id;
  decision.step = trial.step;
  decision.outcome = trial.arm;
  decision.text = to_string(trial.measure);
  trail.decisions.push_back(std::move(decision));
}

std::string_view property_of(const events::Event& event, std::string_view name) {
  const Value* value = event.properties.find(name);
  const std::string* text = value == nullptr ? nullptr : value->as_string();
  return text == nullptr ? std::string_view() : std::string_view(*text);
}

/// Where the step stands among those that the run has reached; their number where it has not.
std::ptrdiff_t place_of(const Run& run, std::string_view step) {
  const auto found = std::find_if(run.visits.begin(), run.visits.end(),
                                  [&](const Run::Visits& visits) { return visits.step == step; });
  return found - run.visits.begin();
}

}  // namespace

void draw(Run& run, const Step& split, const GoTo& way, Trail& trail) {
  const bool again = std::any_of(run.trials.begin(), run.trials.end(),
                                 [&](const Trial& trial) { return trial.step == split.id; });
  if (again) return;
  run.trials.push_back({.step = split.id,
                        .arm = std::string(way.way),
                        .version = run.version,
                        .measure = *way.measured});
  trail.decisions.back().text = effects::drawn_for_experiment;
}

void succeed(std::string_view journey, Run& run, Measure measure, Timestamp now, Trail& trail) {
  for (Trial& trial : run.trials) {
    if (trial.succeeded || trial.measure != measure) continue;
    record_success(journey, run, trial, now, trail);
  }
}

void note_answer(std::string_view journey, Run& run, const events::Event& event, Timestamp now,
                 Trail& trail) {
  const bool clicked = event.name == events::names::link_clicked;
  if (!clicked && event.name != events::names::email_opened) return;
  const bool is_theirs =
      event.trust == events::Trust::system && property_of(event, "run") == std::to_string(run.id);
  if (!is_theirs || events::is_of_machine(event)) return;
  const Measure measure = clicked ? Measure::clicked : Measure::opened;
  const std::ptrdiff_t sent_at = place_of(run, property_of(event, "step"));
  for (Trial& trial : run.trials) {
    if (trial.succeeded || trial.measure != measure) continue;
    if (place_of(run, trial.step) < sent_at) record_success(journey, run, trial, now, trail);
  }
}

}  // namespace sojourn::journeys
