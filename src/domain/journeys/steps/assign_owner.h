#pragma once

/// The assign step: gives the contact to somebody of the team, then on.

#include <string>
#include <vector>

#include "base/result.h"
#include "base/value.h"
#include "domain/journeys/steps/step_context.h"

namespace sojourn::journeys {

struct AssignOwner {
  std::vector<std::string> owners;  ///< of several, each contact always gets the same one
  bool replace = false;             ///< also where the contact has an owner already
  friend bool operator==(const AssignOwner&, const AssignOwner&) = default;
};

inline constexpr std::size_t owners_max = 200;

/// `mia@example.com`, or `{one_of: [mia@example.com, tom@example.com], replace: true}`. Sets
/// attribute `owner`.
[[nodiscard]] Result<AssignOwner> read_assign_owner(const Value& value, const std::string& path);
[[nodiscard]] Value write(const AssignOwner& step);
[[nodiscard]] std::string describe(const AssignOwner& step);

[[nodiscard]] StepOutcome enter(const AssignOwner& step, std::string_view next,
                                StepContext& context);

}  // namespace sojourn::journeys
