#include "domain/journeys/advance.h"

#include <algorithm>

namespace sojourn::journeys {
namespace {

using effects::Decision;
using effects::DecisionKind;

Decision about(const Journey& journey, const Run& run, DecisionKind kind, Timestamp now) {
  Decision decision;
  decision.kind = kind;
  decision.at = now;
  decision.definition = "journey";
  decision.key = journey.key;
  decision.version = run.version;
  decision.run = run.id;
  return decision;
}

void pass(const Journey& journey, const Run& run, const Step& step, Timestamp now, Trail& trail) {
  Decision decision = about(journey, run, DecisionKind::step_passed, now);
  decision.step = step.id;
  trail.decisions.push_back(std::move(decision));
}

/// Ends a run. `step` is where it was waiting; empty where it had passed its last.
void finish(const Journey& journey, Run& run, RunState state, std::string reason, std::string step,
            Timestamp now, Trail& trail) {
  run.state = state;
  run.ended_at = now;
  run.step.clear();
  run.wake = Timestamp::never();
  Decision decision = about(journey, run, DecisionKind::run_ended, now);
  decision.step = std::move(step);
  decision.outcome = to_string(state);
  decision.text = std::move(reason);
  trail.decisions.push_back(std::move(decision));
}

/// Moves the run from the step of this id on until it must wait or has ended.
void go(const Journey& journey, Run& run, std::string_view step_id, const StepView& view,
        Timestamp now, Trail& trail) {
  run.step.clear();
  run.wake = Timestamp::never();
  run.version = journey.version;
  for (std::size_t passed = 0; passed <= steps_per_advance_max; ++passed) {
    const Step* step = journey.find(step_id);
    if (step == nullptr) {
      return finish(journey, run, RunState::completed, "", "", now, trail);
    }
    StepContext context{.view = view,
                        .run = run,
                        .journey = journey.key,
                        .step = step->id,
                        .visit = run.visit(step->id),
                        .now = now,
                        .effects = trail.effects,
                        .decisions = trail.decisions,
                        .entries = trail.entries};
    const StepOutcome outcome = std::visit(
        [&](const auto& action) { return enter(action, step->next, context); }, step->action);
    if (const Stay* stay = std::get_if<Stay>(&outcome)) {
      run.step = step->id;
      run.wake = stay->until;
      run.waits_since = std::min(trail.happened, now);
      Decision decision = context.decision(DecisionKind::wait_started, "");
      decision.text = format_timestamp(stay->until);
      trail.decisions.push_back(std::move(decision));
      return;
    }
    pass(journey, run, *step, now, trail);
    if (const End* ending = std::get_if<End>(&outcome)) {
      return finish(journey, run, ending->state, ending->reason, "", now, trail);
    }
    step_id = std::get<GoTo>(outcome).next;
  }
  finish(journey, run, RunState::exited, "endless_loop", "", now, trail);
}

/// The step at which the run waits; where an edit has removed it, the run ends.
const Step* waiting_step(const Journey& journey, Run& run, Timestamp now, Trail& trail) {
  const Step* step = journey.find(run.step);
  if (step == nullptr) {
    end(journey, run, RunState::exited, "step_removed", now, trail);
  }
  return step;
}

}  // namespace

void start(const Journey& journey, Run& run, const StepView& view, Timestamp now, Trail& trail) {
  trail.decisions.push_back(about(journey, run, DecisionKind::journey_entered, now));
  go(journey, run, journey.entry, view, now, trail);
}

void wake(const Journey& journey, Run& run, const StepView& view, Timestamp now, Trail& trail) {
  if (run.state != RunState::active || now < run.wake) return;
  const Step* step = waiting_step(journey, run, now, trail);
  if (step == nullptr) return;
  const WaitFor* wait_for = std::get_if<WaitFor>(&step->action);
  pass(journey, run, *step, now, trail);
  go(journey, run, wait_for == nullptr ? step->next : wait_for->otherwise, view, now, trail);
}

void notice(const Journey& journey, Run& run, const events::Event& event, const StepView& view,
            Timestamp now, Trail& trail) {
  if (run.state != RunState::active) return;
  const Step* step = journey.find(run.step);
  const WaitFor* wait_for = step == nullptr ? nullptr : std::get_if<WaitFor>(&step->action);
  if (wait_for == nullptr || !is_awaited(*wait_for, run, event)) return;
  if (event.at < run.waits_since) return;
  pass(journey, run, *step, now, trail);
  go(journey, run, wait_for->then, view, now, trail);
}

void end(const Journey& journey, Run& run, RunState state, std::string reason, Timestamp now,
         Trail& trail) {
  if (run.state != RunState::active) return;
  trail.effects.emplace_back(
      effects::CancelMessages{.run = run.id, .reason = std::string(to_string(state))});
  finish(journey, run, state, std::move(reason), run.step, now, trail);
}

}  // namespace sojourn::journeys
