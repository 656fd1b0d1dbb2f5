// Who enters a journey, and how runs move.
#include <algorithm>

#include "base/json.h"
#include "domain/journeys/run_view.h"
#include "domain/journeys/trial.h"
#include "domain/reaction/entry.h"
#include "domain/reaction/hops.h"
#include "domain/reaction/reactor.h"

namespace sojourn::reaction {

using effects::Decision;
using effects::DecisionKind;
using journeys::RunState;

void Reactor::collect_event_entries(const events::Event& event) {
  for (const TriggerRef& ref : rules_.triggers_of_event(event.name)) {
    const journeys::Journey& journey = rules_.journeys()[ref.journey].journey;
    const segments::Did& did = std::get<journeys::EventTrigger>(journey.triggers[ref.trigger]).did;
    if (!did.match.matches(event)) continue;
    const std::optional<Span>& last = did.window.last;
    const bool outside = last && event.at <= window_start(now_, *last, view_.zone());
    if (outside) continue;
    if (!may_count(did)) continue;
    if (!segments::evaluate(segments::Condition{did}, view_, now_).value) continue;
    entries_.push_back({.journey = ref.journey,
                        .trigger = event.properties,
                        .origin = trigger_origin(ref.trigger),
                        .is_frequent = true});
  }
}

bool Reactor::may_count(const segments::Did& did) const {
  if (!awaits(did.fact)) return true;
  const bool grows = did.comparison == segments::Comparison::at_least ||
                     did.comparison == segments::Comparison::more_than;
  return grows && did.measure == segments::Measure::count;
}

void Reactor::collect_segment_entries(const SegmentRule& rule, bool entered) {
  for (const TriggerRef& ref : rule.triggers) {
    const auto& trigger = std::get<journeys::SegmentTrigger>(
        rules_.journeys()[ref.journey].journey.triggers[ref.trigger]);
    if (trigger.entered != entered) continue;
    entries_.push_back({.journey = ref.journey, .origin = trigger_origin(ref.trigger)});
  }
}

void Reactor::collect_attribute_entries(std::string_view name, const Value& before) {
  const Value* found = contact_.attributes.find(name);
  const Value after = found == nullptr ? Value() : *found;
  for (const TriggerRef& ref : rules_.triggers_of_attribute(name)) {
    const auto& trigger = std::get<journeys::AttributeTrigger>(
        rules_.journeys()[ref.journey].journey.triggers[ref.trigger]);
    const bool fits =
        (!trigger.from || *trigger.from == before) && (!trigger.to || *trigger.to == after);
    if (!fits) continue;
    Object data{{"attribute", name}, {"from", before}, {"to", after}};
    entries_.push_back({.journey = ref.journey,
                        .trigger = std::move(data),
                        .origin = trigger_origin(ref.trigger),
                        .is_frequent = true});
  }
}

void Reactor::collect_crossing_entries(const ScoreRuleSet& set, const scoring::Crossing& crossing) {
  for (const TriggerRef& ref : set.triggers) {
    const auto& trigger = std::get<journeys::ScoreTrigger>(
        rules_.journeys()[ref.journey].journey.triggers[ref.trigger]);
    const bool fits = trigger.threshold == crossing.threshold && trigger.up == crossing.up;
    if (!fits) continue;
    entries_.push_back({.journey = ref.journey, .origin = trigger_origin(ref.trigger)});
  }
}

bool Reactor::is_paused(const Run& run) const {
  const JourneyRule* rule = rules_.journey(run.journey);
  return rule != nullptr && rule->paused_since.has_value();
}

void Reactor::move_runs(const events::Event& event) {
  for (std::size_t i = 0; i < contact_.runs.size(); ++i) {
    Run& run = contact_.runs[i];
    const JourneyRule* rule = rules_.journey_of(run);
    if (rule == nullptr) continue;
    journeys::note_answer(rule->journey.key, run, event, now_, trail_);
    if (ends_run(*rule, run, event)) continue;
    if (run.state != RunState::active || quiet_) continue;
    if (is_paused(run)) {
      journeys::hold(rule->journey, run, event, now_);
    } else {
      journeys::notice(rule->journey, run, event, view_, now_, trail_);
    }
  }
}

bool Reactor::ends_run(const JourneyRule& rule, Run& run, const events::Event& event) {
  const journeys::Journey& journey = rule.journey;
  if (event.at < run.since) return false;
  const bool active = run.state == RunState::active;
  const std::optional<journeys::Goal>& goal = journey.goal;
  const bool in_time = goal && (!goal->within || event.at <= run.since + *goal->within);
  if (in_time && goal->event && journeys::is_awaited(*goal->event, run, event)) {
    if (active) {
      journeys::end(journey, run, RunState::goal, goal->event->match.event, now_, trail_);
      return true;
    }
    const bool counts = goal->within && !run.converted && run.state != RunState::goal &&
                        run.state != RunState::merged;
    if (!counts) return false;
    run.converted = true;
    Decision decision;
    decision.kind = DecisionKind::goal_reached;
    decision.at = now_;
    decision.definition = "journey";
    decision.key = journey.key;
    decision.version = run.version;
    decision.run = run.id;
    decision.outcome = journeys::to_string(run.state);
    decision.text = goal->event->match.event;
    decide(std::move(decision));
    journeys::succeed(journey.key, run, experiments::Measure::goal, now_, trail_);
    return false;
  }
  const bool exits = active && std::any_of(journey.exit_on.begin(), journey.exit_on.end(),
                                           [&](const journeys::AwaitedEvent& awaited) {
                                             return journeys::is_awaited(awaited, run, event);
                                           });
  if (exits) journeys::end(journey, run, RunState::exited, event.name, now_, trail_);
  return exits;
}

void Reactor::apply_exit_rules() {
  for (Run& run : contact_.runs) {
    if (run.state != RunState::active) continue;
    const JourneyRule* rule = rules_.journey_of(run);
    if (rule == nullptr) continue;
    const journeys::Journey& journey = rule->journey;
    const journeys::RunView view(view_, run);
    const auto holds = [&](const std::optional<segments::Condition>& condition) {
      return condition && segments::evaluate(*condition, view, now_).value;
    };
    const std::optional<journeys::Goal>& goal = journey.goal;
    const bool in_time = goal && (!goal->within || now_ <= run.since + *goal->within);
    if (in_time && holds(goal->when)) {
      journeys::end(journey, run, RunState::goal, "goal_condition", now_, trail_);
    } else if (holds(journey.exit_when)) {
      journeys::end(journey, run, RunState::exited, "exit_rule", now_, trail_);
    }
  }
}

Timestamp Reactor::next_due(const Run& run) const {
  const JourneyRule* rule = run.state == RunState::active ? rules_.journey_of(run) : nullptr;
  if (rule == nullptr) return Timestamp::never();
  const journeys::RunView view(view_, run);
  Timestamp due = Timestamp::never();
  if (!is_paused(run)) due = journeys::next_due(rule->journey, run, view, now_);
  const auto ask_again = [&](const std::optional<segments::Condition>& condition) {
    if (condition) due = std::min(due, segments::evaluate(*condition, view, now_).recheck);
  };
  ask_again(rule->journey.exit_when);
  if (rule->journey.goal) ask_again(rule->journey.goal->when);
  return due;
}

void Reactor::wake_runs() {
  for (std::size_t i = 0; i < contact_.runs.size(); ++i) {
    Run& run = contact_.runs[i];
    const JourneyRule* rule = run.state == RunState::active ? rules_.journey_of(run) : nullptr;
    if (rule == nullptr || is_paused(run)) continue;
    journeys::wake(rule->journey, run, view_, now_, trail_);
  }
}

void Reactor::leave_journeys() {
  for (const std::string& key : std::exchange(trail_.leaves, {})) {
    const JourneyRule* left = rules_.journey(key);
    if (left == nullptr) continue;
    for (Run& run : contact_.runs) {
      const bool is_meant = run.state == RunState::active && run.journey == left->number;
      if (!is_meant) continue;
      // The present version will do where the run's own is set aside: it only names the journey.
      const JourneyRule* followed = rules_.journey_of(run);
      const journeys::Journey& journey = (followed == nullptr ? left : followed)->journey;
      journeys::end(journey, run, RunState::exited, "left", now_, trail_);
    }
  }
}

EntryOrigin Reactor::entered_from(std::string_view journey) const {
  for (auto each = trail_.decisions.rbegin(); each != trail_.decisions.rend(); ++each) {
    if (each->kind != DecisionKind::step_passed) continue;
    const Run* run = run_of(each->run);
    const JourneyRule* rule = run == nullptr ? nullptr : rules_.journey_of(*run);
    const journeys::Step* step = rule == nullptr ? nullptr : rule->journey.find(each->step);
    const auto* entry =
        step == nullptr ? nullptr : std::get_if<journeys::EnterJourney>(&step->action);
    if (entry != nullptr && entry->journey == journey) return journey_origin(each->key);
  }
  return {};
}

void Reactor::settle() {
  for (int round = 0;; ++round) {
    update_rules();
    apply_exit_rules();
    const std::size_t before = trail_.decisions.size();
    // What time alone moves was moved at its instant; here conditions that runs wait for are asked.
    if (!quiet_) wake_runs();
    leave_journeys();
    const bool moved = trail_.decisions.size() != before;
    const bool has_entries = !entries_.empty() || !trail_.entries.empty();
    if (!moved && !has_entries && dirty_.empty()) break;
    if (round == rounds_max) {
      cut_loop();
      break;
    }
    for (const std::string& key : std::exchange(trail_.entries, {})) {
      const JourneyRule* rule = rules_.journey(key);
      if (rule == nullptr) continue;
      entries_.push_back({.journey = static_cast<std::size_t>(rule - rules_.journeys().data()),
                          .origin = entered_from(key)});
    }
    for (Entry& entry : std::exchange(entries_, {})) enter(std::move(entry));
  }
  if (arm_again_) arm_triggers();
}

void Reactor::cut_loop() {
  for (const std::string& key : std::exchange(trail_.entries, {})) {
    if (const JourneyRule* rule = rules_.journey(key)) record_refused_entry(*rule, "endless_loop");
  }
  for (const Entry& entry : std::exchange(entries_, {})) {
    record_refused_entry(rules_.journeys()[entry.journey], "endless_loop");
  }
}

void Reactor::enter(Entry entry) {
  if (quiet_) return;
  const JourneyRule& rule = rules_.journeys()[entry.journey];
  Run run;
  run.journey = rule.number;
  run.version = rule.journey.version;
  run.entered_at = now_;
  run.since = trail_.happened;
  run.trigger = std::move(entry.trigger);
  if (!rule.journey.key_by.empty()) {
    const Value* key = find_path(run.trigger, rule.journey.key_by);
    if (key != nullptr && !key->is_null()) run.key = to_json(*key);
  }
  const std::string_view refusal = entry_refusal(rule, contact_.runs, run, view_, now_);
  if (!refusal.empty()) {
    const bool by_limit = refusal == "too_many_runs";
    return record_refused_entry(rule, refusal, entry.is_frequent && !by_limit);
  }
  if (hops_ > hops_max) return record_refused_entry(rule, "endless_loop");
  run.id = journeys::run_id(contact_.id, ++contact_.run_sequence);
  const bool held_out = journeys::is_held_out(rule.journey, contact_.id);
  if (held_out) {
    run.state = RunState::held_out;
    run.ended_at = now_;
    record_refused_entry(rule, "holdout");
  }
  contact_.runs.push_back(std::move(run));
  // By index: the steps of this run may start others, which moves the list.
  const std::size_t place = contact_.runs.size() - 1;
  if (!held_out) {
    const std::size_t entered = trail_.decisions.size();
    journeys::start(rule.journey, contact_.runs[place], view_, now_, trail_);
    note_origin(rule.journey, entry.origin, trail_.decisions[entered]);
  }
  forget_old_runs();
}

void Reactor::record_refused_entry(const JourneyRule& rule, std::string_view refusal,
                                   bool only_counted) {
  Decision decision;
  decision.kind = DecisionKind::journey_not_entered;
  decision.at = now_;
  decision.definition = "journey";
  decision.key = rule.journey.key;
  decision.version = rule.journey.version;
  decision.outcome = refusal;
  decision.only_counted = only_counted;
  decide(std::move(decision));
}

void Reactor::forget_old_runs() {
  std::size_t ended = 0;
  for (const Run& run : contact_.runs) ended += run.state == RunState::active ? 0 : 1;
  for (auto run = contact_.runs.begin(); ended > ended_runs_max;) {
    // What a journey without re-entry asks for must stay known.
    const JourneyRule* rule = rules_.journey(run->journey);
    const bool needed = rule != nullptr ? rule->journey.reentry == journeys::Reentry::never
                                        : rules_.set_aside(run->journey) != nullptr;
    if (run->state == RunState::active || needed) {
      if (++run == contact_.runs.end()) return;
      continue;
    }
    run = contact_.runs.erase(run);
    --ended;
  }
}

}  // namespace sojourn::reaction
