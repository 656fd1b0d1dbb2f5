#pragma once

/// The reaction while it is being made: one contact, one input, one instant at a time. Internal to
/// react(); its files are react.cc (inputs, time, result), reactor_contact.cc, reactor_segments.cc,
/// reactor_timed.cc, reactor_journeys.cc, reactor_messages.cc, reactor_campaigns.cc,
/// reactor_returns.cc, reactor_merge.cc and reactor_hops.cc.

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "domain/effects/decision.h"
#include "domain/journeys/advance.h"
#include "domain/journeys/change.h"
#include "domain/reaction/contact_view.h"
#include "domain/reaction/entry.h"
#include "domain/reaction/react.h"

namespace sojourn::reaction {

/// Whether a failure or a bounce says that the address takes no mail ever again.
[[nodiscard]] bool says_dead(const events::Event& event);

class Reactor {
  using Run = journeys::Run;

 public:
  Reactor(const Rules& rules, View view, Timestamp now)
      : rules_(rules),
        is_new_(view.is_new),
        is_history_(view.is_history),
        lacking_(view.lacking),
        returned_(std::move(view.returned)),
        soft_bounces_(view.soft_bounces),
        contact_(std::move(view.contact)),
        until_(now),
        now_(now),
        quiet_(view.is_history),
        view_(rules, contact_, *view.ledger, trail_.effects, now_,
              [this](const journeys::ContactChange& change, const std::string& event_id,
                     Timestamp at) { carry_out(change, event_id, at); }) {}

  Reaction run(const Input& input);

 private:
  /// A journey that the contact may be about to enter.
  struct Entry {
    std::size_t journey = 0;
    Object trigger = {};
    EntryOrigin origin = {};
    /// A refusal is only counted: what fires comes again and again, and would fill the journal.
    bool is_frequent = false;
  };

  // Inputs
  void on(const EventInput& input);
  void on(const TimerInput&) {}
  void on(const LeaveInput& input);
  void on(const MergeInput& input);
  void on(const RulesInput& input);
  void join_history(const facts::FactState& before);
  void on(const PublishInput& input);
  void leave_archived(const PublishInput& input);
  void on(const ResumeInput& input);
  void on(const CampaignInput& input);

  // Contact changes
  void begin_contact(const Input& input);
  void link(const std::vector<contacts::Identifier>& links);
  void write_attributes(const events::Event& event, bool may_write_protected);
  /// A group call says in which company the contact is (ARCHITECTURE 8: stored as a company).
  void write_company(const events::Event& event);
  void write_attribute(std::string_view name, const Value& value, Timestamp at,
                       const Hash128& writer);
  /// What a journey's step changes; the event that logs it comes later and changes nothing more.
  void carry_out(const journeys::ContactChange& change, const std::string& event_id, Timestamp at);
  /// Lists, points and entries that somebody asked for by an event.
  void note_request(const events::Event& event);
  /// Into the outbox, as the policies have answered.
  void queue(messages::Message message, const policies::Answer& answer, int version,
             std::string content = {});
  /// Queues the message that a `Message Requested` asks for.
  void queue_requested(const events::Event& event);
  void note_on_timeline(TimelineEntry entry);
  void note_system_event(const events::Event& event);
  /// What the event says of mails that the address takes, or returns (policies/soft_bounces.h).
  void note_returns(const events::Event& event);
  void record_consent(const events::Event& event, std::string channel, std::string address,
                      std::string topic, std::string state, std::string source);
  /// A browser with Global Privacy Control opts out of the sale and sharing of what is known of its
  /// contact (CCPA): once, in the ledger, for destinations that serve advertisements to ask.
  void note_privacy_control(const events::Event& event);
  void opt_out_of_sharing(const events::Event& event);
  /// The mail that asks to confirm an address (double opt-in).
  void queue_confirmation(std::string form, std::string key, std::string address,
                          std::string template_key);

  // Facts, scores, segments
  void count_facts(const events::Event& event);
  facts::FactState& fact_state(const FactRule& rule);
  /// States of facts that are gone, or were gone meanwhile.
  void forget_stale_facts();
  void add_score_points(const events::Event& event);
  /// Of one rule of the score, or of a journey, where the event counts for it.
  void add_points(const ScoreRuleSet& set, const ScoreRuleSet::Points& points,
                  const events::Event& event, std::string_view reason);
  /// Makes the score what it would be had it been there all the time.
  void live_through(const ScoreRuleSet& set);
  /// The points that stand ready are what the facts say.
  void read_points(const ScoreRuleSet& set, scoring::ScoreState& state);
  scoring::ScoreState& score_state(const ScoreRuleSet& set);
  void update_thresholds(scoring::ScoreState& state);
  /// What the score was when the event that has just moved it happened, where nothing that it knows
  /// of happened later: an exact peak counts, however short it stands.
  void judge_peak(const ScoreRuleSet& set, scoring::ScoreState& state, Timestamp happened);
  void cross_thresholds(const ScoreRuleSet& set, scoring::ScoreState& state, double value);
  void record_crossing(const ScoreRuleSet& set, const scoring::Crossing& crossing, double value);
  /// What must be asked again.
  void mark(const std::vector<Place>& readers) { dirty_.insert(readers.begin(), readers.end()); }
  void mark_all();
  [[nodiscard]] bool lacks(Place place) const {
    return lacking_ != nullptr && lacking_->rule(place);
  }
  [[nodiscard]] bool lacks(const FactRule& fact) const {
    return lacking_ != nullptr && lacking_->fact(fact.id);
  }
  [[nodiscard]] bool awaits(const facts::FactId& fact) const {
    return lacking_ != nullptr && lacking_->awaits(fact);
  }
  /// Asks what is marked, in topological order; a change marks those that read it, which all stand
  /// later.
  void update_rules();
  void update_segment(const SegmentRule& rule);
  /// The points that stand as long as a condition holds.
  void update_standing(const ScoreRuleSet& set);
  /// What was said of a list last, by its time, counts.
  void write_listing(const segments::Listing& listing);

  // Journeys
  /// Which journeys an event may start: the event matches, and the count in the window is reached.
  void collect_event_entries(const events::Event& event);
  /// False where the fact lacks its history and its answer might turn when it comes.
  [[nodiscard]] bool may_count(const segments::Did& did) const;
  void collect_segment_entries(const SegmentRule& rule, bool entered);
  void collect_attribute_entries(std::string_view name, const Value& before);
  void collect_crossing_entries(const ScoreRuleSet& set, const scoring::Crossing& crossing);
  /// Goal and waits of the contact's active runs. The goal ends a run at once (PRODUCT 4), and
  /// nothing that happened before what started the run can end it. (What happened after that, but
  /// before the run could begin, does: one call may bring a visit and the purchase that followed.)
  void move_runs(const events::Event& event);
  /// Whether the event was the run's goal, or ends it otherwise.
  bool ends_run(const JourneyRule& rule, Run& run, const events::Event& event);
  void apply_exit_rules();
  void wake_runs();
  void leave_journeys();
  /// Of an entry that a step of this reaction asks for.
  [[nodiscard]] EntryOrigin entered_from(std::string_view journey) const;
  /// When time alone may move the run, or end it.
  [[nodiscard]] Timestamp next_due(const Run& run) const;
  [[nodiscard]] bool is_paused(const Run& run) const;

  // Triggers that time fires (reactor_timed.cc)
  /// Reckons when each of them fires next, from now on.
  void arm_triggers();
  void fire_timed_triggers();
  /// Feeds back what steps and segments asked for, until nobody asks for more.
  void settle();
  void cut_loop();
  void enter(Entry entry);
  void record_refused_entry(const JourneyRule& rule, std::string_view refusal,
                            bool only_counted = false);
  void forget_old_runs();

  // What leads to what (hops.h, reactor_hops.cc)
  /// From here on things happen because of this event.
  void begin_cause(const events::Event& event);
  [[nodiscard]] bool may_start_something(std::string_view event) const;
  /// What was asked for, and the runs that asked, keep how many hops led there.
  void pass_on_hops();

  // Leave
  /// A run that a goal, an exit rule or a merge ended takes its waiting messages with it.
  [[nodiscard]] bool has_run_ended_early(std::uint64_t run_id) const;
  void record_held(const messages::Message& message, const policies::Answer& answer);
  [[nodiscard]] policies::Answer leave_for(const LeaveInput& input) const;
  /// What says whether it may be sent, or what it says, is set aside.
  [[nodiscard]] bool is_set_aside(const messages::Message& message) const;
  /// How the message's step and journey want it treated.
  [[nodiscard]] policies::Handling handling_of(const messages::Message& message) const;
  [[nodiscard]] const Run* run_of(std::uint64_t id) const;
  /// What is in the outbox after this reaction.
  void note_pending();
  void forget_pending(std::string_view message);

  // Merge
  /// The stricter of both holds (invariant 18).
  void merge_sharing(const ContactState& loser);
  void merge_facts(const ContactState& loser);
  void merge_scores(const ContactState& loser);
  /// What is known of a score that is set aside.
  void keep_score_aside(const scoring::ScoreState& theirs);
  void merge_lists(const ContactState& loser);
  /// Per journey the earlier active run stays and its visits are the union; the other ends
  /// `merged` (PRODUCT 5).
  void merge_runs(const ContactState& loser);
  void merge_reservations(const ContactState& loser);

  /// What came due while a journey was paused.
  void take_up_overdue();

  // Time
  /// What is due up to `until_` happens at its own instant, in order, before the input.
  void pass_due_instants();
  [[nodiscard]] Timestamp next_due() const;

  // Result
  void decide(effects::Decision decision) { trail_.decisions.push_back(std::move(decision)); }
  /// Fills the contact's data into what the team is told: effects and their decisions stand in the
  /// same order.
  Reaction finish();

  const Rules& rules_;
  const bool is_new_;
  const bool is_history_;
  const Lacking* lacking_;  ///< null: nothing
  policies::ReturnedMails returned_;
  const std::optional<policies::SoftBounceLimit> soft_bounces_;
  ContactState contact_;
  const Timestamp until_;  ///< the caller's now
  Timestamp now_;          ///< the instant being handled, at most `until_`
  bool quiet_ = false;     ///< this input starts and moves no run
  journeys::Trail trail_;
  ContactView view_;
  std::set<Place> dirty_;      ///< rules to ask again
  std::set<Place> with_past_;  ///< scores that live_through() is due for, once conditions are asked
  std::vector<Entry> entries_;
  bool arm_again_ = false;  ///< an attribute that times a trigger has changed
  int hops_ = 0;            ///< of the event
  // What came before the event was moved by time alone.
  std::size_t decisions_before_ = SIZE_MAX;
  std::size_t effects_before_ = SIZE_MAX;
  std::optional<policies::Answer> leave_;
};

}  // namespace sojourn::reaction
