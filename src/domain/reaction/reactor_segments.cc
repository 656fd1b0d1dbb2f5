// Facts, scores and segments: what is counted, and what follows from it.
#include "domain/reaction/reactor.h"

#include <fmt/format.h>

#include <algorithm>

#include "domain/scoring/shown.h"

namespace sojourn::reaction {
namespace {

std::string_view rule_key(const scoring::Score& score, std::size_t rule) {
  return rule < score.rules.size() ? score.rules[rule].key : scoring::journey_points;
}

}  // namespace

using effects::Decision;
using effects::DecisionKind;

void Reactor::count_facts(const events::Event& event) {
  for (const std::size_t index : rules_.facts_of(event.name)) {
    const FactRule& rule = rules_.facts()[index];
    const std::optional<facts::Occurrence> occurrence =
        facts::occurrence_in(rule.definition, event);
    if (!occurrence) continue;
    fact_state(rule).add(rule.definition, *occurrence);
    mark(rule.readers);
  }
}

facts::FactState& Reactor::fact_state(const FactRule& rule) {
  for (facts::FactState& state : contact_.facts) {
    if (state.id == rule.id) return state;
  }
  facts::FactState fresh;
  fresh.id = rule.id;
  fresh.generation = rule.generation;
  return contact_.facts.emplace_back(std::move(fresh));
}

void Reactor::forget_stale_facts() {
  std::erase_if(contact_.facts, [&](const facts::FactState& state) {
    const FactRule* rule = rules_.fact(state.id);
    return rule == nullptr || rule->generation != state.generation;
  });
}

void Reactor::add_score_points(const events::Event& event) {
  for (const ScoreRuleRef& ref : rules_.score_rules_of(event.name)) {
    const ScoreRuleSet& set = rules_.scores()[ref.score];
    const ScoreRuleSet::Points& points = set.points[ref.points];
    add_points(set, points, event, rule_key(set.score, points.rule));
  }
}

void Reactor::add_points(const ScoreRuleSet& set, const ScoreRuleSet::Points& points,
                         const events::Event& event, std::string_view reason) {
  const FactRule& rule = rules_.facts()[points.fact];
  const std::optional<facts::Occurrence> occurrence = facts::occurrence_in(rule.definition, event);
  if (!occurrence) return;
  facts::FactState& counted = fact_state(rule);
  // Together with what was before, all of it will be looked at once more.
  const int keep = lacks(rule) ? facts::occurrences_max : rule.definition.keep;
  counted.add(rule.definition, *occurrence, keep);
  if (awaits(rule.id)) return;
  scoring::ScoreState& state = score_state(set);
  scoring::note_points(set.score, state,
                       {.rule = rule_key(set.score, points.rule),
                        .points = counted.points_at(rule.definition, now_),
                        .reason = reason,
                        .happened = event.at},
                       now_);
  mark(set.readers);
  judge_peak(set, state, event.at);
  update_thresholds(state);
}

void Reactor::judge_peak(const ScoreRuleSet& set, scoring::ScoreState& state, Timestamp happened) {
  if (happened >= now_ || lacks(rules_.place_of(set))) return;
  const std::optional<double> value = scoring::value_before(set.score, state, happened);
  if (!value || scoring::crossings_at(set.score, state, *value).empty()) return;
  for (const ScoreRuleSet::Points& points : set.points) {
    const facts::FactId& id = rules_.facts()[points.fact].id;
    for (const facts::FactState& counted : contact_.facts) {
      if (counted.id == id && counted.last > happened) return;
    }
  }
  cross_thresholds(set, state, *value);
}

void Reactor::live_through(const ScoreRuleSet& set) {
  std::vector<scoring::PastPoints> past;
  for (const ScoreRuleSet::Points& points : set.points) {
    const FactRule& rule = rules_.facts()[points.fact];
    const std::string key(rule_key(set.score, points.rule));
    for (facts::FactState& counted : contact_.facts) {
      if (counted.id != rule.id) continue;
      if (counted.folded != 0) past.push_back({counted.folded_at, key, counted.folded});
      for (const facts::Occurrence& each : counted.newest) {
        const double brings = facts::points_of(rule.definition, each);
        past.push_back({each.at, key, brings, rule.definition.points->cap});
      }
      counted.fold(rule.definition, rule.definition.keep);
    }
  }
  const bool is_held =
      std::any_of(contact_.scores.begin(), contact_.scores.end(),
                  [&](const scoring::ScoreState& each) { return each.score == set.number; });
  if (past.empty() && !is_held) return;
  scoring::ScoreState& state = score_state(set);
  const std::vector<std::string> before = state.crossed;
  scoring::live_through(set.score, state, std::move(past), now_);
  read_points(set, state);
  static_cast<void>(scoring::update_thresholds(set.score, state, now_));
  mark(set.readers);
  const auto holds = [](const std::vector<std::string>& crossed, const std::string& key) {
    return std::find(crossed.begin(), crossed.end(), key) != crossed.end();
  };
  for (const scoring::Threshold& threshold : set.score.thresholds) {
    const bool up = holds(state.crossed, threshold.key);
    if (up == holds(before, threshold.key)) continue;
    record_crossing(set, {threshold.key, up}, scoring::value_at(set.score, state, now_));
  }
}

void Reactor::read_points(const ScoreRuleSet& set, scoring::ScoreState& state) {
  for (const ScoreRuleSet::Points& points : set.points) {
    const FactRule& rule = rules_.facts()[points.fact];
    if (awaits(rule.id)) continue;
    for (const facts::FactState& counted : contact_.facts) {
      if (counted.id != rule.id) continue;
      scoring::set_points(set.score, state, rule_key(set.score, points.rule),
                          counted.points_at(rule.definition, now_), now_);
    }
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
  if (set == nullptr || lacks(rules_.place_of(*set))) return;
  cross_thresholds(*set, state, scoring::value_at(set->score, state, now_));
}

void Reactor::cross_thresholds(const ScoreRuleSet& set, scoring::ScoreState& state, double value) {
  for (const scoring::Crossing& crossing : scoring::cross_thresholds(set.score, state, value)) {
    record_crossing(set, crossing, value);
    mark(set.readers);
    collect_crossing_entries(set, crossing);
  }
}

void Reactor::record_crossing(const ScoreRuleSet& set, const scoring::Crossing& crossing,
                              double value) {
  Decision decision;
  decision.kind = crossing.up ? DecisionKind::score_crossed : DecisionKind::score_left;
  decision.at = now_;
  decision.definition = "score";
  decision.key = set.score.key;
  decision.version = set.version;
  decision.outcome = crossing.threshold;
  decision.text = fmt::format("{:.1f}", scoring::shown(value));
  decide(std::move(decision));
}

void Reactor::mark_all() {
  for (Place place = 0; place < rules_.order().size(); ++place) dirty_.insert(place);
}

void Reactor::update_rules() {
  while (!dirty_.empty()) {
    const Place place = *dirty_.begin();
    const OrderedRule& rule = rules_.order()[place];
    dirty_.erase(dirty_.begin());
    if (lacks(place)) continue;
    switch (rule.kind) {
      case OrderedRule::Kind::segment:
        update_segment(rules_.segments()[rule.index]);
        break;
      case OrderedRule::Kind::score:
        update_standing(rules_.scores()[rule.index]);
        break;
    }
  }
}

void Reactor::update_standing(const ScoreRuleSet& set) {
  using Standing = scoring::ScoreState::Standing;
  std::vector<Standing> standing;
  Timestamp recheck = Timestamp::never();
  const auto held = std::find_if(contact_.scores.begin(), contact_.scores.end(),
                                 [&](const auto& state) { return state.score == set.number; });
  for (const scoring::ScoreRule& rule : set.score.rules) {
    if (!rule.when) continue;
    const segments::Verdict verdict = segments::evaluate(*rule.when, view_, now_);
    recheck = std::min(recheck, verdict.recheck);
    if (!verdict.value) continue;
    Standing part{rule.key, rule.points, now_};
    if (held != contact_.scores.end()) {
      for (const Standing& before : held->standing) {
        if (before.rule == rule.key) part.since = before.since;
      }
    }
    standing.push_back(std::move(part));
  }
  const bool says_something = !standing.empty() || recheck != Timestamp::never();
  const bool has_past = with_past_.erase(rules_.place_of(set)) > 0;
  if (held == contact_.scores.end() && !says_something) {
    if (has_past) live_through(set);
    return;
  }
  scoring::ScoreState& state = score_state(set);
  state.recheck = recheck;
  if (has_past) {
    state.standing = std::move(standing);
    return live_through(set);
  }
  if (state.standing == standing) return;
  const auto totals = [](const std::vector<Standing>& parts) {
    double sum = 0;
    for (const Standing& part : parts) sum += part.points;
    return sum;
  };
  const bool moved = totals(state.standing) != totals(standing);
  state.standing = std::move(standing);
  if (!moved) return;
  scoring::note_day(set.score, state, now_);
  mark(set.readers);
  update_thresholds(state);
}

void Reactor::write_listing(const segments::Listing& listing) {
  const auto held = std::find_if(contact_.lists.begin(), contact_.lists.end(),
                                 [&](const auto& each) { return each.list == listing.list; });
  const bool was_on = held != contact_.lists.end() && held->on;
  if (held == contact_.lists.end()) {
    contact_.lists.push_back(listing);
  } else if (segments::is_later(listing, *held)) {
    *held = listing;
  } else {
    return;
  }
  if (was_on == listing.on) return;
  trail_.effects.emplace_back(
      effects::ListContact{.list = listing.list, .on = listing.on, .at = listing.at});
  if (const ListRule* rule = rules_.list(listing.list)) mark(rule->readers);
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
  mark(rule.readers);
  collect_segment_entries(rule, verdict.value);
}

}  // namespace sojourn::reaction
