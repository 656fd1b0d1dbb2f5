#pragma once

/// The exit step: the run ends here.

#include <string>

#include "base/result.h"
#include "base/value.h"
#include "domain/journeys/steps/step_context.h"

namespace sojourn::journeys {

struct Exit {
  std::string reason;  ///< for people
  friend bool operator==(const Exit&, const Exit&) = default;
};

/// `no answer`: the reason.
[[nodiscard]] Result<Exit> read_exit(const Value& value, const std::string& path);
[[nodiscard]] Value write(const Exit& exit);
[[nodiscard]] std::string describe(const Exit& exit);

[[nodiscard]] StepOutcome enter(const Exit& exit, std::string_view next, StepContext& context);

}  // namespace sojourn::journeys
