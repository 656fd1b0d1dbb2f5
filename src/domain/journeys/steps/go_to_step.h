#pragma once

/// The go-to step: on to another step of the journey, at most so many times.

#include <string>

#include "base/result.h"
#include "base/value.h"
#include "domain/journeys/steps/step_context.h"

namespace sojourn::journeys {

struct GoToStep {
  std::string step;  ///< id
  int at_most = 10;  ///< times in one run; afterwards the run goes on to the step after this one
  friend bool operator==(const GoToStep&, const GoToStep&) = default;
};

inline constexpr int go_to_max = 1'000;

/// `ask-again`, or `{step: ask-again, at_most: 3}`
[[nodiscard]] Result<GoToStep> read_go_to_step(const Value& value, const std::string& path);
[[nodiscard]] Value write(const GoToStep& step);
[[nodiscard]] std::string describe(const GoToStep& step);

[[nodiscard]] StepOutcome enter(const GoToStep& step, std::string_view next, StepContext& context);

}  // namespace sojourn::journeys
