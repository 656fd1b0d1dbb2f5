#pragma once

/// The split step: a fixed share of contacts takes each way, the same contact always the same one.
/// It may be an experiment, which counts what becomes of each arm and finds the winner.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/value.h"
#include "domain/experiments/plan.h"
#include "domain/experiments/standing.h"
#include "domain/journeys/steps/step_context.h"

namespace sojourn::journeys {

struct Split {
  struct Arm {
    std::string name;
    double percent = 0;
    std::string next;  ///< id of the arm's first step; empty: past the last
    friend bool operator==(const Arm&, const Arm&) = default;
  };
  std::vector<Arm> arms;
  std::string otherwise;  ///< of the share that the arms leave
  /// Splits of the same seed draw the same share for a contact; empty: of this step alone.
  std::string seed;
  /// Everybody who comes from now on takes this arm; empty: none was declared the winner.
  std::string winner;
  std::optional<experiments::Plan> experiment;
  /// Where the experiment stands; no part of the definition (reaction/experiments.h). Absent: it is
  /// not in force.
  std::optional<experiments::Standing> standing = {};

  /// The arm that everybody takes, as written or as the experiment has it; empty: none.
  [[nodiscard]] std::string_view taken_by_all() const;
  friend bool operator==(const Split&, const Split&) = default;
};

inline constexpr std::size_t split_arms_max = 20;

/// An experiment compares arms; what the arms leave to `otherwise` takes no part.
inline constexpr std::size_t experiment_arms_min = 2;

/// `{arms: [{name, percent}], seed, winner, experiment: {...}}`: at most 100 percent together. The
/// steps of arms and `otherwise` are read by the journey, the experiment by experiments/plan.h.
[[nodiscard]] Result<Split> read_split(const Value& value, const std::string& path);
[[nodiscard]] Value write(const Split& step);
[[nodiscard]] std::string describe(const Split& step);

/// What the experiment compares: an edit that leaves it the same lets the experiment go on, any
/// other begins it anew. Arms are the same by name and share.
[[nodiscard]] std::string compared_by(const Split& step);

[[nodiscard]] StepOutcome enter(const Split& step, std::string_view next, StepContext& context);

}  // namespace sojourn::journeys
