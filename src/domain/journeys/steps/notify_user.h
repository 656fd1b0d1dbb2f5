#pragma once

/// The notify step: tells somebody in the team, then on.

#include <string>

#include "base/result.h"
#include "base/value.h"
#include "domain/journeys/steps/step_context.h"

namespace sojourn::journeys {

struct NotifyUser {
  std::string user;  ///< a role or an address
  std::string text;
  friend bool operator==(const NotifyUser&, const NotifyUser&) = default;
};

/// `{user: sales, text: "..."}`; the text is Liquid and sees the contact.
[[nodiscard]] Result<NotifyUser> read_notify_user(const Value& value, const std::string& path);
[[nodiscard]] Value write(const NotifyUser& notify);
[[nodiscard]] std::string describe(const NotifyUser& notify);

[[nodiscard]] StepOutcome enter(const NotifyUser& notify, std::string_view next,
                                StepContext& context);

}  // namespace sojourn::journeys
