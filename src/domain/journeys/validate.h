#pragma once

/// What is wrong with a journey's graph although each of its steps can be read.
///
/// Looks at ways_on() and at whether a step waits, and so at every kind of step alike.

#include <string>
#include <vector>

#include "domain/journeys/journey.h"

namespace sojourn::journeys {

struct GraphProblem {
  std::string step;  ///< id
  /// `unreachable_step`, `unknown_step`, `loop_without_wait`, `experiment_without_goal`,
  /// `experiment_without_mail`: docs/reference/problems.md.
  std::string code;
  std::string message;

  friend bool operator==(const GraphProblem&, const GraphProblem&) = default;
};

/// In the order of the steps.
[[nodiscard]] std::vector<GraphProblem> validate(const Journey& journey);

/// Whether a run may stay at such a step.
[[nodiscard]] bool may_wait(const StepAction& action);

}  // namespace sojourn::journeys
