#pragma once

/// What a step may see and do while a run passes it.

#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "base/value.h"
#include "domain/effects/decision.h"
#include "domain/effects/effect.h"
#include "domain/experiments/plan.h"
#include "domain/journeys/run.h"
#include "domain/policies/policies.h"
#include "domain/segments/evaluate.h"

namespace sojourn::journeys {

/// What a step changes in the contact. It is carried out at once, so that the steps that follow see
/// it, and it is logged as an event, so that a recomputation from the log gives the same.
struct SetAttributes {
  Object values;  ///< null removes
};
struct ChangeList {
  std::string list;
  bool on = true;
};
using ContactChange = std::variant<SetAttributes, ChangeList>;

/// The contact as a step sees and changes it, beside its conditions.
class StepView {
 public:
  virtual ~StepView() = default;
  [[nodiscard]] virtual const segments::ConditionView& conditions() const = 0;
  /// Where a channel reaches the contact; empty where it cannot.
  [[nodiscard]] virtual std::string address(std::string_view channel) const = 0;
  /// What the policies say of a message now.
  [[nodiscard]] virtual policies::Answer ask_policies(const policies::Proposal& proposal,
                                                      Timestamp now) const = 0;
  /// Liquid with the contact's data and the run's. Errors as templates have them.
  [[nodiscard]] virtual Result<std::string> render(const std::string& text, const Run& run,
                                                   Timestamp now) const = 0;
  /// `event_id` names the event that logs the change.
  virtual void change(const ContactChange& change, const std::string& event_id, Timestamp now) = 0;
};

struct StepContext {
  StepView& view;
  const Run& run;
  std::string_view journey;  ///< key
  std::string_view step;     ///< id
  /// How the journey wants its messages treated.
  const policies::Handling& handling;
  int visit = 1;
  Timestamp now;
  std::vector<effects::Effect>& effects;
  std::vector<effects::Decision>& decisions;
  /// Keys of journeys that the contact is to enter, and to leave, in this same reaction.
  std::vector<std::string>& entries;
  std::vector<std::string>& leaves;

  /// `<run>/<step>/<visit>/<channel>`: the key that makes an effect of this visit unique.
  [[nodiscard]] std::string effect_key(std::string_view channel) const;
  /// A decision about this step with kind and outcome set.
  [[nodiscard]] effects::Decision decision(effects::DecisionKind kind, std::string outcome) const;
  /// An event about the contact, to be logged once for this visit; `what` tells it from others of
  /// the visit.
  [[nodiscard]] events::Event event(std::string_view name, std::string_view what) const;
  /// The text with the contact's and the run's data; as written where it cannot be rendered.
  [[nodiscard]] std::string rendered(const std::string& text) const;
  /// Texts within the value rendered likewise.
  [[nodiscard]] Value rendered(const Value& value) const;

  // Changes of the contact, carried out and logged; `what` tells apart those of one visit.
  void set_attributes(Object values, std::string_view what);
  void change_list(const std::string& list, bool on);
};

/// A key as the whole of a step: `enter: nurture`. `what` says of which kind, with its article.
[[nodiscard]] Result<std::string> read_key(const Value& value, const std::string& path,
                                           std::string_view what);

/// On to the step of this id; empty: past the last.
struct GoTo {
  std::string_view next;
  /// Which of several ways was taken, for decisions and counters; empty where there is one.
  std::string_view way = {};
  /// The way is an arm that was drawn for an experiment, which measures this.
  std::optional<experiments::Measure> measured = {};
};
/// Past the step that would come next.
struct SkipNext {};
/// Stay here until then (never: until an event).
struct Stay {
  Timestamp until = Timestamp::never();
};
struct End {
  RunState state = RunState::exited;
  std::string reason;
};
using StepOutcome = std::variant<GoTo, SkipNext, Stay, End>;

}  // namespace sojourn::journeys
