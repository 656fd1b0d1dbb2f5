#pragma once

/// The score step: gives the contact points, then on.

#include <string>

#include "base/result.h"
#include "base/value.h"
#include "domain/journeys/steps/step_context.h"

namespace sojourn::journeys {

struct ChangeScore {
  std::string score;
  double points = 0;
  std::string reason;  ///< for people: `asked for a demo`
  friend bool operator==(const ChangeScore&, const ChangeScore&) = default;
};

/// `{score: lead, points: 15, reason: asked for a demo}`
[[nodiscard]] Result<ChangeScore> read_change_score(const Value& value, const std::string& path);
[[nodiscard]] Value write(const ChangeScore& step);
[[nodiscard]] std::string describe(const ChangeScore& step);

[[nodiscard]] StepOutcome enter(const ChangeScore& step, std::string_view next,
                                StepContext& context);

}  // namespace sojourn::journeys
