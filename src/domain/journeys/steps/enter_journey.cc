#include "domain/journeys/steps/enter_journey.h"

#include <fmt/format.h>

#include "domain/definitions/reader.h"

namespace sojourn::journeys {

Result<EnterJourney> read_enter_journey(const Value& value, const std::string& path) {
  const std::string* key = value.as_string();
  if (key == nullptr || !definitions::is_key(*key)) {
    return failure(
        {.code = "not_a_key", .message = path + " must be a journey's key", .field = path});
  }
  return EnterJourney{*key};
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
