#include "domain/reaction/rules.h"

#include <algorithm>

#include "domain/definitions/reader.h"
#include "domain/definitions/yaml.h"
#include "domain/reaction/confirmation_template.h"

namespace sojourn::reaction {
namespace {

const std::vector<std::size_t> no_indices;

template <typename Map, typename Key>
const std::vector<std::size_t>& indices_of(const Map& map, const Key& key) {
  const auto found = map.find(key);
  return found == map.end() ? no_indices : found->second;
}

const std::vector<TriggerRef>& triggers_in(const StringMap<std::vector<TriggerRef>>& map,
                                           std::string_view name) {
  static const std::vector<TriggerRef> none;
  const auto found = map.find(name);
  return found == map.end() ? none : found->second;
}

template <typename Map, typename Key, typename Item>
const Item* item_of(const Map& map, const Key& key, const std::vector<Item>& items) {
  const auto found = map.find(key);
  return found == map.end() ? nullptr : &items[found->second];
}

}  // namespace

Result<DefinitionName> read_definition_name(std::string_view text) {
  TRY(document, definitions::parse_yaml(text));
  definitions::Reader reader(document.value, "");
  TRY_VOID(
      reader.choice("kind", {"segment", "list", "score", "grade", "journey", "campaign", "template",
                             "brand", "block", "asset", "catalog", "topic", "form", "workspace"}));
  TRY(kind, reader.text("kind"));
  TRY(key, reader.key("key"));
  return DefinitionName{std::move(kind), std::move(key)};
}

std::shared_ptr<const Rules> Rules::with_standings(const StandingOf& standing_of) const {
  auto rules = std::make_shared<Rules>(*this);
  for (std::vector<JourneyRule>* all : {&rules->journeys_, &rules->superseded_journeys_}) {
    for (JourneyRule& rule : *all) {
      for (journeys::Step& step : rule.journey.steps) {
        auto* split = std::get_if<journeys::Split>(&step.action);
        if (split == nullptr || !split->experiment) continue;
        split->standing = standing_of(rule, step, *split);
      }
    }
  }
  return rules;
}

const SegmentRule* Rules::segment(std::string_view key) const {
  return item_of(segment_keys_, key, segments_);
}
const SegmentRule* Rules::segment(std::uint32_t number) const {
  return item_of(segment_numbers_, number, segments_);
}
const ListRule* Rules::list(std::string_view key) const {
  return item_of(list_keys_, key, lists_);
}
const ListRule* Rules::list(std::uint32_t number) const {
  return item_of(list_numbers_, number, lists_);
}
const GradeRule* Rules::grade(std::string_view key) const {
  return item_of(grade_keys_, key, grades_);
}
const ScoreRuleSet* Rules::score(std::string_view key) const {
  return item_of(score_keys_, key, scores_);
}
const ScoreRuleSet* Rules::score(std::uint32_t number) const {
  return item_of(score_numbers_, number, scores_);
}
const JourneyRule* Rules::journey(std::string_view key) const {
  return item_of(journey_keys_, key, journeys_);
}
const JourneyRule* Rules::journey(std::uint32_t number) const {
  return item_of(journey_numbers_, number, journeys_);
}
const SetAside* Rules::set_aside(std::string_view kind, std::string_view key) const {
  for (const SetAside& each : set_aside_) {
    if (!each.superseded && each.kind == kind && each.key == key) return &each;
  }
  return nullptr;
}
const SetAside* Rules::set_aside(std::uint32_t number) const {
  for (const SetAside& each : set_aside_) {
    if (!each.superseded && each.number == number) return &each;
  }
  return nullptr;
}
bool Rules::is_set_aside(std::uint32_t journey, int version) const {
  return std::any_of(set_aside_.begin(), set_aside_.end(), [&](const SetAside& each) {
    return each.number == journey && (!each.superseded || each.version == version);
  });
}
bool Rules::policies_are_set_aside() const {
  return std::any_of(set_aside_.begin(), set_aside_.end(),
                     [](const SetAside& each) { return each.kind == "workspace"; });
}
const JourneyRule* Rules::journey_of(const journeys::Run& run) const {
  if (is_set_aside(run)) return nullptr;
  const JourneyRule* present = journey(run.journey);
  if (present == nullptr || present->journey.version == run.version) return present;
  for (const JourneyRule& rule : superseded_journeys_) {
    if (rule.number == run.journey && rule.journey.version == run.version) return &rule;
  }
  return present;
}
const TemplateRule* Rules::template_of(std::string_view key) const {
  const TemplateRule* own = item_of(template_keys_, key, templates_);
  const bool comes_along = own == nullptr && key == forms::confirmation_template_key;
  return comes_along ? &confirmation_template() : own;
}
const FormRule* Rules::form(std::string_view key) const {
  return item_of(form_keys_, key, forms_);
}
const CampaignRule* Rules::campaign(std::string_view key) const {
  return item_of(campaign_keys_, key, campaigns_);
}

const FactRule* Rules::fact(const facts::FactId& id) const {
  return item_of(fact_ids_, id, facts_);
}

Lacking::Lacking(const Rules& rules, Generation held, Generation waived)
    : places_(rules.order().size()) {
  for (const FactRule& rule : rules.facts()) {
    if (rule.generation <= held) continue;
    facts_.insert(rule.id);
    if (rule.generation <= waived) continue;
    awaited_.insert(rule.id);
    for (const Place reader : rule.readers) places_[reader] = true;
  }
  // Who reads a rule stands after it.
  for (Place place = 0; place < places_.size(); ++place) {
    if (!places_[place]) continue;
    const OrderedRule& rule = rules.order()[place];
    const bool is_segment = rule.kind == OrderedRule::Kind::segment;
    const std::vector<Place>& readers =
        is_segment ? rules.segments()[rule.index].readers : rules.scores()[rule.index].readers;
    for (const Place reader : readers) places_[reader] = true;
  }
}

const std::vector<std::size_t>& Rules::facts_of(std::string_view event) const {
  return indices_of(facts_by_event_, event);
}
const std::vector<TriggerRef>& Rules::triggers_of_event(std::string_view event) const {
  return triggers_in(triggers_by_event_, event);
}
const std::vector<TriggerRef>& Rules::triggers_of_attribute(std::string_view name) const {
  return triggers_in(triggers_by_attribute_, name);
}
bool Rules::times_triggers(std::string_view attribute) const {
  return timing_attributes_.contains(attribute);
}
Place Rules::place_of(const SegmentRule& rule) const {
  return segment_places_[static_cast<std::size_t>(&rule - segments_.data())];
}
Place Rules::place_of(const ScoreRuleSet& rule) const {
  return score_places_[static_cast<std::size_t>(&rule - scores_.data())];
}
const std::vector<Place>& Rules::readers_of_attribute(std::string_view name) const {
  return indices_of(attribute_readers_, name);
}
const std::vector<ScoreRuleRef>& Rules::score_rules_of(std::string_view event) const {
  static const std::vector<ScoreRuleRef> none;
  const auto found = score_rules_by_event_.find(event);
  return found == score_rules_by_event_.end() ? none : found->second;
}

}  // namespace sojourn::reaction
