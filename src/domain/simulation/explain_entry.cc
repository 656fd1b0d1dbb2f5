// Why a contact entered a journey, or did not.
#include <fmt/format.h>

#include "domain/reaction/entry.h"
#include "domain/simulation/explain_known.h"
#include "domain/simulation/explain_triggers.h"

namespace sojourn::simulation {
namespace {

using effects::Decision;
using effects::DecisionKind;
using journeys::Run;
using journeys::RunState;
using reaction::JourneyRule;

/// Which version the run follows, beside the one in force.
Check check_of_version(const Publication& publication, int followed, bool active,
                       Timestamp entered) {
  Check check = passed("journey_published", {}, fmt::format("version {}", followed));
  if (publication.archived) {
    check.evidence = fmt::format("archived at {}; the run followed version {}",
                                 format_timestamp(publication.latest), followed);
  } else if (followed != publication.version) {
    check.evidence = fmt::format("the run {} version {}; version {} has been in force since {}",
                                 active ? "follows" : "followed", followed, publication.version,
                                 format_timestamp(publication.latest));
  } else if (publication.latest <= entered) {
    check.at = publication.latest;
  }
  return check;
}

/// Where the newest run has come to.
Check check_of_run(const Known& known, const JourneyRule* rule, const Run& run) {
  Check check = passed("run", run.entered_at, "");
  if (run.state == RunState::active) {
    check.evidence = place_in_words(known, run);
    return check;
  }
  check.at = run.ended_at;
  check.evidence = end_in_words(known, run);
  if (rule == nullptr) check.evidence += "; the journey is archived";
  return check;
}

}  // namespace

Explanation explain_entry(const Known& known, std::string_view key,
                          const std::optional<Publication>& publication) {
  Explanation explanation;
  const JourneyRule* rule = known.rules.journey(key);
  const Run* run = newest_run(known, number_of(rule, publication));
  const Decision* entered = newest_decision(known, [&](const Decision& decision) {
    const bool of_journey = decision.kind == DecisionKind::journey_entered && decision.key == key;
    return of_journey && (run == nullptr || decision.run == run->id);
  });
  const std::string did_not = fmt::format("did not enter “{}”", key);
  if (entered != nullptr || run != nullptr) {
    const Timestamp at = run != nullptr ? run->entered_at : entered->at;
    explanation.happened = true;
    if (publication) {
      const int followed = run != nullptr ? run->version : entered->version;
      const bool active = run != nullptr && run->state == RunState::active;
      explanation.checks.push_back(check_of_version(*publication, followed, active, at));
    }
    const std::string origin =
        entered == nullptr ? std::string() : reaction::origin_in_words(*entered);
    explanation.checks.push_back(
        passed("entered", at, origin.empty() ? "what started it was not noted" : origin));
    if (run != nullptr && is_stopped(rule, *run)) {
      explanation.checks.push_back(
          passed("running", {},
                 fmt::format("it ran then; {}, and those inside stand still",
                             pause_in_words({*rule->paused_since}))));
    }
    if (run != nullptr) explanation.checks.push_back(check_of_run(known, rule, *run));
    summarise(explanation, fmt::format("entered “{}” at {}", key, format_timestamp(at)), did_not);
    return explanation;
  }
  const bool in_force = rule != nullptr && !(publication && publication->archived);
  if (!check_published("journey", key, in_force, publication, explanation.checks)) {
    summarise(explanation, "", did_not);
    return explanation;
  }
  for (Check& check : checks_of_triggers(known, *rule, publication)) {
    explanation.checks.push_back(std::move(check));
  }
  summarise(explanation, "", did_not);
  return explanation;
}

}  // namespace sojourn::simulation
