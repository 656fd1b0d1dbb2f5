#pragma once

/// The branch step: the first arm whose condition is true, else the other way.

#include <string>
#include <vector>

#include "base/result.h"
#include "base/value.h"
#include "domain/journeys/steps/step_context.h"
#include "domain/segments/condition.h"

namespace sojourn::journeys {

struct Branch {
  struct Arm {
    std::string name;
    segments::Condition when;
    std::string next;  ///< id of the arm's first step; empty: past the last
    friend bool operator==(const Arm&, const Arm&) = default;
  };
  std::vector<Arm> arms;
  std::string otherwise;
  friend bool operator==(const Branch&, const Branch&) = default;
};

inline constexpr std::size_t arms_max = 20;

/// `{arms: [{name, when: condition}]}`; the steps of arms and `otherwise` are read by the journey.
[[nodiscard]] Result<Branch> read_branch(const Value& value, const std::string& path);
[[nodiscard]] Value write(const Branch& branch);
[[nodiscard]] std::string describe(const Branch& branch);

[[nodiscard]] StepOutcome enter(const Branch& branch, std::string_view next, StepContext& context);

}  // namespace sojourn::journeys
