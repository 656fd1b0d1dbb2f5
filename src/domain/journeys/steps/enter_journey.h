#pragma once

/// The enter step: the contact begins another journey; this run goes on.

#include <string>

#include "base/result.h"
#include "base/value.h"
#include "domain/journeys/steps/step_context.h"

namespace sojourn::journeys {

struct EnterJourney {
  std::string journey;
  friend bool operator==(const EnterJourney&, const EnterJourney&) = default;
};

/// `nurture`: the other journey's key.
[[nodiscard]] Result<EnterJourney> read_enter_journey(const Value& value, const std::string& path);
[[nodiscard]] Value write(const EnterJourney& entry);
[[nodiscard]] std::string describe(const EnterJourney& entry);

[[nodiscard]] StepOutcome enter(const EnterJourney& entry, std::string_view next,
                                StepContext& context);

}  // namespace sojourn::journeys
