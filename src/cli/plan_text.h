#pragma once

/// A plan as `plan`, `apply` and `rollback` print it.

#include <set>
#include <string>

#include "base/value.h"
#include "cli/applied_state.h"

namespace sojourn::cli {

struct PlanOutcome {
  int changes = 0;
  int problems = 0;
};

/// The folder that a plan is of.
struct PlannedFolder {
  AppliedState known = {};  ///< what it and the server had in common before
  /// Definitions whose files are as they were then, as `kind/key`.
  std::set<std::string> untouched = {};
};

/// Prints what a plan or a publication answered. What is only on the server is told and is no
/// change. Of no folder, `folder` is empty.
PlanOutcome print_plan(const Value& plan, const PlannedFolder& folder);

}  // namespace sojourn::cli
