#include "domain/simulation/explain_known.h"

#include <fmt/format.h>

#include <algorithm>

#include "domain/journeys/run_view.h"

namespace sojourn::simulation {

const Value* FoldedView::attribute(std::string_view path) const {
  return view_.attribute(path);
}

const facts::FactState* FoldedView::fact(const facts::FactId& id) const {
  const auto found = folded_.find(id);
  return found == folded_.end() ? view_.fact(id) : &found->second;
}

bool FoldedView::in_segment(std::string_view key) const {
  return view_.in_segment(key);
}

segments::ScoreReading FoldedView::score(std::string_view key, double level) const {
  return view_.score(key, level);
}

bool FoldedView::crossed(std::string_view score, std::string_view threshold) const {
  return view_.crossed(score, threshold);
}

segments::GradeReading FoldedView::grade(std::string_view key) const {
  return view_.grade(key);
}

segments::ConsentIs::State FoldedView::consent(std::string_view channel,
                                               std::string_view topic) const {
  return view_.consent(channel, topic);
}

bool FoldedView::is_reachable(std::string_view channel, std::string_view topic) const {
  return view_.is_reachable(channel, topic);
}

std::optional<Timestamp> FoldedView::attribute_since(std::string_view path) const {
  const std::string_view head = path.substr(0, path.find('.'));
  for (const contacts::Attribute& attribute : known_.contact.attributes.all()) {
    if (attribute.name == path || attribute.name == head) return attribute.at;
  }
  return std::nullopt;
}

std::optional<Timestamp> FoldedView::membership_since(std::string_view segment) const {
  const reaction::SegmentRule* rule = known_.rules.segment(segment);
  if (rule == nullptr) return std::nullopt;
  for (const segments::Membership& membership : known_.contact.memberships) {
    if (membership.segment == rule->number && membership.member) return membership.since;
  }
  return std::nullopt;
}

std::optional<Timestamp> FoldedView::listing_since(std::string_view list) const {
  const reaction::ListRule* rule = known_.rules.list(list);
  if (rule == nullptr) return std::nullopt;
  for (const segments::Listing& listing : known_.contact.lists) {
    if (listing.list == rule->number && listing.on) return listing.at;
  }
  return std::nullopt;
}

segments::ExplainedRow explain_at(const Known& known, const segments::Condition& condition,
                                  Timestamp now, const journeys::Run* run) {
  FoldedFacts folded =
      fold_facts(condition, known.events, [](const events::Event&) { return true; });
  // What rules count is in the contact's state, as the engine has it, unless they need less of it.
  segments::Reads reads;
  segments::collect_reads(condition, reads);
  for (const facts::FactDefinition& fact : reads.facts) {
    const reaction::FactRule* rule = known.rules.fact(facts::fact_id(fact));
    if (rule != nullptr && rule->definition.keep >= fact.keep) folded.erase(rule->id);
  }
  const FoldedView view(known, folded, now);
  if (run == nullptr) return segments::explain(condition, view, view, now);
  return segments::explain(condition, journeys::RunView(view, *run), view, now);
}

segments::ExplainedRow explain_condition(const Known& known, const segments::Condition& condition) {
  return explain_at(known, condition, known.now);
}

const journeys::Run* newest_run(const Known& known, std::uint32_t journey) {
  const std::vector<journeys::Run>& runs = known.contact.runs;
  const auto found = std::find_if(runs.rbegin(), runs.rend(), [&](const journeys::Run& run) {
    return run.journey == journey && run.state != journeys::RunState::held_out;
  });
  return found == runs.rend() ? nullptr : &*found;
}

Check failed(std::string code, std::optional<Timestamp> at, std::string evidence,
             std::optional<Fix> fix) {
  return {.code = std::move(code),
          .ok = false,
          .at = at,
          .evidence = std::move(evidence),
          .fix = std::move(fix)};
}

Check passed(std::string code, std::optional<Timestamp> at, std::string evidence) {
  return {.code = std::move(code), .ok = true, .at = at, .evidence = std::move(evidence)};
}

std::string pause_in_words(const Pause& pause) {
  if (!pause.to) {
    return fmt::format("the journey has been paused since {}", format_timestamp(pause.from));
  }
  return fmt::format("the journey was paused from {} to {}", format_timestamp(pause.from),
                     format_timestamp(*pause.to));
}

std::uint32_t number_of(const reaction::JourneyRule* rule,
                        const std::optional<Publication>& publication) {
  if (rule != nullptr) return rule->number;
  return publication ? publication->number : 0;
}

const reaction::JourneyRule* followed_by(const Known& known, const journeys::Run& run) {
  const reaction::JourneyRule* rule = known.rules.journey_of(run);
  return rule != nullptr && rule->journey.version == run.version ? rule : nullptr;
}

bool is_stopped(const reaction::JourneyRule* rule, const journeys::Run& run) {
  return rule != nullptr && rule->paused_since && run.state == journeys::RunState::active;
}

std::string place_in_words(const Known& known, const journeys::Run& run) {
  std::string words = fmt::format("is at “{}”", run.step);
  const reaction::JourneyRule* followed = followed_by(known, run);
  const journeys::Step* step = followed == nullptr ? nullptr : followed->journey.find(run.step);
  if (step != nullptr) words += ": " + journeys::describe(step->action);
  if (run.wake == Timestamp::never()) return words;
  // It goes on when it is let: a pause holds what is over.
  const std::string_view until = run.wake <= known.now ? "which was over at" : "until";
  return words + fmt::format(", {} {}", until, format_timestamp(run.wake));
}

std::string end_in_words(const Known& known, const journeys::Run& run) {
  const effects::Decision* ended = newest_decision(known, [&](const effects::Decision& decision) {
    return decision.kind == effects::DecisionKind::run_ended && decision.run == run.id;
  });
  std::string words = fmt::format("ended: {}", journeys::to_string(run.state));
  if (ended != nullptr && !ended->text.empty()) {
    words += fmt::format(" ({})", words_of_code(ended->text));
  }
  return words;
}

bool check_published(std::string_view kind, std::string_view key, bool in_force,
                     const std::optional<Publication>& publication, std::vector<Check>& checks) {
  Check check{.code = fmt::format("{}_published", kind), .ok = in_force};
  if (in_force) {
    check.evidence = publication
                         ? fmt::format("version {}, first published at {}", publication->version,
                                       format_timestamp(publication->first))
                         : std::string("in force");
    if (publication) check.at = publication->latest;
  } else if (publication && publication->archived) {
    check.at = publication->latest;
    check.evidence =
        fmt::format("{} “{}” was archived at {}", kind, key, format_timestamp(publication->latest));
    check.fix = Fix{"roll_back", fmt::format("publish it again: sojourn rollback {} {} --to {}",
                                             kind, key, publication->version - 1)};
  } else {
    check.evidence = fmt::format("no {} “{}” was ever published", kind, key);
    check.fix = Fix{"publish", "publish it: sojourn apply DIR"};
  }
  checks.push_back(std::move(check));
  return in_force;
}

std::string words_of_code(std::string_view code) {
  std::string words(code);
  std::replace(words.begin(), words.end(), '_', ' ');
  return words;
}

void summarise(Explanation& explanation, std::string happened, std::string did_not) {
  if (explanation.happened) {
    explanation.summary = std::move(happened);
    return;
  }
  const auto failed = std::find_if(explanation.checks.begin(), explanation.checks.end(),
                                   [](const Check& check) { return !check.ok; });
  explanation.summary = failed == explanation.checks.end()
                            ? std::move(did_not)
                            : fmt::format("{}: {}", did_not, failed->evidence);
}

std::string deciding_in_words(const segments::ExplainedRow& row) {
  std::string words;
  for (const segments::ExplainedRow* each : segments::deciding(row, deciding_rows_max)) {
    words += words.empty() ? "" : "; ";
    words += segments::in_words(*each);
  }
  return words;
}

}  // namespace sojourn::simulation
