#pragma once

/// The wait-for step: stays until the contact does one of several things or a condition becomes
/// true, or until a longest time has passed; each has its path.

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/result.h"
#include "base/value.h"
#include "domain/events/event.h"
#include "domain/journeys/awaited_event.h"
#include "domain/journeys/steps/step_context.h"
#include "domain/journeys/wait_expression.h"
#include "domain/segments/condition.h"

namespace sojourn::journeys {

struct WaitFor {
  struct Arm {
    std::string name;
    std::variant<AwaitedEvent, segments::Condition> awaited;
    std::string next;  ///< id of the arm's first step; empty: past the last
    friend bool operator==(const Arm&, const Arm&) = default;
  };
  std::vector<Arm> arms;                  ///< the first that comes true decides
  std::optional<WaitExpression> at_most;  ///< absent: for ever
  std::string otherwise;                  ///< when that time has passed
  bool one_arm = true;                    ///< written as one, with `then`

  friend bool operator==(const WaitFor&, const WaitFor&) = default;
};

inline constexpr std::size_t awaited_max = 10;

/// `{event, where, same}`, `{clicked: step}` and the like, or `{when: condition}`, with `at_most:
/// 4d`; or `{any: [{name, event...}, {name, when...}], at_most}`. The paths `then`, `any[].steps`
/// and `otherwise` are lists of steps and are read by the journey.
[[nodiscard]] Result<WaitFor> read_wait_for(const Value& value, const std::string& path);
[[nodiscard]] Value write(const WaitFor& wait);
[[nodiscard]] std::string describe(const WaitFor& wait);

/// A condition that is true already is not waited for.
[[nodiscard]] StepOutcome enter(const WaitFor& wait, std::string_view next, StepContext& context);

/// The arm that awaits this event; null where none does.
[[nodiscard]] const WaitFor::Arm* awaiting(const WaitFor& wait, const Run& run,
                                           const events::Event& event);
/// The first arm whose condition is true now, and when time alone may change that.
struct AwaitedCondition {
  const WaitFor::Arm* arm = nullptr;
  Timestamp recheck = Timestamp::never();
};
[[nodiscard]] AwaitedCondition awaited_condition(const WaitFor& wait,
                                                 const segments::ConditionView& view,
                                                 Timestamp now);

}  // namespace sojourn::journeys
