#pragma once

/// The experiments of a workspace's journeys: which are in force, what has been counted of them,
/// and what was decided. The runtime keeps them over the store, a simulated world in memory.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "domain/effects/decision.h"
#include "domain/experiments/standing.h"
#include "domain/reaction/rules.h"

namespace sojourn::reaction {

struct Experiment {
  std::uint32_t journey = 0;  ///< number of the definition
  std::string step;           ///< of the split
  std::string compared;       ///< journeys::compared_by(), and the goal where that is measured
  experiments::Standing standing;

  friend bool operator==(const Experiment&, const Experiment&) = default;
};

/// A change of a journey that leaves what is compared the same lets its experiment go on, with what
/// was counted and decided; any other begins it anew, at `now`. Those that the rules lack are gone.
[[nodiscard]] std::vector<Experiment> experiments_in(const Rules& rules,
                                                     const std::vector<Experiment>& known,
                                                     Timestamp now);

/// The rules with what stands, also in earlier versions that have the same experiment; the same
/// rules where they have it already.
[[nodiscard]] std::shared_ptr<const Rules> with_standings(
    std::shared_ptr<const Rules> rules, const std::vector<Experiment>& experiments);

/// Somebody says which arm everybody takes from `now` on; without an arm the split goes on, and
/// what was counted stays. Errors: `unknown_journey`, `no_experiment`, `unknown_value` (the arm),
/// `no_winner` (there is none to take back), `already_winner`.
struct Declaration {
  std::string journey;  ///< key
  std::string step;
  std::optional<std::string> arm;
  std::string by;
};
[[nodiscard]] Result<void> declare(const Rules& rules, std::vector<Experiment>& experiments,
                                   const Declaration& declaration, Timestamp now);

/// Experiments with what is counted of them. Looks at each once, when it is due.
class ExperimentBoard {
 public:
  ExperimentBoard() = default;
  ExperimentBoard(const Rules& rules, std::vector<Experiment> experiments);

  [[nodiscard]] const std::vector<Experiment>& experiments() const { return experiments_; }
  /// Of an experiment, arm by arm as written; empty where there is none.
  [[nodiscard]] std::vector<experiments::ArmCount> counts(std::uint32_t journey,
                                                          std::string_view step) const;

  /// Adds what a counter counts; nothing happens where it is of no arm.
  void count(const effects::CounterStep& counted);

  /// When an experiment is to be looked at, by what is counted so far; never: as it stands, not.
  [[nodiscard]] Timestamp next_due() const;

  struct Looked {
    std::string journey;  ///< key
    std::string step;
    experiments::Standing standing;
  };
  /// Looks at those that are due.
  std::vector<Looked> look(Timestamp now);

 private:
  struct Place {
    std::string journey;  ///< key
    experiments::Plan plan;
    std::vector<experiments::ArmCount> counts;
  };
  std::vector<Experiment> experiments_;
  std::vector<Place> places_;  ///< of each
};

}  // namespace sojourn::reaction
