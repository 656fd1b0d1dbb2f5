#include "domain/reaction/entry.h"

#include "domain/journeys/run_view.h"
#include "domain/reaction/contact_state.h"

namespace sojourn::reaction {

using journeys::Run;
using journeys::RunState;

std::string_view entry_refusal(const JourneyRule& rule, const std::vector<Run>& runs,
                               const Run& run, const segments::ConditionView& contact,
                               Timestamp now) {
  const journeys::Journey& journey = rule.journey;
  if (rule.finishing) return "archived";
  if (rule.paused_since) return "paused";
  if (!journey.key_by.empty() && run.key.empty()) return "no_key";
  std::size_t active = 0;
  for (const Run& other : runs) {
    if (other.state == RunState::active) ++active;
    if (other.journey != rule.number || other.key != run.key) continue;
    if (other.state == RunState::active) return "already_inside";
    if (journey.reentry == journeys::Reentry::never) return "was_inside";
    const bool too_soon = journey.reentry == journeys::Reentry::after &&
                          now < other.entered_at + journey.reentry_after;
    if (too_soon) return "entered_recently";
  }
  if (active >= active_runs_max) return "too_many_runs";
  const bool let_in =
      !journey.only_if ||
      segments::evaluate(*journey.only_if, journeys::RunView(contact, run), now).value;
  return let_in ? "" : "not_let_in";
}

}  // namespace sojourn::reaction
