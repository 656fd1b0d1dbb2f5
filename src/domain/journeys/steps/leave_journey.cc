#include "domain/journeys/steps/leave_journey.h"

#include <fmt/format.h>

namespace sojourn::journeys {

Result<LeaveJourney> read_leave_journey(const Value& value, const std::string& path) {
  TRY(journey, read_key(value, path, "a journey"));
  return LeaveJourney{std::move(journey)};
}

Value write(const LeaveJourney& step) {
  return step.journey;
}

std::string describe(const LeaveJourney& step) {
  return fmt::format("leave {}", step.journey);
}

StepOutcome enter(const LeaveJourney& step, std::string_view next, StepContext& context) {
  context.leaves.push_back(step.journey);
  return GoTo{next};
}

}  // namespace sojourn::journeys
