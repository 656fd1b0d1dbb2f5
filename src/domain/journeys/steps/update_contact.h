#pragma once

/// The update step: sets attributes of the contact, then on.

#include <string>

#include "base/result.h"
#include "base/value.h"
#include "domain/journeys/steps/step_context.h"

namespace sojourn::journeys {

struct UpdateContact {
  Object values;  ///< texts are Liquid; null removes the attribute
  friend bool operator==(const UpdateContact&, const UpdateContact&) = default;
};

inline constexpr std::size_t updated_max = 50;

/// `{plan: pro, greeting: "{{ event.name }}", trial_ends: null}`
[[nodiscard]] Result<UpdateContact> read_update_contact(const Value& value,
                                                        const std::string& path);
[[nodiscard]] Value write(const UpdateContact& step);
[[nodiscard]] std::string describe(const UpdateContact& step);

[[nodiscard]] StepOutcome enter(const UpdateContact& step, std::string_view next,
                                StepContext& context);

}  // namespace sojourn::journeys
