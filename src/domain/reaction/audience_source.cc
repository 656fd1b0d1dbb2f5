#include "domain/reaction/audience_source.h"

namespace sojourn::reaction {

std::optional<std::uint32_t> AudienceDefinitions::segment(std::string_view key) const {
  const SegmentRule* rule = rules_.segment(key);
  return rule == nullptr ? std::nullopt : std::optional(rule->number);
}

std::optional<std::uint32_t> AudienceDefinitions::list(std::string_view key) const {
  const ListRule* rule = rules_.list(key);
  return rule == nullptr ? std::nullopt : std::optional(rule->number);
}

std::optional<AudienceDefinitions::NumberedScore> AudienceDefinitions::score(
    std::string_view key) const {
  const ScoreRuleSet* rule = rules_.score(key);
  if (rule == nullptr) return std::nullopt;
  return NumberedScore{rule->number, &rule->score};
}

const scoring::Grade* AudienceDefinitions::grade(std::string_view key) const {
  const GradeRule* rule = rules_.grade(key);
  return rule == nullptr ? nullptr : &rule->grade;
}

std::vector<facts::FactDefinition> counted_facts(const Rules& rules) {
  std::vector<facts::FactDefinition> facts;
  facts.reserve(rules.facts().size());
  for (const FactRule& rule : rules.facts()) {
    // Of points a score's own column tells.
    if (!rule.definition.points) facts.push_back(rule.definition);
  }
  return facts;
}

std::string ledger_address(const ContactState& state) {
  return contacts::normalise_email(state.attributes.text(contacts::traits::email));
}

audience::ContactRow audience_row(const ContactState& state, std::optional<Hash128> address) {
  return {.id = state.id,
          .attributes = state.attributes,
          .facts = state.facts,
          .memberships = state.memberships,
          .lists = state.lists,
          .scores = state.scores,
          .address = address,
          .first_seen = state.first_seen,
          .last_seen = state.last_seen};
}

}  // namespace sojourn::reaction
