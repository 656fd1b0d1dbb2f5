#include "domain/reaction/contact_view.h"

#include <algorithm>

#include "domain/contacts/address.h"
#include "domain/reaction/render.h"
#include "domain/scoring/shown.h"

namespace sojourn::reaction {

const Value* ContactView::attribute(std::string_view path) const {
  if (const Value* whole = contact_.attributes.find(path)) return whole;
  const std::size_t dot = path.find('.');
  if (dot == std::string_view::npos) return nullptr;
  const Value* value = contact_.attributes.find(path.substr(0, dot));
  return value == nullptr ? nullptr : find_path(*value, path.substr(dot + 1));
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
  return {.value = scoring::shown(scoring::value_at(set->score, *state, now_)),
          .changes = std::min(scoring::falls_below(set->score, *state, at_least, now_),
                              scoring::rises_to(set->score, *state, at_least, now_))};
}

bool ContactView::crossed(std::string_view key, std::string_view threshold) const {
  const ScoreRuleSet* set = rules_.score(key);
  const scoring::ScoreState* state = set == nullptr ? nullptr : score_state(*set);
  return state != nullptr &&
         std::find(state->crossed.begin(), state->crossed.end(), threshold) != state->crossed.end();
}

Timestamp ContactView::crossing_due(std::string_view key, std::string_view threshold) const {
  const ScoreRuleSet* set = rules_.score(key);
  const scoring::ScoreState* state = set == nullptr ? nullptr : score_state(*set);
  if (state == nullptr) return Timestamp::never();
  for (const scoring::Threshold& each : set->score.thresholds) {
    if (each.key != threshold) continue;
    return crossed(key, threshold) ? scoring::falls_below(set->score, *state, each.down, now_)
                                   : scoring::rises_to(set->score, *state, each.up, now_);
  }
  return Timestamp::never();
}

std::string ContactView::address(std::string_view channel) const {
  if (channel != "email") return {};
  return contacts::normalise_email(contact_.attributes.text(contacts::traits::email));
}

absl::TimeZone ContactView::zone() const {
  return find_zone(zone_name()).value_or(rules_.zone());
}

bool ContactView::on_list(std::string_view key) const {
  const ListRule* rule = rules_.list(key);
  return rule != nullptr && std::any_of(contact_.lists.begin(), contact_.lists.end(),
                                        [&](const segments::Listing& listing) {
                                          return listing.list == rule->number && listing.on;
                                        });
}

segments::GradeReading ContactView::grade(std::string_view key) const {
  const GradeRule* rule = rules_.grade(key);
  if (rule == nullptr) return {};
  const auto band = [&](const std::string& score_key, const std::vector<scoring::Band>& bands,
                        segments::GradeReading& reading) {
    const double value = score(score_key, 0).value;
    reading.grade += scoring::band_of(bands, value);
    for (const scoring::Band& each : bands) {
      reading.changes = std::min(reading.changes, score(score_key, each.from).changes);
    }
  };
  segments::GradeReading reading;
  band(rule->grade.fit, rule->grade.fit_bands, reading);
  band(rule->grade.engagement, rule->grade.engagement_bands, reading);
  return reading;
}

segments::ConsentIs::State ContactView::consent(std::string_view channel,
                                                std::string_view topic) const {
  using State = segments::ConsentIs::State;
  const policies::AddressConsent said = consent_of(channel, address(channel));
  if (policies::is_suppressed(said, topic)) return State::suppressed;
  switch (policies::said_of(said, topic)) {
    case policies::Said::opted_out:
      return State::opted_out;
    case policies::Said::opted_in:
      return State::opted_in;
    case policies::Said::nothing:
      break;
  }
  return State::unknown;
}

bool ContactView::is_reachable(std::string_view channel, std::string_view topic) const {
  if (address(channel).empty()) return false;
  const segments::ConsentIs::State state = consent(channel, topic);
  if (state == segments::ConsentIs::State::opted_in) return true;
  return state == segments::ConsentIs::State::unknown &&
         !policies::needs_opt_in(rules_.policies(), topic);
}

std::string ContactView::zone_name() const {
  return contacts::time_zone(contact_.attributes);
}

policies::AddressConsent ContactView::consent_of(std::string_view channel,
                                                 std::string_view address) const {
  policies::AddressConsent consent = ledger_.consent(channel, address);
  for (const effects::Effect& effect : effects_) {
    const auto* change = std::get_if<effects::RecordConsent>(&effect);
    if (change == nullptr || change->channel != channel) continue;
    if (contacts::folded_address(change->address) != contacts::folded_address(address)) continue;
    policies::fold(consent, change->topic, change->state);
  }
  return consent;
}

policies::Answer ContactView::ask_policies(const policies::Proposal& proposal,
                                           Timestamp now) const {
  if (!refusal_.empty()) return {policies::Answer::Kind::skip, refusal_};
  const std::string zone = zone_name();
  return policies::decide(
      rules_.policies(),
      {consent_of("email", address("email")), contact_.reservations, zone, contact_.pending},
      proposal, now);
}

Result<std::string> ContactView::render(const std::string& text, const journeys::Run& run,
                                        Timestamp now) const {
  return render_text(rules_, contact_, run, text, now);
}

}  // namespace sojourn::reaction
