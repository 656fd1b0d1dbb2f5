// Facts, scores and segments: what is counted, and what follows from it.
#include "domain/reaction/reactor.h"

#include <fmt/format.h>

#include <algorithm>

namespace sojourn::reaction {

using effects::Decision;
using effects::DecisionKind;

void Reactor::count_facts(const events::Event& event) {
  for (const std::size_t index : rules_.facts_of(event.name)) {
    const FactRule& rule = rules_.facts()[index];
    if (!rule.definition.match.matches(event)) continue;
    fact_state(rule.id).add(event.at, rule.definition.keep);
    for (const std::size_t segment : rule.segments) dirty_.insert(segment);
  }
}

facts::FactState& Reactor::fact_state(const facts::FactId& id) {
  for (facts::FactState& state : contact_.facts) {
    if (state.id == id) return state;
  }
  facts::FactState fresh;
  fresh.id = id;
  return contact_.facts.emplace_back(std::move(fresh));
}

void Reactor::add_score_points(const events::Event& event) {
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

scoring::ScoreState& Reactor::score_state(const ScoreRuleSet& set) {
  for (scoring::ScoreState& state : contact_.scores) {
    if (state.score == set.number) return state;
  }
  scoring::ScoreState fresh;
  fresh.score = set.number;
  fresh.at = now_;
  return contact_.scores.emplace_back(std::move(fresh));
}

void Reactor::update_thresholds(scoring::ScoreState& state) {
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

void Reactor::mark_all_segments() {
  for (std::size_t i = 0; i < rules_.segments().size(); ++i) dirty_.insert(i);
}

void Reactor::update_segments() {
  while (!dirty_.empty()) {
    const std::size_t index = *dirty_.begin();
    dirty_.erase(dirty_.begin());
    update_segment(rules_.segments()[index]);
  }
}

void Reactor::update_segment(const SegmentRule& rule) {
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

}  // namespace sojourn::reaction
