#include "domain/journeys/change.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "domain/journeys/carry_over.h"
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

/// A decision about the run in the present version.
effects::Decision about(const Journey& present, const Run& run, effects::DecisionKind kind,
                        Timestamp now) {
  effects::Decision decision;
  decision.kind = kind;
  decision.at = now;
  decision.definition = "journey";
  decision.key = present.key;
  decision.version = present.version;
  decision.run = run.id;
  decision.step = run.step;
  return decision;
}

/// `elsewhere`: the step where it goes on; empty: it waits on where it is.
void record_move(const Journey& present, const Journey& followed, const Run& run,
                 std::string_view elsewhere, Timestamp now, Trail& trail) {
  effects::Decision decision = about(present, run, effects::DecisionKind::run_moved, now);
  decision.outcome = elsewhere;
  decision.text = std::to_string(followed.version);
  trail.decisions.push_back(std::move(decision));
}

/// A wait that goes on under another name.
void record_wait(const Journey& present, const Run& run, Timestamp now, Trail& trail) {
  effects::Decision decision = about(present, run, effects::DecisionKind::wait_started, now);
  if (run.wake != Timestamp::never()) decision.text = format_timestamp(run.wake);
  trail.decisions.push_back(std::move(decision));
}

/// Goes on in the present version at `target`, which it has.
void move(const Journey& present, const Journey& followed, Run& run, const std::string& target,
          Inside::Choice choice, StepView& view, Timestamp now, Trail& trail) {
  const Step& step = *present.find(target);
  const bool waits_on = carries_over(followed.find(run.step), step);
  const bool is_renamed = target != run.step;
  const bool is_same = waits_on && !is_renamed;
  record_move(present, followed, run, is_same ? std::string_view() : target, now, trail);
  if (!waits_on) return move_to(present, run, target, view, now, trail);
  if (is_renamed) run.visit(target);
  run.step = target;
  run.version = present.version;
  if (choice == Inside::Choice::replan && run.held_way.empty()) {
    const std::optional<Timestamp> wake = wake_of(step, run, run.wait_began, view);
    if (wake) run.wake = std::max(*wake, now);
  }
  if (is_renamed) record_wait(present, run, now, trail);
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

bool carries_over(const Step* from, const Step& to) {
  if (from == nullptr || from->action.index() != to.action.index()) return false;
  return from->id == to.id || std::holds_alternative<Wait>(to.action) ||
         std::holds_alternative<WaitFor>(to.action);
}

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
  return run.state == RunState::active && run.wake <= resumed.at;
}

Timestamp goes_on_at(const Resumed& resumed, const contacts::ContactId& contact, Timestamp now) {
  const Overdue& overdue = resumed.overdue;
  if (overdue.choice != Overdue::Choice::send || overdue.spread.ms <= 0) return now;
  const double share = segments::random_percent(contact, "spread") / 100;
  const auto spread = static_cast<double>(overdue.spread.ms);
  return std::max(now, resumed.at + Duration{1 + static_cast<std::int64_t>(share * spread)});
}

void resume(const Journey& journey, Run& run, const Resumed& resumed, const StepView& view) {
  switch (resumed.overdue.choice) {
    case Overdue::Choice::send:
      run.wake = goes_on_at(resumed, view.conditions().contact(), run.wake);
      return;
    case Overdue::Choice::skip:
      return;
    case Overdue::Choice::replan: {
      const Step* step = journey.find(run.step);
      // What opened a way on has happened: there is nothing to wait for again.
      if (step == nullptr || !run.held_way.empty()) return;
      const std::optional<Timestamp> wake = wake_of(*step, run, resumed.at, view);
      if (wake) run.wake = *wake;
      run.wait_began = resumed.at;
      return;
    }
  }
}

}  // namespace sojourn::journeys
