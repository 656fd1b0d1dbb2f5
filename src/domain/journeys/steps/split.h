#pragma once

/// The split step: a fixed share of contacts takes each way, the same contact always the same one.

#include <string>
#include <vector>

#include "base/result.h"
#include "base/value.h"
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
  friend bool operator==(const Split&, const Split&) = default;
};

inline constexpr std::size_t split_arms_max = 20;

/// `{arms: [{name, percent}], seed, winner}`: at most 100 percent together. The steps of arms and
/// `otherwise` are read by the journey.
[[nodiscard]] Result<Split> read_split(const Value& value, const std::string& path);
[[nodiscard]] Value write(const Split& step);
[[nodiscard]] std::string describe(const Split& step);

[[nodiscard]] StepOutcome enter(const Split& step, std::string_view next, StepContext& context);

}  // namespace sojourn::journeys
