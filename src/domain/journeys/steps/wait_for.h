#pragma once

/// The wait-for step: stays until the contact does something, or until a longest time has passed;
/// each has its path.

#include <string>

#include "base/result.h"
#include "base/time.h"
#include "base/value.h"
#include "domain/events/event.h"
#include "domain/facts/fact.h"
#include "domain/journeys/steps/step_context.h"

namespace sojourn::journeys {

struct WaitFor {
  facts::EventMatch match;
  /// A send step of the same journey: only a click in that step's message of this run counts.
  std::string clicked;
  Duration at_most;
  std::string then;       ///< id of the next step when it happened; empty: past the last
  std::string otherwise;  ///< when it did not

  friend bool operator==(const WaitFor&, const WaitFor&) = default;
};

/// `{event, where}` or `{clicked: step}`, with `at_most: 4d`. The paths `then` and `otherwise` are
/// lists of steps and are read by the journey.
[[nodiscard]] Result<WaitFor> read_wait_for(const Value& value, const std::string& path);
[[nodiscard]] Value write(const WaitFor& wait);
[[nodiscard]] std::string describe(const WaitFor& wait);

[[nodiscard]] StepOutcome enter(const WaitFor& wait, std::string_view next, StepContext& context);
/// True where this is the event that the run waits for.
[[nodiscard]] bool is_awaited(const WaitFor& wait, const Run& run, const events::Event& event);

}  // namespace sojourn::journeys
