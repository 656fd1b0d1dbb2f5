#include "domain/simulation/stage.h"

#include <algorithm>

#include "domain/scoring/shown.h"

namespace sojourn::simulation {

double score_of(const Stage& stage, const reaction::ContactState& contact, std::string_view key) {
  const reaction::ScoreRuleSet* set = stage.rules().score(key);
  if (set == nullptr) return 0;
  for (const scoring::ScoreState& state : contact.scores) {
    if (state.score != set->number) continue;
    return scoring::shown(scoring::value_at(set->score, state, stage.now()));
  }
  return 0;
}

std::string grade_of(const Stage& stage, const reaction::ContactState& contact,
                     std::string_view key) {
  const reaction::GradeRule* rule = stage.rules().grade(key);
  if (rule == nullptr) return {};
  const scoring::Grade& grade = rule->grade;
  return scoring::band_of(grade.fit_bands, score_of(stage, contact, grade.fit)) +
         scoring::band_of(grade.engagement_bands, score_of(stage, contact, grade.engagement));
}

bool is_member(const Stage& stage, const reaction::ContactState& contact,
               std::string_view segment) {
  const reaction::SegmentRule* rule = stage.rules().segment(segment);
  return rule != nullptr && std::any_of(contact.memberships.begin(), contact.memberships.end(),
                                        [&](const segments::Membership& membership) {
                                          return membership.segment == rule->number &&
                                                 membership.member;
                                        });
}

bool is_on_list(const Stage& stage, const reaction::ContactState& contact, std::string_view list) {
  const reaction::ListRule* rule = stage.rules().list(list);
  return rule != nullptr && std::any_of(contact.lists.begin(), contact.lists.end(),
                                        [&](const segments::Listing& listing) {
                                          return listing.list == rule->number && listing.on;
                                        });
}

}  // namespace sojourn::simulation
