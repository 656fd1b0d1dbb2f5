#include "domain/reaction/react.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <tuple>

#include "domain/events/standard_names.h"
#include "domain/journeys/advance.h"
#include "domain/reaction/contact_view.h"
#include "domain/reaction/render.h"

namespace sojourn::reaction {
namespace {

using effects::Decision;
using effects::DecisionKind;
using journeys::Run;
using journeys::RunState;

/// Instants handled for one contact in one reaction; more would be a definition that wakes itself.
constexpr int instants_max = 10'000;

/// A journey that the contact may be about to enter.
struct Entry {
  std::size_t journey = 0;
  Object trigger = {};
};

class Reactor {
 public:
  Reactor(const Rules& rules, View view, Timestamp now)
      : rules_(rules),
        is_new_(view.is_new),
        contact_(std::move(view.contact)),
        until_(now),
        now_(now),
        view_(rules, contact_, *view.ledger, trail_.effects, now_) {}

  Reaction run(const Input& input) {
    if (is_new_) begin_contact(input);
    pass_due_instants();
    std::visit([&](const auto& each) { on(each); }, input);
    settle();
    return finish();
  }

 private:
  // Inputs

  void on(const EventInput& input) {
    const events::Event& event = input.logged.event;
    quiet_ = event.at < event.received_at - rules_.policies().late_event_horizon;
    trail_.happened = std::min(event.at, now_);
    link(input.links);
    write_attributes(event, input.may_write_protected);
    note_on_timeline({event.at, input.logged.position, event.name});
    contact_.first_seen = std::min(contact_.first_seen, event.received_at);
    contact_.last_seen = std::max(contact_.last_seen, event.received_at);
    if (event.trust == events::Trust::system) note_system_event(event);
    count_facts(event);
    add_score_points(event);
    update_segments();
    move_runs(event);
    collect_event_entries(event);
  }

  void on(const TimerInput&) {}

  void on(const LeaveInput& input) {
    const messages::Message& message = input.message;
    const policies::Proposal proposal{message.message_class, message.topic, message.key};
    policies::Answer answer =
        policies::decide(rules_.policies(), view_.consent(message.channel, message.address),
                         contact_.reservations, view_.zone(), proposal, now_);
    if (has_run_ended_early(message.run)) answer = {policies::Answer::Kind::skip, "run_ended"};
    const bool counts = message.message_class == messages::MessageClass::marketing;
    if (answer.kind == policies::Answer::Kind::allow) {
      if (counts) {
        policies::reserve(rules_.policies(), contact_.reservations, message.key, now_);
      }
    } else {
      record_held(message, answer);
    }
    leave_ = std::move(answer);
  }

  void on(const MergeInput& input) {
    const ContactState& loser = input.loser;
    Decision decision;
    decision.kind = DecisionKind::contact_merged;
    decision.at = now_;
    decision.text = contacts::format(loser.id);
    decide(std::move(decision));
    contact_.first_seen = std::min(contact_.first_seen, loser.first_seen);
    contact_.last_seen = std::max(contact_.last_seen, loser.last_seen);
    link(loser.identifiers);
    contact_.attributes.merge(loser.attributes);
    merge_facts(loser);
    merge_scores(loser);
    merge_runs(loser);
    merge_reservations(loser);
    for (const TimelineEntry& entry : loser.timeline) note_on_timeline(entry);
    mark_all_segments();
  }

  void on(const RulesInput&) {
    // New rules find whom they fit; they start nothing for what happened before them.
    quiet_ = true;
    std::erase_if(contact_.facts,
                  [&](const facts::FactState& state) { return rules_.fact(state.id) == nullptr; });
    std::erase_if(contact_.scores, [&](const scoring::ScoreState& state) {
      return rules_.score(state.score) == nullptr;
    });
    for (scoring::ScoreState& state : contact_.scores) update_thresholds(state);
    mark_all_segments();
  }

  // Contact changes

  void begin_contact(const Input& input) {
    Timestamp first = now_;
    if (const EventInput* event = std::get_if<EventInput>(&input)) {
      first = event->logged.event.received_at;
    }
    contact_.first_seen = first;
    contact_.last_seen = first;
    Decision decision;
    decision.kind = DecisionKind::contact_created;
    decision.at = now_;
    decide(std::move(decision));
    for (const std::size_t index : rules_.initial_segments()) dirty_.insert(index);
  }

  void link(const std::vector<contacts::Identifier>& links) {
    for (const contacts::Identifier& identifier : links) {
      if (contact_.has(identifier)) continue;
      if (contact_.identifiers.size() >= identifiers_max) return;
      contact_.identifiers.push_back(identifier);
    }
  }

  void write_attributes(const events::Event& event, bool may_write_protected) {
    if (event.type == events::EventType::group) return write_company(event);
    const Hash128 writer = keyed_hash(HashKey{}, {event.message_id});
    for (const auto& [name, value] : event.traits) {
      const bool is_protected = name == contacts::traits::email || name == contacts::traits::phone;
      if (is_protected && !may_write_protected) continue;
      write_attribute(name, value, event.at, writer);
    }
  }

  /// A group call says in which company the contact is (ARCHITECTURE 8: stored as a company).
  void write_company(const events::Event& event) {
    const Hash128 writer = keyed_hash(HashKey{}, {event.message_id});
    Object company;
    company.set("id", event.group_id);
    for (const auto& [name, value] : event.traits) company.set(name, value);
    write_attribute("company", company, event.at, writer);
  }

  void write_attribute(std::string_view name, const Value& value, Timestamp at,
                       const Hash128& writer) {
    if (!contact_.attributes.write(name, value, at, writer)) return;
    for (const std::size_t index : rules_.segments_of_attribute(name)) dirty_.insert(index);
  }

  void note_on_timeline(TimelineEntry entry) {
    const auto later = [](const TimelineEntry& a, const TimelineEntry& b) {
      return a.position < b.position;
    };
    const auto place =
        std::upper_bound(contact_.timeline.begin(), contact_.timeline.end(), entry, later);
    contact_.timeline.insert(place, std::move(entry));
  }

  void note_system_event(const events::Event& event) {
    namespace names = events::names;
    const auto text = [&](std::string_view property) {
      const Value* value = event.properties.find(property);
      const std::string* string = value == nullptr ? nullptr : value->as_string();
      return string == nullptr ? std::string() : *string;
    };
    const auto about_message = [&](DecisionKind kind, std::string outcome) {
      Decision decision;
      decision.kind = kind;
      decision.at = now_;
      decision.definition = "journey";
      decision.key = text("journey");
      decision.step = text("step");
      decision.message = text("key");
      decision.outcome = std::move(outcome);
      decision.text = text("reply");
      const std::string run = text("run");
      for (const Run& each : contact_.runs) {
        if (std::to_string(each.id) != run) continue;
        decision.run = each.id;
        decision.version = each.version;
      }
      decide(std::move(decision));
    };
    if (event.name == names::unsubscribed || event.name == names::subscribed) {
      const bool opts_in = event.name == names::subscribed;
      record_consent(event, text("channel"), text("address"), text("topic"),
                     opts_in ? "opted_in" : "opted_out", text("source"));
    } else if (event.name == names::email_sent) {
      about_message(DecisionKind::message_sent, "");
    } else if (event.name == names::message_failed || event.name == names::message_bounced) {
      about_message(DecisionKind::message_failed, text("reason"));
      const Value* suppress = event.properties.find("suppress");
      if (suppress != nullptr && *suppress == Value(true)) {
        record_consent(event, text("channel"), text("address"), "", "suppressed", "bounce");
      }
    } else if (event.name == names::message_deferred) {
      about_message(DecisionKind::message_retried, text("reason"));
    } else if (event.name == names::message_uncertain) {
      about_message(DecisionKind::message_uncertain, "");
    }
  }

  void record_consent(const events::Event& event, std::string channel, std::string address,
                      std::string topic, std::string state, std::string source) {
    if (address.empty()) address = view_.address(channel);
    if (address.empty()) return;
    Decision decision;
    decision.kind = DecisionKind::consent_changed;
    decision.at = now_;
    decision.outcome = state;
    decision.text = topic;
    decide(std::move(decision));
    trail_.effects.emplace_back(effects::RecordConsent{.channel = std::move(channel),
                                                       .address = std::move(address),
                                                       .topic = std::move(topic),
                                                       .state = std::move(state),
                                                       .at = event.at,
                                                       .source = std::move(source),
                                                       .evidence = event.message_id});
  }

  // Facts, scores, segments

  void count_facts(const events::Event& event) {
    for (const std::size_t index : rules_.facts_of(event.name)) {
      const FactRule& rule = rules_.facts()[index];
      if (!rule.definition.match.matches(event)) continue;
      fact_state(rule.id).add(event.at, rule.definition.keep);
      for (const std::size_t segment : rule.segments) dirty_.insert(segment);
    }
  }

  facts::FactState& fact_state(const facts::FactId& id) {
    for (facts::FactState& state : contact_.facts) {
      if (state.id == id) return state;
    }
    facts::FactState fresh;
    fresh.id = id;
    return contact_.facts.emplace_back(std::move(fresh));
  }

  void add_score_points(const events::Event& event) {
    for (const ScoreRuleRef& ref : rules_.score_rules_of(event.name)) {
      const ScoreRuleSet& set = rules_.scores()[ref.score];
      const scoring::ScoreRule& rule = set.score.rules[ref.rule];
      if (!rule.match.matches(event)) continue;
      scoring::ScoreState& state = score_state(set);
      scoring::add_points(set.score, state, rule, event.at, now_);
      for (const std::size_t segment : set.segments) dirty_.insert(segment);
      update_thresholds(state);
    }
  }

  scoring::ScoreState& score_state(const ScoreRuleSet& set) {
    for (scoring::ScoreState& state : contact_.scores) {
      if (state.score == set.number) return state;
    }
    scoring::ScoreState fresh;
    fresh.score = set.number;
    fresh.at = now_;
    return contact_.scores.emplace_back(std::move(fresh));
  }

  void update_thresholds(scoring::ScoreState& state) {
    const ScoreRuleSet* set = rules_.score(state.score);
    if (set == nullptr) return;
    for (const scoring::Crossing& crossing : scoring::update_thresholds(set->score, state, now_)) {
      Decision decision;
      decision.kind = crossing.up ? DecisionKind::score_crossed : DecisionKind::score_left;
      decision.at = now_;
      decision.definition = "score";
      decision.key = set->score.key;
      decision.version = set->version;
      decision.outcome = crossing.threshold;
      decision.text = fmt::format("{:.1f}", scoring::value_at(set->score, state, now_));
      decide(std::move(decision));
      for (const std::size_t segment : set->segments) dirty_.insert(segment);
      if (crossing.up) collect_crossing_entries(*set, crossing.threshold);
    }
  }

  void mark_all_segments() {
    for (std::size_t i = 0; i < rules_.segments().size(); ++i) dirty_.insert(i);
  }

  /// Evaluates what is marked, in topological order; a change marks those that read it, which all
  /// stand later.
  void update_segments() {
    while (!dirty_.empty()) {
      const std::size_t index = *dirty_.begin();
      dirty_.erase(dirty_.begin());
      update_segment(rules_.segments()[index]);
    }
  }

  void update_segment(const SegmentRule& rule) {
    const segments::Verdict verdict = segments::evaluate(rule.segment.condition, view_, now_);
    const auto held =
        std::find_if(contact_.memberships.begin(), contact_.memberships.end(),
                     [&](const segments::Membership& each) { return each.segment == rule.number; });
    const bool was_member = held != contact_.memberships.end() && held->member;
    const Timestamp since = was_member ? held->since : now_;
    if (verdict.value || verdict.recheck != Timestamp::never()) {
      const segments::Membership now_held{rule.number, verdict.value, since, verdict.recheck};
      if (held == contact_.memberships.end()) {
        contact_.memberships.push_back(now_held);
      } else {
        *held = now_held;
      }
    } else if (held != contact_.memberships.end()) {
      contact_.memberships.erase(held);
    }
    if (verdict.value == was_member) return;

    Decision decision;
    decision.kind = verdict.value ? DecisionKind::segment_entered : DecisionKind::segment_left;
    decision.at = now_;
    decision.definition = "segment";
    decision.key = rule.segment.key;
    decision.version = rule.version;
    decide(std::move(decision));
    for (const std::size_t reader : rule.segments) dirty_.insert(reader);
    collect_segment_entries(rule, verdict.value);
  }

  // Journeys

  /// Which journeys an event may start: the event matches, and the count in the window is reached.
  void collect_event_entries(const events::Event& event) {
    for (const std::size_t index : rules_.journeys_of(event.name)) {
      const journeys::Journey& journey = rules_.journeys()[index].journey;
      const segments::Did& did = std::get<journeys::EventTrigger>(journey.trigger).did;
      if (!did.match.matches(event)) continue;
      const bool outside = did.within && event.at <= now_ - *did.within;
      if (outside) continue;
      if (!segments::evaluate(segments::Condition{did}, view_, now_).value) continue;
      entries_.push_back({index, event.properties});
    }
  }

  void collect_segment_entries(const SegmentRule& rule, bool entered) {
    for (const std::size_t index : rule.journeys) {
      const auto& trigger =
          std::get<journeys::SegmentTrigger>(rules_.journeys()[index].journey.trigger);
      if (trigger.entered == entered) entries_.push_back({index});
    }
  }

  void collect_crossing_entries(const ScoreRuleSet& set, std::string_view threshold) {
    for (const std::size_t index : set.journeys) {
      const auto& trigger =
          std::get<journeys::ScoreTrigger>(rules_.journeys()[index].journey.trigger);
      if (trigger.threshold == threshold) entries_.push_back({index});
    }
  }

  /// Goal and waits of the contact's active runs. The goal ends a run at once (PRODUCT 4), and
  /// nothing that happened before what started the run can end it. (What happened after that, but
  /// before the run could begin, does: one call may bring a visit and the purchase that followed.)
  void move_runs(const events::Event& event) {
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

  void apply_exit_rules() {
    for (Run& run : contact_.runs) {
      if (run.state != RunState::active) continue;
      const JourneyRule* rule = rules_.journey(run.journey);
      if (rule == nullptr || !rule->journey.exit_when) continue;
      if (!segments::evaluate(*rule->journey.exit_when, view_, now_).value) continue;
      journeys::end(rule->journey, run, RunState::exited, "exit_rule", now_, trail_);
    }
  }

  void wake_runs() {
    for (std::size_t i = 0; i < contact_.runs.size(); ++i) {
      const JourneyRule* rule = rules_.journey(contact_.runs[i].journey);
      if (rule == nullptr) continue;
      journeys::wake(rule->journey, contact_.runs[i], view_, now_, trail_);
    }
  }

  /// Feeds back what steps and segments asked for, until nobody asks for more.
  void settle() {
    update_segments();
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
      update_segments();
      apply_exit_rules();
    }
  }

  void cut_loop() {
    for (const std::string& key : std::exchange(trail_.entries, {})) {
      if (const JourneyRule* rule = rules_.journey(key))
        record_refused_entry(*rule, "endless_loop");
    }
    for (const Entry& entry : std::exchange(entries_, {})) {
      record_refused_entry(rules_.journeys()[entry.journey], "endless_loop");
    }
  }

  void enter(Entry entry) {
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

  /// Why the contact may not enter; empty where it may.
  [[nodiscard]] std::string_view entry_refusal(const JourneyRule& rule) const {
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

  void record_refused_entry(const JourneyRule& rule, std::string_view refusal) {
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

  void forget_old_runs() {
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

  // Leave

  /// A run that a goal, an exit rule or a merge ended takes its waiting messages with it.
  [[nodiscard]] bool has_run_ended_early(std::uint64_t run_id) const {
    for (const Run& run : contact_.runs) {
      if (run.id == run_id) return run.state == RunState::goal || run.state == RunState::merged;
    }
    return false;
  }

  void record_held(const messages::Message& message, const policies::Answer& answer) {
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

  // Merge

  void merge_facts(const ContactState& loser) {
    for (const facts::FactState& theirs : loser.facts) {
      facts::FactState& mine = fact_state(theirs.id);
      const FactRule* rule = rules_.fact(theirs.id);
      mine = facts::combine(mine, theirs, rule == nullptr ? 0 : rule->definition.keep);
    }
  }

  void merge_scores(const ContactState& loser) {
    for (const scoring::ScoreState& theirs : loser.scores) {
      const ScoreRuleSet* set = rules_.score(theirs.score);
      if (set == nullptr) continue;
      scoring::ScoreState& mine = score_state(*set);
      mine = scoring::combine(set->score, std::move(mine), theirs);
      update_thresholds(mine);
    }
  }

  /// Per journey the earlier active run stays and its visits are the union; the other ends
  /// `merged` (PRODUCT 5).
  void merge_runs(const ContactState& loser) {
    for (const Run& theirs : loser.runs) {
      const auto mine =
          std::find_if(contact_.runs.begin(), contact_.runs.end(), [&](const Run& run) {
            return run.journey == theirs.journey && run.state == RunState::active &&
                   theirs.state == RunState::active;
          });
      if (mine == contact_.runs.end()) {
        contact_.runs.push_back(theirs);
        continue;
      }
      // By place: push_back may move the list.
      const auto place = static_cast<std::size_t>(mine - contact_.runs.begin());
      contact_.runs.push_back(theirs);
      Run& ours = contact_.runs[place];
      Run& other = contact_.runs.back();
      const bool ours_first =
          std::tie(ours.entered_at, ours.id) <= std::tie(other.entered_at, other.id);
      Run& stays = ours_first ? ours : other;
      Run& ends = ours_first ? other : ours;
      for (const Run::Visits& visits : ends.visits) {
        if (stays.visits_of(visits.step) == 0) stays.visits.push_back(visits);
      }
      const JourneyRule* rule = rules_.journey(ends.journey);
      if (rule != nullptr) {
        journeys::end(rule->journey, ends, RunState::merged, "merged", now_, trail_);
      }
    }
    std::sort(contact_.runs.begin(), contact_.runs.end(), [](const Run& a, const Run& b) {
      return std::tie(a.entered_at, a.id) < std::tie(b.entered_at, b.id);
    });
  }

  void merge_reservations(const ContactState& loser) {
    for (const policies::Reservation& place : loser.reservations) {
      const auto& mine = contact_.reservations;
      if (std::find(mine.begin(), mine.end(), place) == mine.end()) {
        contact_.reservations.push_back(place);
      }
    }
    std::sort(contact_.reservations.begin(), contact_.reservations.end(),
              [](const auto& a, const auto& b) {
                return std::tie(a.at, a.message) < std::tie(b.at, b.message);
              });
  }

  // Time

  /// What is due up to `until_` happens at its own instant, in order, before the input.
  void pass_due_instants() {
    // The wake that the last reaction asked for is an instant of its own: an exit rule is asked
    // from the present on, so next_due() alone would not see that it has become true meanwhile.
    Timestamp due = std::min(next_due(), contact_.wake);
    for (int instants = 0; instants < instants_max && due <= until_; ++instants) {
      now_ = due;
      trail_.happened = due;
      for (scoring::ScoreState& state : contact_.scores) update_thresholds(state);
      for (const segments::Membership& membership : contact_.memberships) {
        if (membership.recheck > now_) continue;
        const SegmentRule* rule = rules_.segment(membership.segment);
        if (rule != nullptr) {
          dirty_.insert(static_cast<std::size_t>(rule - rules_.segments().data()));
        }
      }
      update_segments();
      wake_runs();
      settle();
      due = next_due();
    }
    now_ = until_;
    trail_.happened = until_;
  }

  [[nodiscard]] Timestamp next_due() const {
    Timestamp due = Timestamp::never();
    for (const segments::Membership& membership : contact_.memberships) {
      if (rules_.segment(membership.segment) != nullptr) due = std::min(due, membership.recheck);
    }
    for (const scoring::ScoreState& state : contact_.scores) {
      const ScoreRuleSet* set = rules_.score(state.score);
      if (set != nullptr) due = std::min(due, scoring::next_crossing(set->score, state));
    }
    for (const Run& run : contact_.runs) {
      if (run.state != RunState::active) continue;
      const JourneyRule* rule = rules_.journey(run.journey);
      if (rule == nullptr) continue;
      due = std::min(due, run.wake);
      if (!rule->journey.exit_when) continue;
      const segments::Verdict verdict = segments::evaluate(*rule->journey.exit_when, view_, now_);
      due = std::min(due, verdict.recheck);
    }
    return due;
  }

  // Result

  void decide(Decision decision) { trail_.decisions.push_back(std::move(decision)); }

  /// Fills the contact's data into what the team is told: effects and their decisions stand in the
  /// same order.
  void render_notices() {
    auto decision = trail_.decisions.begin();
    for (effects::Effect& effect : trail_.effects) {
      auto* notice = std::get_if<effects::NotifyUser>(&effect);
      if (notice == nullptr) continue;
      notice->text = render_notice(contact_, notice->text, now_);
      decision = std::find_if(decision, trail_.decisions.end(), [](const Decision& each) {
        return each.kind == DecisionKind::user_notified;
      });
      if (decision == trail_.decisions.end()) return;
      decision->text = fmt::format("{}: {}", notice->user, notice->text);
      ++decision;
    }
  }

  Reaction finish() {
    render_notices();
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
    reaction.leave = std::move(leave_);
    reaction.contact = std::move(contact_);
    return reaction;
  }

  const Rules& rules_;
  const bool is_new_;
  ContactState contact_;
  const Timestamp until_;  ///< the caller's now
  Timestamp now_;          ///< the instant being handled, at most `until_`
  bool quiet_ = false;     ///< this input starts and moves no run
  journeys::Trail trail_;
  ContactView view_;
  std::set<std::size_t> dirty_;  ///< segments to evaluate, in topological order
  std::vector<Entry> entries_;
  std::optional<policies::Answer> leave_;
};

}  // namespace

Reaction react(const Rules& rules, View view, const Input& input, Timestamp now) {
  return Reactor(rules, std::move(view), now).run(input);
}

}  // namespace sojourn::reaction
