#pragma once

/// The stage step: sets the contact's lifecycle stage, then on.

#include <string>

#include "base/result.h"
#include "base/value.h"
#include "domain/journeys/steps/step_context.h"

namespace sojourn::journeys {

struct SetStage {
  std::string stage;
  friend bool operator==(const SetStage&, const SetStage&) = default;
};

inline constexpr std::size_t stage_bytes_max = 100;

/// `customer`: the value of attribute `lifecycleStage`.
[[nodiscard]] Result<SetStage> read_set_stage(const Value& value, const std::string& path);
[[nodiscard]] Value write(const SetStage& step);
[[nodiscard]] std::string describe(const SetStage& step);

[[nodiscard]] StepOutcome enter(const SetStage& step, std::string_view next, StepContext& context);

}  // namespace sojourn::journeys
