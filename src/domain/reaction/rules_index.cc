// What an event, a change or an instant asks, by what it is.
#include <fmt/format.h>

#include <algorithm>

#include "domain/contacts/attributes.h"
#include "domain/reaction/rules_compiler.h"
#include "domain/segments/evaluate.h"

namespace sojourn::reaction {
namespace {

/// Depends on who is asked, not only on what is known of them; or on other definitions, as a grade
/// does, which everybody has.
bool depends_on_contact(const segments::Condition& condition) {
  if (std::holds_alternative<segments::GradeIs>(condition.node)) return true;
  if (std::holds_alternative<segments::RandomShare>(condition.node)) return true;
  const auto any = [](const std::vector<segments::Condition>& parts) {
    return std::any_of(parts.begin(), parts.end(), depends_on_contact);
  };
  if (const auto* all = std::get_if<segments::AllOf>(&condition.node)) return any(all->parts);
  if (const auto* some = std::get_if<segments::AnyOf>(&condition.node)) return any(some->parts);
  const auto* negation = std::get_if<segments::Not>(&condition.node);
  return negation != nullptr && any(negation->part);
}

}  // namespace

void Rules::Compiler::index_reads(Place place, const segments::Reads& reads) {
  for (const facts::FactDefinition& fact : reads.facts) {
    add_once(rules_.facts_[fact_index(fact)].readers, place);
  }
  for (const std::string& attribute : reads.attributes) {
    add_once(rules_.attribute_readers_[attribute], place);
  }
  for (const std::string& key : reads.lists) {
    const auto found = rules_.list_keys_.find(key);
    if (found != rules_.list_keys_.end()) add_once(rules_.lists_[found->second].readers, place);
  }
  if (reads.consent) rules_.consent_readers_.push_back(place);
  if (reads.zone) rules_.zone_readers_.push_back(place);
  if (speaks_of_nobody(rules_.order_[place])) rules_.initial_.push_back(place);
}

bool Rules::Compiler::speaks_of_nobody(const OrderedRule& rule) const {
  const auto speaks = [](const segments::Condition& condition) {
    return depends_on_contact(condition) ||
           segments::evaluate(condition, segments::NobodyView(), Timestamp{0}).value;
  };
  if (rule.kind == OrderedRule::Kind::segment) {
    return speaks(rules_.segments_[rule.index].segment.condition);
  }
  const std::vector<scoring::ScoreRule>& rules = rules_.scores_[rule.index].score.rules;
  return std::any_of(rules.begin(), rules.end(), [&](const scoring::ScoreRule& each) {
    return each.when && speaks(*each.when);
  });
}

std::size_t Rules::Compiler::fact_index(const facts::FactDefinition& definition) {
  const facts::FactId id = facts::fact_id(definition);
  const auto [place, fresh] = rules_.fact_ids_.try_emplace(id, rules_.facts_.size());
  if (fresh) {
    const auto known = generations_.known.find(id);
    const Generation generation =
        known == generations_.known.end() ? generations_.present : known->second;
    rules_.facts_.push_back({id, generation, definition, {}});
    if (!definition.points) {
      rules_.facts_by_event_[definition.match.event].push_back(place->second);
    }
  }
  return place->second;
}

void Rules::Compiler::index_score(std::size_t index) {
  ScoreRuleSet& set = rules_.scores_[index];
  for (std::size_t rule = 0; rule <= set.score.rules.size(); ++rule) {
    const std::optional<facts::FactDefinition> counted = scoring::counted_points(set.score, rule);
    if (!counted) continue;
    const std::size_t fact = fact_index(*counted);
    // There are no places where rules ask each other in a circle.
    if (index < rules_.score_places_.size()) {
      add_once(rules_.facts_[fact].readers, rules_.score_places_[index]);
    }
    // What journeys give says itself for which score it is.
    if (rule < set.score.rules.size()) {
      rules_.score_rules_by_event_[counted->match.event].push_back({index, set.points.size()});
    }
    set.points.push_back({fact, rule});
  }
}

void Rules::Compiler::index_triggers(std::size_t index) {
  if (rules_.journeys_[index].finishing) return;
  const journeys::Journey& journey = rules_.journeys_[index].journey;
  for (std::size_t i = 0; i < journey.triggers.size(); ++i) {
    std::visit(
        [&](const auto& trigger) {
          index_trigger({index, i}, journey, trigger);
        },
        journey.triggers[i]);
  }
}

void Rules::Compiler::index_trigger(TriggerRef ref, const journeys::Journey& journey,
                                    const journeys::EventTrigger& trigger) {
  check_condition(segments::Condition{trigger.did}, "journey", journey.key, "trigger");
  rules_.triggers_by_event_[trigger.did.match.event].push_back(ref);
}

void Rules::Compiler::index_trigger(TriggerRef ref, const journeys::Journey& journey,
                                    const journeys::SegmentTrigger& trigger) {
  const auto found = rules_.segment_keys_.find(trigger.segment);
  if (found == rules_.segment_keys_.end()) {
    if (is_damaged("segment", trigger.segment)) return;
    return report_absent("journey", journey.key, "trigger", "segment", trigger.segment);
  }
  rules_.segments_[found->second].triggers.push_back(ref);
}

void Rules::Compiler::index_trigger(TriggerRef ref, const journeys::Journey&,
                                    const journeys::AttributeTrigger& trigger) {
  rules_.triggers_by_attribute_[trigger.attribute].push_back(ref);
}

void Rules::Compiler::index_trigger(TriggerRef ref, const journeys::Journey& journey,
                                    const journeys::ScoreTrigger& trigger) {
  if (!has_threshold(trigger.score, trigger.threshold)) {
    if (is_damaged("score", trigger.score)) return;
    if (!rules_.score_keys_.contains(trigger.score)) {
      return report_absent("journey", journey.key, "trigger", "score", trigger.score);
    }
    return report_at(
        "journey", journey.key, "trigger", "unknown_score",
        fmt::format("score \"{}\" has no threshold \"{}\"", trigger.score, trigger.threshold));
  }
  rules_.scores_[rules_.score_keys_.find(trigger.score)->second].triggers.push_back(ref);
}

void Rules::Compiler::index_trigger(TriggerRef ref, const journeys::Journey&,
                                    const journeys::DateTrigger& trigger) {
  rules_.timed_triggers_.push_back(ref);
  rules_.timing_attributes_[std::string(contacts::traits::timezone)] = true;
  for (const journeys::WaitPart& part : trigger.when.parts) {
    const auto* date = std::get_if<journeys::WaitAttribute>(&part.form);
    if (date == nullptr) continue;
    rules_.timing_attributes_[date->path.substr(0, date->path.find('.'))] = true;
  }
}

void Rules::Compiler::index_trigger(TriggerRef ref, const journeys::Journey&,
                                    const journeys::ScheduleTrigger&) {
  rules_.timed_triggers_.push_back(ref);
  rules_.timing_attributes_[std::string(contacts::traits::timezone)] = true;
}

void Rules::Compiler::index_trigger(TriggerRef, const journeys::Journey&,
                                    const journeys::EntryTrigger&) {}

}  // namespace sojourn::reaction
