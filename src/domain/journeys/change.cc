#include "domain/journeys/change.h"

#include <algorithm>

#include "domain/journeys/run_view.h"

namespace sojourn::journeys {
namespace {

/// When the wait at the step is over if it begins at `from`; absent for steps that do not wait for
/// a time of their own.
std::optional<Timestamp> wake_of(const Step& step, const Run& run, Timestamp from,
                                 const StepView& view) {
  const RunView contact(view.conditions(), run);
  const ContactWaitView wait_view(contact);
  if (const auto* wait = std::get_if<Wait>(&step.action)) {
    return end_of(wait->until, from, wait_view).at;
  }
  const auto* wait_for = std::get_if<WaitFor>(&step.action);
  if (wait_for == nullptr) return std::nullopt;
  if (!wait_for->at_most) return Timestamp::never();
  return end_of(*wait_for->at_most, from, wait_view).at;
}

void record_move(const Journey& present, const Journey& followed, const Run& run, Timestamp now,
                 Trail& trail) {
  effects::Decision decision;
  decision.kind = effects::DecisionKind::run_moved;
  decision.at = now;
  decision.definition = "journey";
  decision.key = present.key;
  decision.version = present.version;
  decision.run = run.id;
  decision.step = run.step;
  decision.text = std::to_string(followed.version);
  trail.decisions.push_back(std::move(decision));
}

void move(const Journey& present, const Journey& followed, Run& run, const Inside& inside,
          StepView& view, Timestamp now, Trail& trail) {
  const auto mapped = inside.steps.find(run.step);
  const bool is_mapped = mapped != inside.steps.end();
  if (is_mapped && mapped->second.empty()) {
    return end(followed, run, RunState::exited, "left_at_publish", now, trail);
  }
  const std::string target = is_mapped ? mapped->second : run.step;
  const Step* step = present.find(target);
  if (step == nullptr) return;
  record_move(present, followed, run, now, trail);
  if (target != run.step) return move_to(present, run, target, view, now, trail);
  run.version = present.version;
  if (inside.choice != Inside::Choice::replan) return;
  const std::optional<Timestamp> wake = wake_of(*step, run, run.wait_began, view);
  if (wake) run.wake = std::max(*wake, now);
}

}  // namespace

void publish(const Journey& present, const Journey& followed, Run& run, const Inside& inside,
             StepView& view, Timestamp now, Trail& trail) {
  if (run.state != RunState::active || run.version == present.version) return;
  switch (inside.choice) {
    case Inside::Choice::finish:
      return;
    case Inside::Choice::leave:
      return end(followed, run, RunState::exited, "left_at_publish", now, trail);
    case Inside::Choice::move:
    case Inside::Choice::replan:
      return move(present, followed, run, inside, view, now, trail);
  }
}

bool is_overdue(const Run& run, const Resumed& resumed) {
  return run.state == RunState::active && run.wake > resumed.paused_since && run.wake <= resumed.at;
}

void resume(const Journey& journey, Run& run, const Resumed& resumed, const StepView& view) {
  switch (resumed.overdue.choice) {
    case Overdue::Choice::send: {
      const double share = segments::random_percent(view.conditions().contact(), "spread") / 100;
      const auto spread = static_cast<double>(resumed.overdue.spread.ms);
      run.wake = resumed.at + Duration{1 + static_cast<std::int64_t>(share * spread)};
      return;
    }
    case Overdue::Choice::skip:
      return;
    case Overdue::Choice::replan: {
      const Step* step = journey.find(run.step);
      if (step == nullptr) return;
      const std::optional<Timestamp> wake = wake_of(*step, run, resumed.at, view);
      if (wake) run.wake = std::max(*wake, resumed.at + Duration{1});
      run.wait_began = resumed.at;
      return;
    }
  }
}

}  // namespace sojourn::journeys
