// Another contact has become this one.
#include "domain/reaction/reactor.h"

#include <algorithm>
#include <tuple>

namespace sojourn::reaction {

using effects::Decision;
using effects::DecisionKind;
using journeys::RunState;

void Reactor::on(const MergeInput& input) {
  const ContactState& loser = input.loser;
  Decision decision;
  decision.kind = DecisionKind::contact_merged;
  decision.at = now_;
  decision.text = contacts::format(loser.id);
  decide(std::move(decision));
  contact_.first_seen = std::min(contact_.first_seen, loser.first_seen);
  contact_.last_seen = std::max(contact_.last_seen, loser.last_seen);
  link(loser.identifiers);
  contact_.attributes.merge(loser.attributes);
  merge_facts(loser);
  merge_scores(loser);
  merge_runs(loser);
  merge_reservations(loser);
  for (const TimelineEntry& entry : loser.timeline) note_on_timeline(entry);
  contact_.timeline_chunks = std::max(contact_.timeline_chunks, loser.timeline_chunks);
  merge_lists(loser);
  merge_sharing(loser);
  arm_again_ = true;
  mark_all();
}

void Reactor::merge_sharing(const ContactState& loser) {
  const auto said = [&](const contacts::ContactId& id) {
    return policies::said_of(view_.consent_of(policies::sharing_channel, contacts::format(id)),
                             policies::sharing_topic);
  };
  const bool is_stricter =
      said(loser.id) == policies::Said::opted_out && said(contact_.id) != policies::Said::opted_out;
  if (!is_stricter) return;
  trail_.effects.emplace_back(
      effects::RecordConsent{.channel = std::string(policies::sharing_channel),
                             .address = contacts::format(contact_.id),
                             .topic = std::string(policies::sharing_topic),
                             .state = std::string(policies::consent_states::opted_out),
                             .at = now_,
                             .source = "merge",
                             .evidence = contacts::format(loser.id)});
}

void Reactor::merge_facts(const ContactState& loser) {
  for (const facts::FactState& theirs : loser.facts) {
    const FactRule* rule = rules_.fact(theirs.id);
    if (rule == nullptr || rule->generation != theirs.generation) continue;
    facts::FactState& mine = fact_state(*rule);
    const int keep = lacks(*rule) ? facts::occurrences_max : rule->definition.keep;
    mine = facts::combine(mine, theirs, rule->definition, keep);
  }
}

void Reactor::merge_scores(const ContactState& loser) {
  for (const scoring::ScoreState& theirs : loser.scores) {
    const ScoreRuleSet* set = rules_.score(theirs.score);
    if (set == nullptr) {
      keep_score_aside(theirs);
      continue;
    }
    scoring::ScoreState& mine = score_state(*set);
    mine = scoring::combine(set->score, std::move(mine), theirs);
    read_points(*set, mine);
    update_thresholds(mine);
  }
}

void Reactor::keep_score_aside(const scoring::ScoreState& theirs) {
  const bool has_one =
      std::any_of(contact_.scores.begin(), contact_.scores.end(),
                  [&](const scoring::ScoreState& mine) { return mine.score == theirs.score; });
  if (!has_one && rules_.set_aside(theirs.score) != nullptr) contact_.scores.push_back(theirs);
}

void Reactor::merge_lists(const ContactState& loser) {
  for (const segments::Listing& theirs : loser.lists) write_listing(theirs);
}

void Reactor::merge_runs(const ContactState& loser) {
  for (const Run& theirs : loser.runs) {
    const auto mine = std::find_if(contact_.runs.begin(), contact_.runs.end(), [&](const Run& run) {
      return run.journey == theirs.journey && run.key == theirs.key &&
             run.state == RunState::active && theirs.state == RunState::active;
    });
    if (mine == contact_.runs.end()) {
      contact_.runs.push_back(theirs);
      continue;
    }
    // By place: push_back may move the list.
    const auto place = static_cast<std::size_t>(mine - contact_.runs.begin());
    contact_.runs.push_back(theirs);
    Run& ours = contact_.runs[place];
    Run& other = contact_.runs.back();
    const bool ours_first =
        std::tie(ours.entered_at, ours.id) <= std::tie(other.entered_at, other.id);
    Run& stays = ours_first ? ours : other;
    Run& ends = ours_first ? other : ours;
    for (const Run::Visits& visits : ends.visits) {
      if (stays.visits_of(visits.step) == 0) stays.visits.push_back(visits);
    }
    if (const JourneyRule* rule = rules_.journey_of(ends)) {
      journeys::end(rule->journey, ends, RunState::merged, "merged", now_, trail_);
    } else if (const SetAside* aside = rules_.set_aside(ends.journey)) {
      journeys::Journey unread;
      unread.key = aside->key;
      journeys::end(unread, ends, RunState::merged, "merged", now_, trail_);
    }
  }
  std::sort(contact_.runs.begin(), contact_.runs.end(), [](const Run& a, const Run& b) {
    return std::tie(a.entered_at, a.id) < std::tie(b.entered_at, b.id);
  });
}

void Reactor::merge_reservations(const ContactState& loser) {
  contact_.pending.insert(contact_.pending.end(), loser.pending.begin(), loser.pending.end());
  for (const policies::Reservation& place : loser.reservations) {
    const auto& mine = contact_.reservations;
    if (std::find(mine.begin(), mine.end(), place) == mine.end()) {
      contact_.reservations.push_back(place);
    }
  }
  std::sort(contact_.reservations.begin(), contact_.reservations.end(),
            [](const auto& a, const auto& b) {
              return std::tie(a.at, a.message) < std::tie(b.at, b.message);
            });
}

}  // namespace sojourn::reaction
