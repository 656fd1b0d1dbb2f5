#include "domain/reaction/react.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "domain/reaction/reactor.h"

namespace sojourn::reaction {
namespace {

/// Instants handled for one contact in one reaction; more would be a definition that wakes itself.
constexpr int instants_max = 10'000;

/// What an import brings, or takes back, starts and moves no run where it says `context.quiet`. A
/// public key cannot say so.
bool asks_for_quiet(const events::Event& event) {
  const Value* quiet = event.context.find("quiet");
  return quiet != nullptr && *quiet == Value(true) && event.trust != events::Trust::browser_key;
}

/// Whether a fact of its points has got what happened before it came into force.
bool has_past_now(const ScoreRuleSet& set, const Rules& rules, const Lacking* before,
                  const Lacking* now) {
  if (before == nullptr) return false;
  return std::any_of(set.points.begin(), set.points.end(), [&](const ScoreRuleSet::Points& points) {
    const facts::FactId& fact = rules.facts()[points.fact].id;
    return before->fact(fact) && (now == nullptr || !now->fact(fact));
  });
}

}  // namespace

using effects::Decision;
using effects::DecisionKind;
using journeys::RunState;

Reaction Reactor::run(const Input& input) {
  if (is_new_) {
    begin_contact(input);
    arm_triggers();
  }
  if (lacking_ != nullptr) forget_stale_facts();
  // First: what a pause held back is not to happen at the instant for which it was planned.
  take_up_overdue();
  pass_due_instants();
  std::visit([&](const auto& each) { on(each); }, input);
  settle();
  return finish();
}

void Reactor::on(const EventInput& input) {
  const events::Event& event = input.logged.event;
  const bool is_late = event.at < event.received_at - rules_.policies().late_event_horizon;
  quiet_ = is_history_ || is_late || asks_for_quiet(event);
  trail_.happened = std::min(event.at, now_);
  begin_cause(event);
  link(input.links);
  write_attributes(event, input.may_write_protected);
  note_on_timeline({event.at, input.logged.position, event.name});
  contact_.first_seen = std::min(contact_.first_seen, event.received_at);
  contact_.last_seen = std::max(contact_.last_seen, event.received_at);
  if (event.trust == events::Trust::system) note_system_event(event);
  if (event.trust == events::Trust::browser_key) note_privacy_control(event);
  if (event.trust != events::Trust::browser_key) note_request(event);
  count_facts(event);
  add_score_points(event);
  update_rules();
  move_runs(event);
  collect_event_entries(event);
}

void Reactor::on(const RulesInput& input) {
  // New rules find whom they fit; they start nothing for what happened before them.
  quiet_ = true;
  const Lacking* before = std::exchange(lacking_, input.lacking);
  contact_.generation = std::max(contact_.generation, input.generation);
  forget_stale_facts();
  for (const facts::FactState& each : input.history) join_history(each);
  std::erase_if(contact_.scores, [&](const scoring::ScoreState& state) {
    return rules_.score(state.score) == nullptr && rules_.set_aside(state.score) == nullptr;
  });
  for (const ScoreRuleSet& set : rules_.scores()) {
    if (!has_past_now(set, rules_, before, lacking_)) continue;
    const Place place = rules_.place_of(set);
    // What its conditions read may lack its history still.
    if (lacks(place)) {
      live_through(set);
    } else {
      with_past_.insert(place);
    }
  }
  for (scoring::ScoreState& state : contact_.scores) {
    const ScoreRuleSet* set = rules_.score(state.score);
    const bool is_asked = set != nullptr && !with_past_.contains(rules_.place_of(*set));
    if (is_asked) update_thresholds(state);
  }
  arm_triggers();
  mark_all();
}

void Reactor::join_history(const facts::FactState& before) {
  const FactRule* rule = rules_.fact(before.id);
  if (rule == nullptr || rule->generation != before.generation) return;
  facts::FactState& state = fact_state(*rule);
  if (!rule->definition.points) {
    state = facts::combine(state, before, rule->definition.keep);
    return;
  }
  facts::FactState past = before;
  std::sort(past.newest.begin(), past.newest.end());
  // live_through() looks at each.
  state = facts::combine(state, past, rule->definition, facts::keep_all);
}

void Reactor::on(const PublishInput& input) {
  const JourneyRule* present = rules_.journey(input.journey);
  if (present == nullptr) return leave_archived(input);
  for (std::size_t i = 0; i < contact_.runs.size(); ++i) {
    Run& run = contact_.runs[i];
    if (run.journey != input.journey) continue;
    if (const JourneyRule* followed = rules_.journey_of(run)) {
      journeys::publish(present->journey, followed->journey, run, input.inside, view_, now_,
                        trail_);
      continue;
    }
    // Its version is set aside and says nothing: what waits there waits on as the present one does.
    journeys::Journey unknown = present->journey;
    unknown.version = run.version;
    journeys::publish(present->journey, unknown, run, input.inside, view_, now_, trail_);
  }
}

void Reactor::leave_archived(const PublishInput& input) {
  if (input.inside.choice != journeys::Inside::Choice::leave) return;
  journeys::Journey gone;
  gone.key = input.key;
  for (Run& run : contact_.runs) {
    if (run.journey != input.journey) continue;
    journeys::end(gone, run, RunState::exited, "archived", now_, trail_);
  }
}

void Reactor::on(const ResumeInput& input) {
  const JourneyRule* rule = rules_.journey(input.journey);
  if (rule == nullptr || !rule->resumed) return;
  const journeys::Resumed& resumed = *rule->resumed;
  const bool skips = resumed.overdue.choice == journeys::Overdue::Choice::skip;
  // What asked for leave during the pause waits in the outbox without a time, also of runs that
  // have ended since.
  for (const Run& run : contact_.runs) {
    if (run.journey != input.journey) continue;
    if (skips) {
      trail_.effects.emplace_back(effects::CancelMessages{
          .run = run.id, .reason = "paused", .which = effects::CancelMessages::Which::held});
    } else {
      trail_.effects.emplace_back(effects::RescheduleMessages{
          .run = run.id, .due = journeys::goes_on_at(resumed, contact_.id, now_)});
    }
  }
}

void Reactor::take_up_overdue() {
  for (std::size_t i = 0; i < contact_.runs.size(); ++i) {
    Run& run = contact_.runs[i];
    const JourneyRule* present = rules_.journey(run.journey);
    const bool goes_on = present != nullptr && present->resumed && !present->paused_since;
    if (!goes_on || !journeys::is_overdue(run, *present->resumed)) continue;
    const JourneyRule* followed = rules_.journey_of(run);
    if (followed == nullptr) continue;
    const journeys::Resumed& resumed = *present->resumed;
    const journeys::Journey& journey = followed->journey;
    journeys::resume(journey, run, resumed, view_);
    if (!journeys::is_overdue(run, resumed)) continue;
    const bool skips = resumed.overdue.choice == journeys::Overdue::Choice::skip;
    view_.refuse_messages(skips ? "paused" : "");
    journeys::wake(journey, run, view_, now_, trail_);
    view_.refuse_messages("");
  }
}

void Reactor::pass_due_instants() {
  // The wake that the last reaction asked for is an instant of its own: an exit rule is asked
  // from the present on, so next_due() alone would not see that it has become true meanwhile.
  Timestamp due = std::min(next_due(), contact_.wake);
  for (int instants = 0; instants < instants_max && due <= until_; ++instants) {
    now_ = due;
    trail_.happened = due;
    for (scoring::ScoreState& state : contact_.scores) {
      const ScoreRuleSet* set = rules_.score(state.score);
      if (set != nullptr && state.recheck <= now_) dirty_.insert(rules_.place_of(*set));
      update_thresholds(state);
    }
    for (const segments::Membership& membership : contact_.memberships) {
      if (membership.recheck > now_) continue;
      const SegmentRule* rule = rules_.segment(membership.segment);
      if (rule != nullptr) dirty_.insert(rules_.place_of(*rule));
    }
    fire_timed_triggers();
    update_rules();
    wake_runs();
    settle();
    due = next_due();
  }
  now_ = until_;
  trail_.happened = until_;
}

Timestamp Reactor::next_due() const {
  Timestamp due = Timestamp::never();
  // What lacks its history is asked when that is there.
  for (const segments::Membership& membership : contact_.memberships) {
    const SegmentRule* rule = rules_.segment(membership.segment);
    if (rule == nullptr || lacks(rules_.place_of(*rule))) continue;
    due = std::min(due, membership.recheck);
  }
  for (const scoring::ScoreState& state : contact_.scores) {
    const ScoreRuleSet* set = rules_.score(state.score);
    if (set == nullptr) continue;
    if (lacks(rules_.place_of(*set))) continue;
    due = std::min({due, scoring::next_crossing(set->score, state), state.recheck});
  }
  for (const ArmedTrigger& armed : contact_.armed) due = std::min(due, armed.due);
  for (const Run& run : contact_.runs) due = std::min(due, next_due(run));
  return due;
}

Reaction Reactor::finish() {
  note_pending();
  pass_on_hops();
  Reaction reaction;
  if (contact_.timeline.size() > 2 * timeline_kept) {
    const auto end = contact_.timeline.begin() + static_cast<std::ptrdiff_t>(timeline_kept);
    reaction.timeline_overflow.assign(contact_.timeline.begin(), end);
    contact_.timeline.erase(contact_.timeline.begin(), end);
    ++contact_.timeline_chunks;
  }
  reaction.due = next_due();
  reaction.decisions = std::move(trail_.decisions);
  reaction.effects = std::move(trail_.effects);
  reaction.returned = std::move(returned_);
  reaction.leave = std::move(leave_);
  reaction.contact = std::move(contact_);
  return reaction;
}

Reaction react(const Rules& rules, View view, const Input& input, Timestamp now) {
  return Reactor(rules, std::move(view), now).run(input);
}

}  // namespace sojourn::reaction
