#include "domain/journeys/steps/enter_journey.h"

#include <fmt/format.h>

namespace sojourn::journeys {

Result<EnterJourney> read_enter_journey(const Value& value, const std::string& path) {
  TRY(journey, read_key(value, path, "a journey"));
  return EnterJourney{std::move(journey)};
}

Value write(const EnterJourney& entry) {
  return entry.journey;
}

std::string describe(const EnterJourney& entry) {
  return fmt::format("enter {}", entry.journey);
}

StepOutcome enter(const EnterJourney& entry, std::string_view next, StepContext& context) {
  context.entries.push_back(entry.journey);
  return GoTo{next};
}

}  // namespace sojourn::journeys
