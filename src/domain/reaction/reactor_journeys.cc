// Who enters a journey, how runs move, and whether a message of one may leave.
#include "domain/reaction/reactor.h"

namespace sojourn::reaction {

using effects::Decision;
using effects::DecisionKind;
using journeys::Run;
using journeys::RunState;

void Reactor::collect_event_entries(const events::Event& event) {
  for (const std::size_t index : rules_.journeys_of(event.name)) {
    const journeys::Journey& journey = rules_.journeys()[index].journey;
    const segments::Did& did = std::get<journeys::EventTrigger>(journey.trigger).did;
    if (!did.match.matches(event)) continue;
    const std::optional<Span>& last = did.window.last;
    const bool outside = last && event.at <= window_start(now_, *last, view_.zone());
    if (outside) continue;
    if (!segments::evaluate(segments::Condition{did}, view_, now_).value) continue;
    entries_.push_back({index, event.properties});
  }
}

void Reactor::collect_segment_entries(const SegmentRule& rule, bool entered) {
  for (const std::size_t index : rule.journeys) {
    const auto& trigger =
        std::get<journeys::SegmentTrigger>(rules_.journeys()[index].journey.trigger);
    if (trigger.entered == entered) entries_.push_back({index});
  }
}

void Reactor::collect_crossing_entries(const ScoreRuleSet& set, std::string_view threshold) {
  for (const std::size_t index : set.journeys) {
    const auto& trigger =
        std::get<journeys::ScoreTrigger>(rules_.journeys()[index].journey.trigger);
    if (trigger.threshold == threshold) entries_.push_back({index});
  }
}

void Reactor::move_runs(const events::Event& event) {
  for (std::size_t i = 0; i < contact_.runs.size(); ++i) {
    if (contact_.runs[i].state != RunState::active) continue;
    const JourneyRule* rule = rules_.journey(contact_.runs[i].journey);
    if (rule == nullptr) continue;
    const journeys::Journey& journey = rule->journey;
    Run& run = contact_.runs[i];
    if (journey.goal && event.at >= run.since && journey.goal->matches(event)) {
      journeys::end(journey, run, RunState::goal, journey.goal->event, now_, trail_);
    } else if (!quiet_) {
      journeys::notice(journey, run, event, view_, now_, trail_);
    }
  }
}

void Reactor::apply_exit_rules() {
  for (Run& run : contact_.runs) {
    if (run.state != RunState::active) continue;
    const JourneyRule* rule = rules_.journey(run.journey);
    if (rule == nullptr || !rule->journey.exit_when) continue;
    if (!segments::evaluate(*rule->journey.exit_when, view_, now_).value) continue;
    journeys::end(rule->journey, run, RunState::exited, "exit_rule", now_, trail_);
  }
}

void Reactor::wake_runs() {
  for (std::size_t i = 0; i < contact_.runs.size(); ++i) {
    const JourneyRule* rule = rules_.journey(contact_.runs[i].journey);
    if (rule == nullptr) continue;
    journeys::wake(rule->journey, contact_.runs[i], view_, now_, trail_);
  }
}

void Reactor::settle() {
  update_rules();
  apply_exit_rules();
  for (int round = 0; !entries_.empty() || !trail_.entries.empty(); ++round) {
    if (round == rounds_max) {
      return cut_loop();
    }
    for (const std::string& key : std::exchange(trail_.entries, {})) {
      const JourneyRule* rule = rules_.journey(key);
      if (rule == nullptr) continue;
      entries_.push_back({static_cast<std::size_t>(rule - rules_.journeys().data())});
    }
    for (Entry& entry : std::exchange(entries_, {})) enter(std::move(entry));
    update_rules();
    apply_exit_rules();
  }
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
  const std::string_view refusal = entry_refusal(rule);
  if (!refusal.empty()) return record_refused_entry(rule, refusal);
  Run run;
  run.id = journeys::run_id(contact_.id, ++contact_.run_sequence);
  run.journey = rule.number;
  run.version = rule.journey.version;
  run.entered_at = now_;
  run.since = trail_.happened;
  run.trigger = std::move(entry.trigger);
  contact_.runs.push_back(std::move(run));
  // By index: the steps of this run may start others, which moves the list.
  const std::size_t place = contact_.runs.size() - 1;
  journeys::start(rule.journey, contact_.runs[place], view_, now_, trail_);
  forget_old_runs();
}

std::string_view Reactor::entry_refusal(const JourneyRule& rule) const {
  std::size_t active = 0;
  for (const Run& run : contact_.runs) {
    if (run.state == RunState::active) ++active;
    if (run.journey != rule.number) continue;
    if (run.state == RunState::active) return "already_inside";
    if (rule.journey.reentry == journeys::Reentry::never) return "was_inside";
    const bool too_soon = rule.journey.reentry == journeys::Reentry::after &&
                          now_ < run.entered_at + rule.journey.reentry_after;
    if (too_soon) return "entered_recently";
  }
  return active >= active_runs_max ? "too_many_runs" : "";
}

void Reactor::record_refused_entry(const JourneyRule& rule, std::string_view refusal) {
  // An event that comes again and again would fill the journal with the same line.
  const bool by_event = std::holds_alternative<journeys::EventTrigger>(rule.journey.trigger);
  const bool by_limit = refusal == "too_many_runs" || refusal == "endless_loop";
  if (by_event && !by_limit) return;
  Decision decision;
  decision.kind = DecisionKind::journey_not_entered;
  decision.at = now_;
  decision.definition = "journey";
  decision.key = rule.journey.key;
  decision.version = rule.journey.version;
  decision.outcome = refusal;
  decide(std::move(decision));
}

void Reactor::forget_old_runs() {
  std::size_t ended = 0;
  for (const Run& run : contact_.runs) ended += run.state == RunState::active ? 0 : 1;
  for (auto run = contact_.runs.begin(); ended > ended_runs_max;) {
    // What a journey without re-entry asks for must stay known.
    const JourneyRule* rule = rules_.journey(run->journey);
    const bool needed = rule != nullptr && rule->journey.reentry == journeys::Reentry::never;
    if (run->state == RunState::active || needed) {
      if (++run == contact_.runs.end()) return;
      continue;
    }
    run = contact_.runs.erase(run);
    --ended;
  }
}

bool Reactor::has_run_ended_early(std::uint64_t run_id) const {
  for (const Run& run : contact_.runs) {
    if (run.id == run_id) return run.state == RunState::goal || run.state == RunState::merged;
  }
  return false;
}

void Reactor::record_held(const messages::Message& message, const policies::Answer& answer) {
  const bool deferred = answer.kind == policies::Answer::Kind::defer;
  Decision decision;
  decision.kind = deferred ? DecisionKind::message_deferred : DecisionKind::message_skipped;
  decision.at = now_;
  decision.definition = "journey";
  decision.key = message.journey;
  decision.run = message.run;
  decision.step = message.step;
  decision.message = message.key;
  decision.outcome = answer.reason;
  decision.text = deferred ? format_timestamp(answer.until) : message.template_key;
  if (const JourneyRule* rule = rules_.journey(message.journey)) {
    decision.version = rule->journey.version;
  }
  decide(std::move(decision));
}

}  // namespace sojourn::reaction
