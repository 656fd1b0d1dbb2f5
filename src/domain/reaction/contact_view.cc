#include "domain/reaction/contact_view.h"

#include <algorithm>

namespace sojourn::reaction {

const Value* ContactView::attribute(std::string_view path) const {
  if (const Value* whole = contact_.attributes.find(path)) return whole;
  const std::size_t dot = path.find('.');
  if (dot == std::string_view::npos) return nullptr;
  const Value* value = contact_.attributes.find(path.substr(0, dot));
  const Object* object = value == nullptr ? nullptr : value->as_object();
  return object == nullptr ? nullptr : find_path(*object, path.substr(dot + 1));
}

const facts::FactState* ContactView::fact(const facts::FactId& id) const {
  for (const facts::FactState& state : contact_.facts) {
    if (state.id == id) return &state;
  }
  return nullptr;
}

bool ContactView::in_segment(std::string_view key) const {
  const SegmentRule* rule = rules_.segment(key);
  return rule != nullptr && std::any_of(contact_.memberships.begin(), contact_.memberships.end(),
                                        [&](const segments::Membership& membership) {
                                          return membership.segment == rule->number &&
                                                 membership.member;
                                        });
}

const scoring::ScoreState* ContactView::score_state(const ScoreRuleSet& set) const {
  for (const scoring::ScoreState& state : contact_.scores) {
    if (state.score == set.number) return &state;
  }
  return nullptr;
}

segments::ScoreReading ContactView::score(std::string_view key, double at_least) const {
  const ScoreRuleSet* set = rules_.score(key);
  const scoring::ScoreState* state = set == nullptr ? nullptr : score_state(*set);
  if (state == nullptr) return {};
  return {.value = scoring::value_at(set->score, *state, now_),
          .changes = std::min(scoring::falls_below(set->score, *state, at_least, now_),
                              scoring::rises_to(set->score, *state, at_least, now_))};
}

bool ContactView::crossed(std::string_view key, std::string_view threshold) const {
  const ScoreRuleSet* set = rules_.score(key);
  const scoring::ScoreState* state = set == nullptr ? nullptr : score_state(*set);
  return state != nullptr &&
         std::find(state->crossed.begin(), state->crossed.end(), threshold) != state->crossed.end();
}

std::string ContactView::address(std::string_view channel) const {
  if (channel != "email") return {};
  return contacts::normalise_email(contact_.attributes.text(contacts::traits::email));
}

std::string ContactView::zone() const {
  return contacts::time_zone(contact_.attributes);
}

policies::AddressConsent ContactView::consent(std::string_view channel,
                                              std::string_view address) const {
  policies::AddressConsent consent = ledger_.consent(channel, address);
  for (const effects::Effect& effect : effects_) {
    const auto* change = std::get_if<effects::RecordConsent>(&effect);
    if (change == nullptr || change->channel != channel || change->address != address) continue;
    policies::fold(consent, change->topic, change->state);
  }
  return consent;
}

policies::Answer ContactView::ask_policies(const policies::Proposal& proposal,
                                           Timestamp now) const {
  return policies::decide(rules_.policies(), consent("email", address("email")),
                          contact_.reservations, zone(), proposal, now);
}

}  // namespace sojourn::reaction
