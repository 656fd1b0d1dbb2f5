#pragma once

/// The remove-from-list step: takes the contact off a static list, then on.

#include <string>

#include "base/result.h"
#include "base/value.h"
#include "domain/journeys/steps/step_context.h"

namespace sojourn::journeys {

struct RemoveFromList {
  std::string list;  ///< key
  friend bool operator==(const RemoveFromList&, const RemoveFromList&) = default;
};

/// `vip`: the list's key.
[[nodiscard]] Result<RemoveFromList> read_remove_from_list(const Value& value,
                                                           const std::string& path);
[[nodiscard]] Value write(const RemoveFromList& step);
[[nodiscard]] std::string describe(const RemoveFromList& step);

[[nodiscard]] StepOutcome enter(const RemoveFromList& step, std::string_view next,
                                StepContext& context);

}  // namespace sojourn::journeys
