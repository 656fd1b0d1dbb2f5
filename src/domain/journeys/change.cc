#include "domain/journeys/change.h"

#include <algorithm>
#include <array>
#include <cstddef>

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

void record_move(const Journey& present, const Journey& followed, const Run& run,
                 std::string_view target, Timestamp now, Trail& trail) {
  effects::Decision decision;
  decision.kind = effects::DecisionKind::run_moved;
  decision.at = now;
  decision.definition = "journey";
  decision.key = present.key;
  decision.version = present.version;
  decision.run = run.id;
  decision.step = run.step;
  if (target != run.step) decision.outcome = target;
  decision.text = std::to_string(followed.version);
  trail.decisions.push_back(std::move(decision));
}

/// Goes on in the present version at `target`, which it has.
void move(const Journey& present, const Journey& followed, Run& run, const std::string& target,
          Inside::Choice choice, StepView& view, Timestamp now, Trail& trail) {
  record_move(present, followed, run, target, now, trail);
  if (target != run.step) return move_to(present, run, target, view, now, trail);
  run.version = present.version;
  if (choice != Inside::Choice::replan) return;
  const std::optional<Timestamp> wake = wake_of(*present.find(target), run, run.wait_began, view);
  if (wake) run.wake = std::max(*wake, now);
}

constexpr std::array<std::string_view, 4> inside_names = {"finish", "move", "replan", "leave"};
constexpr std::array<std::string_view, 3> overdue_names = {"send", "skip", "replan"};

template <typename Choice, std::size_t count>
std::optional<Choice> choice_of(const std::array<std::string_view, count>& names,
                                std::string_view text) {
  const auto found = std::find(names.begin(), names.end(), text);
  if (found == names.end()) return std::nullopt;
  return static_cast<Choice>(found - names.begin());
}

}  // namespace

std::string_view to_string(Inside::Choice choice) {
  return inside_names[static_cast<std::size_t>(choice)];
}
std::optional<Inside::Choice> inside_choice(std::string_view text) {
  return choice_of<Inside::Choice>(inside_names, text);
}
std::string_view to_string(Overdue::Choice choice) {
  return overdue_names[static_cast<std::size_t>(choice)];
}
std::optional<Overdue::Choice> overdue_choice(std::string_view text) {
  return choice_of<Overdue::Choice>(overdue_names, text);
}

Fate fate_of(const Journey& present, std::string_view step, const Inside& inside) {
  if (inside.choice == Inside::Choice::finish) return {Fate::Kind::stays, std::string(step)};
  if (inside.choice == Inside::Choice::leave) return {Fate::Kind::ends, ""};
  const auto mapped = inside.steps.find(step);
  const std::string_view target = mapped == inside.steps.end() ? step : mapped->second;
  if (target.empty()) return {Fate::Kind::ends, ""};
  if (present.find(target) == nullptr) return {Fate::Kind::stays, std::string(step)};
  return {Fate::Kind::goes_on, std::string(target)};
}

void publish(const Journey& present, const Journey& followed, Run& run, const Inside& inside,
             StepView& view, Timestamp now, Trail& trail) {
  if (run.state != RunState::active || run.version == present.version) return;
  const Fate fate = fate_of(present, run.step, inside);
  switch (fate.kind) {
    case Fate::Kind::stays:
      return;
    case Fate::Kind::ends:
      return end(followed, run, RunState::exited, "left_at_publish", now, trail);
    case Fate::Kind::goes_on:
      return move(present, followed, run, fate.step, inside.choice, view, now, trail);
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
