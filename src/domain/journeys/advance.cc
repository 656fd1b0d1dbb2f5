#include "domain/journeys/advance.h"

#include <algorithm>
#include <optional>

#include "domain/journeys/run_view.h"
#include "domain/journeys/trial.h"

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

void pass(const Journey& journey, const Run& run, const Step& step, std::string_view way,
          Timestamp now, Trail& trail) {
  Decision decision = about(journey, run, DecisionKind::step_passed, now);
  decision.step = step.id;
  decision.outcome = way;
  trail.decisions.push_back(std::move(decision));
}

/// Ends a run. `step` is where it was waiting; empty where it had passed its last.
void finish(const Journey& journey, Run& run, RunState state, std::string reason, std::string step,
            Timestamp now, Trail& trail) {
  run.state = state;
  run.ended_at = now;
  run.step.clear();
  run.held_way.clear();
  run.wake = Timestamp::never();
  Decision decision = about(journey, run, DecisionKind::run_ended, now);
  decision.step = std::move(step);
  decision.outcome = to_string(state);
  decision.text = std::move(reason);
  trail.decisions.push_back(std::move(decision));
  if (state == RunState::goal) succeed(journey.key, run, experiments::Measure::goal, now, trail);
}

/// A step that may wait was passed at once: it was reached all the same, and is counted so.
bool may_wait(const Step& step) {
  return std::holds_alternative<Wait>(step.action) || std::holds_alternative<WaitFor>(step.action);
}

void stay(Run& run, const Step& step, Timestamp until, const StepContext& context, Trail& trail) {
  run.step = step.id;
  run.wake = until;
  run.waits_since = std::min(trail.happened, context.now);
  run.wait_began = context.now;
  Decision decision = context.decision(DecisionKind::wait_started, "");
  decision.text = until == Timestamp::never() ? std::string() : format_timestamp(until);
  trail.decisions.push_back(std::move(decision));
}

/// Moves the run from the step of this id on until it must wait or has ended.
void go(const Journey& journey, Run& run, std::string_view step_id, StepView& view, Timestamp now,
        Trail& trail) {
  run.step.clear();
  run.held_way.clear();
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
                        .handling = journey.handling,
                        .visit = run.visit(step->id),
                        .now = now,
                        .effects = trail.effects,
                        .decisions = trail.decisions,
                        .entries = trail.entries,
                        .leaves = trail.leaves};
    const StepOutcome outcome = std::visit(
        [&](const auto& action) { return enter(action, step->next, context); }, step->action);
    if (const Stay* staying = std::get_if<Stay>(&outcome)) {
      return stay(run, *step, staying->until, context, trail);
    }
    const GoTo* on = std::get_if<GoTo>(&outcome);
    pass(journey, run, *step, on == nullptr ? std::string_view() : on->way, now, trail);
    if (may_wait(*step)) trail.decisions.back().text = effects::passed_at_once;
    if (on != nullptr && on->measured) draw(run, *step, *on, trail);
    if (const End* ending = std::get_if<End>(&outcome)) {
      return finish(journey, run, ending->state, ending->reason, "", now, trail);
    }
    const Step* skipped = on == nullptr ? journey.find(step->next) : nullptr;
    step_id = on != nullptr        ? on->next
              : skipped == nullptr ? std::string_view()
                                   : std::string_view(skipped->next);
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

/// Where the wait is over: by time, or by what happened during a pause.
GoTo way_after(const Step& step, const Run& run) {
  if (const auto* wait_for = std::get_if<WaitFor>(&step.action)) {
    const auto arm =
        std::find_if(wait_for->arms.begin(), wait_for->arms.end(), [&](const WaitFor::Arm& each) {
          return !run.held_way.empty() && each.name == run.held_way;
        });
    if (arm != wait_for->arms.end()) return {arm->next, arm->name};
    return {wait_for->otherwise, "otherwise"};
  }
  if (const auto* call = std::get_if<CallWebhook>(&step.action)) {
    return way_of_answer(*call, run.held_way);
  }
  return {step.next};
}

/// The way on that the event opens for a run that waits at the step; absent where it opens none.
/// What a webhook was answered stays with the run.
std::optional<GoTo> opened_by(const events::Event& event, const Step& step, Run& run) {
  if (const auto* call = std::get_if<CallWebhook>(&step.action)) {
    if (is_answer(run, event)) return take_answer(*call, run, event);
    return std::nullopt;
  }
  const WaitFor* wait_for = std::get_if<WaitFor>(&step.action);
  if (wait_for == nullptr || event.at < run.waits_since) return std::nullopt;
  const WaitFor::Arm* arm = awaiting(*wait_for, run, event);
  if (arm == nullptr) return std::nullopt;
  return GoTo{arm->next, arm->name};
}

void go_on(const Journey& journey, Run& run, const Step& step, const GoTo& on, StepView& view,
           Timestamp now, Trail& trail) {
  pass(journey, run, step, on.way, now, trail);
  go(journey, run, on.next, view, now, trail);
}

}  // namespace

void start(const Journey& journey, Run& run, StepView& view, Timestamp now, Trail& trail) {
  trail.decisions.push_back(about(journey, run, DecisionKind::journey_entered, now));
  go(journey, run, journey.entry, view, now, trail);
}

void wake(const Journey& journey, Run& run, StepView& view, Timestamp now, Trail& trail) {
  if (run.state != RunState::active) return;
  if (now >= run.wake) {
    const Step* step = waiting_step(journey, run, now, trail);
    if (step != nullptr) go_on(journey, run, *step, way_after(*step, run), view, now, trail);
    return;
  }
  const Step* step = journey.find(run.step);
  const WaitFor* wait_for = step == nullptr ? nullptr : std::get_if<WaitFor>(&step->action);
  if (wait_for == nullptr) return;
  const WaitFor::Arm* arm = awaited_condition(*wait_for, RunView(view.conditions(), run), now).arm;
  if (arm != nullptr) go_on(journey, run, *step, {arm->next, arm->name}, view, now, trail);
}

void notice(const Journey& journey, Run& run, const events::Event& event, StepView& view,
            Timestamp now, Trail& trail) {
  if (run.state != RunState::active) return;
  const Step* step = journey.find(run.step);
  if (step == nullptr) return;
  const std::optional<GoTo> way = opened_by(event, *step, run);
  if (way) go_on(journey, run, *step, *way, view, now, trail);
}

void hold(const Journey& journey, Run& run, const events::Event& event, Timestamp now) {
  if (run.state != RunState::active || !run.held_way.empty()) return;
  const Step* step = journey.find(run.step);
  if (step == nullptr) return;
  const std::optional<GoTo> way = opened_by(event, *step, run);
  if (!way) return;
  run.held_way = way->way;
  run.wake = now;
}

void move_to(const Journey& journey, Run& run, std::string_view step, StepView& view, Timestamp now,
             Trail& trail) {
  if (run.state != RunState::active) return;
  go(journey, run, step, view, now, trail);
}

void end(const Journey& journey, Run& run, RunState state, std::string reason, Timestamp now,
         Trail& trail) {
  if (run.state != RunState::active) return;
  trail.effects.emplace_back(
      effects::CancelMessages{.run = run.id, .reason = std::string(to_string(state))});
  finish(journey, run, state, std::move(reason), run.step, now, trail);
}

Timestamp next_due(const Journey& journey, const Run& run, const segments::ConditionView& view,
                   Timestamp now) {
  if (run.state != RunState::active) return Timestamp::never();
  const Step* step = journey.find(run.step);
  const WaitFor* wait_for = step == nullptr ? nullptr : std::get_if<WaitFor>(&step->action);
  if (wait_for == nullptr) return run.wake;
  return std::min(run.wake, awaited_condition(*wait_for, RunView(view, run), now).recheck);
}

}  // namespace sojourn::journeys
