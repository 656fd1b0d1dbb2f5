#pragma once

/// The task step: gives somebody of the team something to do about the contact, then on.

#include <optional>
#include <string>

#include "base/result.h"
#include "base/value.h"
#include "domain/journeys/steps/step_context.h"

namespace sojourn::journeys {

struct CreateTask {
  std::string title;  ///< Liquid
  std::string owner;  ///< empty: the contact's owner
  std::optional<Duration> due_in;
  friend bool operator==(const CreateTask&, const CreateTask&) = default;
};

/// `{title: "Call {{ contact.firstName }}", owner, due_in: 2d}`. Logged as an event `Task Created`
/// of the contact.
[[nodiscard]] Result<CreateTask> read_create_task(const Value& value, const std::string& path);
[[nodiscard]] Value write(const CreateTask& step);
[[nodiscard]] std::string describe(const CreateTask& step);

[[nodiscard]] StepOutcome enter(const CreateTask& step, std::string_view next,
                                StepContext& context);

}  // namespace sojourn::journeys
