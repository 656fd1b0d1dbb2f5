#pragma once

/// What a step may see and do while a run passes it.

#include <functional>
#include <string>
#include <variant>
#include <vector>

#include "base/time.h"
#include "domain/effects/decision.h"
#include "domain/effects/effect.h"
#include "domain/journeys/run.h"
#include "domain/policies/policies.h"
#include "domain/segments/evaluate.h"

namespace sojourn::journeys {

/// The contact as a step sees it, beside its conditions.
class StepView {
 public:
  virtual ~StepView() = default;
  [[nodiscard]] virtual const segments::ConditionView& conditions() const = 0;
  /// Where a channel reaches the contact; empty where it cannot.
  [[nodiscard]] virtual std::string address(std::string_view channel) const = 0;
  /// What the policies say of a message now.
  [[nodiscard]] virtual policies::Answer ask_policies(const policies::Proposal& proposal,
                                                      Timestamp now) const = 0;
};

struct StepContext {
  const StepView& view;
  const Run& run;
  std::string_view journey;  ///< key
  std::string_view step;     ///< id
  int visit = 1;
  Timestamp now;
  std::vector<effects::Effect>& effects;
  std::vector<effects::Decision>& decisions;
  /// Keys of journeys that the contact is to enter in this same reaction.
  std::vector<std::string>& entries;

  /// `<run>/<step>/<visit>/<channel>`: the key that makes an effect of this visit unique.
  [[nodiscard]] std::string effect_key(std::string_view channel) const;
  /// A decision about this step with kind and outcome set.
  [[nodiscard]] effects::Decision decision(effects::DecisionKind kind, std::string outcome) const;
};

/// On to the step of this id; empty: past the last.
struct GoTo {
  std::string_view next;
};
/// Stay here until then (never: until an event).
struct Stay {
  Timestamp until = Timestamp::never();
};
struct End {
  RunState state = RunState::exited;
  std::string reason;
};
using StepOutcome = std::variant<GoTo, Stay, End>;

}  // namespace sojourn::journeys
