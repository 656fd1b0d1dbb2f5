#pragma once

/// What `plan` and `apply` choose for those inside journeys, and what they are told of it.

#include <string>
#include <vector>

#include "base/result.h"
#include "base/value.h"

namespace sojourn::cli {

struct InsideFlags {
  std::vector<std::string> choices;  ///< `welcome=move`
  std::vector<std::string> steps;    ///< `welcome/nudge=reminder`; `welcome/nudge=`: they leave
};

/// The member `inside` of a request; empty where nothing is chosen. Error `invalid_option`.
[[nodiscard]] Result<Object> inside_of(const InsideFlags& flags);

/// True where the change of a plan makes somebody inside go on or leave.
[[nodiscard]] bool touches_inside(const Value& change);
/// Prints what becomes of those inside, by step, where the change of a plan says so.
void print_inside(const Value& change);

}  // namespace sojourn::cli
