#pragma once

/// The leave step: ends the contact's runs of another journey; this run goes on.

#include <string>

#include "base/result.h"
#include "base/value.h"
#include "domain/journeys/steps/step_context.h"

namespace sojourn::journeys {

struct LeaveJourney {
  std::string journey;  ///< key
  friend bool operator==(const LeaveJourney&, const LeaveJourney&) = default;
};

/// `nurture`: the other journey's key.
[[nodiscard]] Result<LeaveJourney> read_leave_journey(const Value& value, const std::string& path);
[[nodiscard]] Value write(const LeaveJourney& step);
[[nodiscard]] std::string describe(const LeaveJourney& step);

[[nodiscard]] StepOutcome enter(const LeaveJourney& step, std::string_view next,
                                StepContext& context);

}  // namespace sojourn::journeys
