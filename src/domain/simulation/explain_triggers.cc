// What the triggers of a journey have let pass of a contact, and what they have not.
#include "domain/simulation/explain_triggers.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/json.h"
#include "domain/events/hit_mark.h"
#include "domain/reaction/entry.h"
#include "domain/segments/condition_text.h"
#include "domain/simulation/explain_known.h"

namespace sojourn::simulation {
namespace {

using effects::Decision;
using effects::DecisionKind;
using journeys::Run;
using journeys::RunState;
using reaction::JourneyRule;

struct Refusal {
  std::string_view reason;
  std::string_view code;  ///< of the check
  std::string_view evidence;
  std::string_view fix;
  std::string_view fix_text;
};
constexpr Refusal refusals[] = {
    {"already_inside", "already_inside", "a run of the journey was going on", "use_key",
     "wait until that run ends, or end it by a goal or an exit rule"},
    {"was_inside", "reentry", "was in the journey before, and it may be entered once",
     "allow_reentry", "set reentry: always, or reentry: {after: 90d}, in the journey"},
    {"entered_recently", "reentry", "entered it too short a time ago", "allow_reentry",
     "shorten reentry.after in the journey"},
    {"paused", "running", "the journey was paused", "resume_journey", "resume the journey"},
    {"archived", "running", "the journey was archived, and only those inside went on",
     "publish_journey", "publish the journey again"},
    {"no_key", "key", "the event lacks the property that key_by names", "send_key",
     "send the property with the event"},
    {"not_let_in", "only_if", "only_if was not true", "change_only_if",
     "change only_if in the journey"},
    {"holdout", "holdout", "belongs to the share that the journey holds out", "lower_holdout",
     "lower holdout in the journey"},
    {"too_many_runs", "runs_limit", "has as many active runs as a contact may have", "end_runs",
     "end runs that wait for nothing"},
    {"endless_loop", "endless_loop", "journeys and segments started each other again and again",
     "break_loop", "take one of the journeys out of the loop"},
};

Check check_of_refusal(std::string_view reason, Timestamp at) {
  for (const Refusal& each : refusals) {
    if (each.reason != reason) continue;
    return failed(std::string(each.code), at, std::string(each.evidence),
                  Fix{std::string(each.fix), std::string(each.fix_text)});
  }
  return failed("entry_refused", at, fmt::format("refused: {}", words_of_code(reason)));
}

/// The pauses that are known of a journey: what was published tells them all, its rule the present
/// or the last one.
std::vector<Pause> pauses_of(const JourneyRule& rule,
                             const std::optional<Publication>& publication) {
  std::vector<Pause> pauses = publication ? publication->pauses : std::vector<Pause>();
  if (rule.paused_since) pauses.push_back({*rule.paused_since});
  if (rule.resumed) pauses.push_back({rule.resumed->paused_since, rule.resumed->at});
  return pauses;
}

/// An occasion on which an event might have started the journey: how far it got.
struct Attempt {
  enum Stage { filter, publication, late, window, count, none };
  const events::Event* event = nullptr;
  Stage stage = Stage::filter;  ///< the one that failed; none: nothing did
};

class EventOccasions {
 public:
  EventOccasions(const Known& known, const segments::Did& did, Timestamp published)
      : known_(known), did_(did), published_(published) {
    segments::collect_reads(segments::Condition{did}, reads_);
  }

  /// The attempt that got furthest, the newest of them; absent where no such event ever came.
  [[nodiscard]] std::optional<Attempt> nearest() const {
    FoldedFacts facts = facts_before_any();
    std::optional<Attempt> best;
    for (const events::Event& event : known_.events) {
      if (event.name != did_.match.event) continue;
      count(event, facts);
      const Attempt attempt{&event, stage_of(event, facts)};
      if (!best || attempt.stage >= best->stage) best = attempt;
    }
    return best;
  }

  /// The facts as they were when the event had been counted.
  [[nodiscard]] FoldedFacts facts_at(const events::Event& last) const {
    FoldedFacts facts = facts_before_any();
    for (const events::Event& event : known_.events) {
      count(event, facts);
      if (&event == &last) break;
    }
    return facts;
  }

 private:
  [[nodiscard]] FoldedFacts facts_before_any() const {
    return fold_facts(segments::Condition{did_}, {}, [](const events::Event&) { return false; });
  }

  void count(const events::Event& event, FoldedFacts& facts) const {
    if (event.name != did_.match.event) return;
    for (const facts::FactDefinition& fact : reads_.facts) {
      const auto occurrence = facts::occurrence_in(fact, event);
      if (occurrence) facts[facts::fact_id(fact)].add(fact, *occurrence);
    }
  }

  [[nodiscard]] Attempt::Stage stage_of(const events::Event& event,
                                        const FoldedFacts& facts) const {
    if (!did_.match.matches(event)) return Attempt::filter;
    if (event.received_at < published_) return Attempt::publication;
    const Timestamp now = event.received_at;
    if (event.at < now - known_.rules.policies().late_event_horizon) return Attempt::late;
    const FoldedView view(known_, facts, now);
    const std::optional<Span>& last = did_.window.last;
    if (last && event.at <= window_start(now, *last, view.zone())) return Attempt::window;
    const bool reached = segments::evaluate(segments::Condition{did_}, view, now).value;
    return reached ? Attempt::none : Attempt::count;
  }

  const Known& known_;
  const segments::Did& did_;
  const Timestamp published_;
  segments::Reads reads_;
};

/// The first filter that the event fails, and the value that it has.
std::string failed_filter(const facts::EventMatch& match, const events::Event& event) {
  if (events::is_of_machine(event)) {
    events::Event of_person = event;
    of_person.properties.erase(events::machine_property);
    if (match.matches(of_person)) return "it was made by a program, and people's are asked for";
  }
  for (const facts::Filter& filter : match.where) {
    facts::EventMatch alone{match.event, {filter}};
    if (alone.matches(event)) continue;
    const Value* value = find_path(event.properties, facts::path_head(filter));
    return fmt::format("where {}: it was {}",
                       segments::describe(alone).substr(
                           segments::describe(facts::EventMatch{match.event, {}}).size() + 7),
                       value == nullptr ? "missing" : to_json(*value));
  }
  return {};
}

/// The checks of one trigger.
class TriggerExplainer {
 public:
  /// Without `asks_refusals` only the trigger itself is looked at: a refusal in the journal does
  /// not say of which trigger it was.
  TriggerExplainer(const Known& known, const JourneyRule& rule,
                   const std::optional<Publication>& publication, bool asks_refusals,
                   std::vector<Check>& checks)
      : known_(known),
        rule_(rule),
        published_(publication ? publication->first : Timestamp::beginning()),
        pauses_(pauses_of(rule, publication)),
        asks_refusals_(asks_refusals),
        checks_(checks) {}

  // Each adds the checks of its trigger. True where none failed.

  bool operator()(const journeys::EventTrigger& trigger) {
    const segments::Did& did = trigger.did;
    const EventOccasions occasions(known_, did, published_);
    const std::optional<Attempt> nearest = occasions.nearest();
    const std::string name = did.match.event;
    if (!nearest) {
      return add(failed("trigger_event", {}, fmt::format("no “{}” has come", name),
                        Fix{"send_event", fmt::format("send the event “{}”", name)}));
    }
    const events::Event& event = *nearest->event;
    const auto came = std::count_if(known_.events.begin(), known_.events.end(),
                                    [&](const auto& each) { return each.name == name; });
    add(passed("trigger_event", event.received_at,
               fmt::format("“{}” came {} time{}, the one that got furthest at {}", name, came,
                           came == 1 ? "" : "s", format_timestamp(event.received_at))));
    return check_attempt(did, occasions, *nearest);
  }

  bool operator()(const journeys::SegmentTrigger& trigger) {
    const DecisionKind kind =
        trigger.entered ? DecisionKind::segment_entered : DecisionKind::segment_left;
    const Decision* moved = newest_decision(known_, [&](const Decision& decision) {
      return decision.kind == kind && decision.key == trigger.segment;
    });
    const std::string_view word = trigger.entered ? "entered" : "left";
    if (moved == nullptr) {
      Check check = failed("trigger_segment", {},
                           fmt::format("never {} segment “{}”", word, trigger.segment));
      if (const reaction::SegmentRule* segment = known_.rules.segment(trigger.segment)) {
        check.rows.push_back(explain_at(known_, segment->segment.condition, known_.now));
        check.evidence += fmt::format("; now: {}", deciding_in_words(check.rows.front()));
      }
      return add(std::move(check));
    }
    add(passed("trigger_segment", moved->at,
               fmt::format("{} segment “{}”", word, trigger.segment)));
    return check_occasion(*moved);
  }

  bool operator()(const journeys::ScoreTrigger& trigger) {
    const DecisionKind kind = trigger.up ? DecisionKind::score_crossed : DecisionKind::score_left;
    const Decision* crossed = newest_decision(known_, [&](const Decision& decision) {
      return decision.kind == kind && decision.key == trigger.score &&
             decision.outcome == trigger.threshold;
    });
    const std::string_view word = trigger.up ? "became" : "fell below";
    if (crossed == nullptr) {
      const FoldedFacts none;
      const FoldedView view(known_, none, known_.now);
      return add(failed("trigger_score", {},
                        fmt::format("score “{}” never {} “{}”; it is {:.1f} now", trigger.score,
                                    word, trigger.threshold, view.score(trigger.score, 0).value)));
    }
    add(passed("trigger_score", crossed->at,
               fmt::format("score “{}” {} “{}” at {} points", trigger.score, word,
                           trigger.threshold, crossed->text)));
    return check_occasion(*crossed);
  }

  bool operator()(const journeys::AttributeTrigger& trigger) {
    const auto& all = known_.contact.attributes.all();
    const auto held = std::find_if(
        all.begin(), all.end(),
        [&](const contacts::Attribute& attribute) { return attribute.name == trigger.attribute; });
    if (held == all.end()) {
      return add(failed("trigger_attribute", {},
                        fmt::format("attribute {} was never set", trigger.attribute)));
    }
    const std::string value = to_json(held->value);
    if (trigger.to && *trigger.to != held->value) {
      return add(failed("trigger_attribute", held->at,
                        fmt::format("attribute {} is {}, not {}", trigger.attribute, value,
                                    to_json(*trigger.to))));
    }
    add(passed("trigger_attribute", held->at,
               fmt::format("attribute {} became {}", trigger.attribute, value)));
    if (held->at < published_) return add(came_before_publication(held->at));
    return check_entry(Object{{"attribute", trigger.attribute}, {"to", held->value}}, held->at);
  }

  bool operator()(const journeys::DateTrigger& trigger) {
    if (const Decision* refused = refusal()) {
      return add(refused_as(refused->outcome, refused->at));
    }
    std::string evidence = journeys::describe(trigger.when);
    for (const journeys::WaitPart& part : trigger.when.parts) {
      const auto* date = std::get_if<journeys::WaitAttribute>(&part.form);
      if (date == nullptr) continue;
      const FoldedFacts none;
      const FoldedView view(known_, none, known_.now);
      const Value* value = view.attribute(date->path);
      evidence += fmt::format("; attribute {} is {}", date->path,
                              value == nullptr ? "missing" : to_json(*value));
    }
    return add(failed("trigger_date", {}, "has not come: " + evidence));
  }

  /// Triggers that leave a line in the journal wherever they start nothing.
  template <typename Trigger>
  bool operator()(const Trigger& trigger) {
    if (const Decision* refused = refusal()) return add(refused_as(refused->outcome, refused->at));
    return add(failed(
        "trigger", {},
        fmt::format("{}: that has not happened", journeys::describe(journeys::Trigger(trigger)))));
  }

  /// Where everything that can be asked now lets the contact in, and yet it never entered.
  void add_unexplained() {
    if (const Decision* refused = refusal()) {
      add(refused_as(refused->outcome, refused->at));
      return;
    }
    add(failed("other_definitions", {},
               "by the definitions in force it would have entered; at the time others were in "
               "force, or it was another contact still, which was merged later"));
  }

 private:
  bool add(Check check) {
    checks_.push_back(std::move(check));
    return checks_.back().ok;
  }

  [[nodiscard]] const Decision* refusal() const {
    if (!asks_refusals_) return nullptr;
    return newest_decision(known_, [&](const Decision& decision) {
      return decision.kind == DecisionKind::journey_not_entered &&
             decision.key == rule_.journey.key;
    });
  }

  /// The pause that held then; null where none did.
  [[nodiscard]] const Pause* paused_at(Timestamp at) const {
    const auto found = std::find_if(pauses_.begin(), pauses_.end(), [&](const Pause& pause) {
      return pause.from <= at && (!pause.to || at < *pause.to);
    });
    return found == pauses_.end() ? nullptr : &*found;
  }

  [[nodiscard]] static Check came_in_pause(const Pause& pause, Timestamp at) {
    Check check = failed("running", at, pause_in_words(pause));
    if (!pause.to) check.fix = Fix{"resume_journey", "resume the journey"};
    return check;
  }

  /// What the journal, or the engine when it is asked again, gives as the reason.
  [[nodiscard]] Check refused_as(std::string_view reason, Timestamp at) const {
    const Pause* pause = reason == "paused" ? paused_at(at) : nullptr;
    if (pause != nullptr) return came_in_pause(*pause, at);
    Check check = check_of_refusal(reason, at);
    if (reason == "no_key") {
      check.evidence =
          fmt::format("the event lacks “{}”, which key_by names", rule_.journey.key_by);
    }
    return check;
  }

  bool check_attempt(const segments::Did& did, const EventOccasions& occasions,
                     const Attempt& attempt) {
    const events::Event& event = *attempt.event;
    const Timestamp at = event.received_at;
    if (attempt.stage == Attempt::filter) {
      return add(failed("trigger_filter", at, failed_filter(did.match, event)));
    }
    if (!did.match.where.empty()) {
      add(passed("trigger_filter", at, segments::describe(did.match)));
    }
    if (attempt.stage == Attempt::publication) return add(came_before_publication(at));
    if (attempt.stage == Attempt::late) return add(came_late(event));
    if (attempt.stage == Attempt::window) {
      return add(failed(
          "in_window", at,
          fmt::format("it happened at {}, which was before the last {}", format_timestamp(event.at),
                      describe_span(did.window.last.value_or(Span{})))));
    }
    const FoldedFacts facts = occasions.facts_at(event);
    const FoldedView view(known_, facts, at);
    segments::ExplainedRow row = segments::explain(segments::Condition{did}, view, view, at);
    Check count{.code = "trigger_count",
                .ok = attempt.stage == Attempt::none,
                .at = at,
                .evidence = segments::in_words(row),
                .rows = {std::move(row)}};
    if (!count.ok) {
      count.fix = Fix{"lower_count", "lower at_least in the journey's trigger"};
    }
    return add(std::move(count)) && check_entry(event.properties, at);
  }

  /// Whether the contact might have entered then, as it is now.
  bool check_entry(const Object& trigger, Timestamp at) {
    if (const Pause* pause = paused_at(at)) return add(came_in_pause(*pause, at));
    JourneyRule rule = rule_;
    rule.paused_since.reset();
    const journeys::Journey& journey = rule.journey;
    Run run;
    run.journey = rule.number;
    run.entered_at = at;
    run.since = at;
    run.trigger = trigger;
    if (!journey.key_by.empty()) {
      const Value* key = find_path(run.trigger, journey.key_by);
      if (key != nullptr && !key->is_null()) run.key = to_json(*key);
    }
    if (journeys::is_held_out(journey, known_.contact.id)) {
      return add(refused_as("holdout", at));
    }
    const FoldedFacts none;
    const FoldedView view(known_, none, at);
    const std::string_view reason = reaction::entry_refusal(rule, runs_at(at), run, view, at);
    if (reason.empty()) return true;
    Check check = refused_as(reason, at);
    if (reason == "not_let_in") {
      check.rows.push_back(explain_at(known_, *journey.only_if, at, &run));
      check.evidence += ": " + deciding_in_words(check.rows.front());
    }
    return add(std::move(check));
  }

  /// The runs that the contact had then, as they were.
  [[nodiscard]] std::vector<Run> runs_at(Timestamp at) const {
    std::vector<Run> runs;
    for (const Run& run : known_.contact.runs) {
      if (run.entered_at > at) continue;
      runs.push_back(run);
      if (run.state != RunState::active && run.ended_at > at) runs.back().state = RunState::active;
    }
    return runs;
  }

  [[nodiscard]] Check came_before_publication(Timestamp at) const {
    return failed("after_publication", at,
                  fmt::format("it came at {}, the journey was published at {}",
                              format_timestamp(at), format_timestamp(published_)));
  }

  [[nodiscard]] Check came_late(const events::Event& event) const {
    return failed("on_time", event.received_at,
                  fmt::format("it happened at {} and came at {}, which is more than {} later",
                              format_timestamp(event.at), format_timestamp(event.received_at),
                              format_duration(known_.rules.policies().late_event_horizon)),
                  Fix{"raise_horizon", "raise late_event_horizon in workspace.yaml"});
  }

  /// Whether what the decision says could start a run when it was taken.
  bool check_occasion(const Decision& decision) {
    if (decision.at < published_) return add(came_before_publication(decision.at));
    if (const Pause* pause = paused_at(decision.at)) {
      return add(came_in_pause(*pause, decision.at));
    }
    for (const events::Event& event : known_.events) {
      const bool late = event.at < event.received_at - known_.rules.policies().late_event_horizon;
      if (late && event.received_at == decision.at) return add(came_late(event));
    }
    const Decision* refused = refusal();
    if (refused != nullptr && refused->at >= decision.at) {
      return add(refused_as(refused->outcome, refused->at));
    }
    return true;
  }

  const Known& known_;
  const JourneyRule& rule_;
  const Timestamp published_;
  const std::vector<Pause> pauses_;
  const bool asks_refusals_;
  std::vector<Check>& checks_;
};

std::vector<Check> checks_of_trigger(const Known& known, const JourneyRule& rule,
                                     const std::optional<Publication>& publication,
                                     const journeys::Trigger& trigger, bool asks_refusals) {
  std::vector<Check> checks;
  TriggerExplainer explainer(known, rule, publication, asks_refusals, checks);
  if (std::visit(explainer, trigger)) explainer.add_unexplained();
  return checks;
}

const Check* first_failed(const std::vector<Check>& checks) {
  const auto found =
      std::find_if(checks.begin(), checks.end(), [](const Check& check) { return !check.ok; });
  return found == checks.end() ? nullptr : &*found;
}

/// One line of a trigger that came less near than another: what is missing of it.
Check check_of_other_trigger(const Known& known, const JourneyRule& rule,
                             const std::optional<Publication>& publication, std::size_t number) {
  const journeys::Trigger& trigger = rule.journey.triggers[number];
  Check check = failed("other_trigger", {}, journeys::describe(trigger));
  for (const bool asks_refusals : {false, true}) {
    const std::vector<Check> checks =
        checks_of_trigger(known, rule, publication, trigger, asks_refusals);
    const Check* missing = first_failed(checks);
    const bool says_more = missing != nullptr && missing->code != "other_definitions";
    if (!says_more && !asks_refusals) continue;
    if (missing == nullptr) break;
    check.at = missing->at;
    check.fix = missing->fix;
    // What such triggers have to say begins with their own words.
    check.evidence = missing->evidence.starts_with(check.evidence)
                         ? missing->evidence
                         : fmt::format("{}: {}", check.evidence, missing->evidence);
    break;
  }
  check.evidence = fmt::format("trigger {}: {}", number + 1, check.evidence);
  return check;
}

}  // namespace

std::vector<Check> checks_of_triggers(const Known& known, const JourneyRule& rule,
                                      const std::optional<Publication>& publication) {
  const std::vector<journeys::Trigger>& triggers = rule.journey.triggers;
  std::vector<Check> nearest;
  std::size_t most = 0;
  std::size_t number = 0;
  for (std::size_t i = 0; i < triggers.size(); ++i) {
    std::vector<Check> checks = checks_of_trigger(known, rule, publication, triggers[i], true);
    const auto ok = static_cast<std::size_t>(
        std::count_if(checks.begin(), checks.end(), [](const Check& check) { return check.ok; }));
    if (!nearest.empty() && ok <= most) continue;
    most = ok;
    number = i;
    nearest = std::move(checks);
  }
  if (triggers.size() < 2) return nearest;
  nearest.front().evidence = fmt::format("trigger {}: {}", number + 1, nearest.front().evidence);
  for (std::size_t i = 0; i < triggers.size(); ++i) {
    if (i != number) nearest.push_back(check_of_other_trigger(known, rule, publication, i));
  }
  return nearest;
}

}  // namespace sojourn::simulation
