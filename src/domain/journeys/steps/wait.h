#pragma once

/// The wait step: stays for a length of time, then on.

#include <string>

#include "base/result.h"
#include "base/time.h"
#include "base/value.h"
#include "domain/journeys/steps/step_context.h"

namespace sojourn::journeys {

struct Wait {
  Duration duration;
  friend bool operator==(const Wait&, const Wait&) = default;
};

/// `2d`
[[nodiscard]] Result<Wait> read_wait(const Value& value, const std::string& path);
[[nodiscard]] Value write(const Wait& wait);
[[nodiscard]] std::string describe(const Wait& wait);

[[nodiscard]] StepOutcome enter(const Wait& wait, std::string_view next, StepContext& context);

}  // namespace sojourn::journeys
