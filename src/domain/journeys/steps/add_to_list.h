#pragma once

/// The add to list step: puts the contact onto a static list, then on.

#include <string>

#include "base/result.h"
#include "base/value.h"
#include "domain/journeys/steps/step_context.h"

namespace sojourn::journeys {

struct AddToList {
  std::string list;  ///< key
  friend bool operator==(const AddToList&, const AddToList&) = default;
};

/// `vip`: the list's key.
[[nodiscard]] Result<AddToList> read_add_to_list(const Value& value, const std::string& path);
[[nodiscard]] Value write(const AddToList& step);
[[nodiscard]] std::string describe(const AddToList& step);

[[nodiscard]] StepOutcome enter(const AddToList& step, std::string_view next, StepContext& context);

}  // namespace sojourn::journeys
