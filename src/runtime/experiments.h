#pragma once

/// The experiments of the workspace, kept over the store: which run and since when, what is counted
/// of their arms, and the winners that were found or declared.
///
/// All members but next_due() belong to the committer's thread.

#include <atomic>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "domain/reaction/experiments.h"
#include "runtime/batch.h"
#include "store/state.h"

namespace sojourn::runtime {

/// For all experiments as one text; reading it gives the same. Error `damaged_setting`.
[[nodiscard]] std::string write_experiments(const std::vector<reaction::Experiment>& experiments);
[[nodiscard]] Result<std::vector<reaction::Experiment>> read_experiments(std::string_view text);

/// What the store says of them.
[[nodiscard]] Result<std::vector<reaction::Experiment>> stored_experiments(
    store::StateReads& reads);

class Experiments {
 public:
  /// Notes, in the transaction that publishes the rules, which experiments begin with them. Takes
  /// effect with the next load().
  static Result<void> publish(store::StateTransaction& transaction, const reaction::Rules& rules,
                              Timestamp now);
  /// Writes down what somebody says of a winner, with the audit row. Errors as reaction::declare().
  /// Takes effect with the next load().
  static Result<void> declare(store::StateTransaction& transaction, const reaction::Rules& rules,
                              const reaction::Declaration& declaration, Timestamp now);

  /// Takes up what the store says, and answers the rules with what stands.
  Result<std::shared_ptr<const reaction::Rules>> load(store::StateReads& reads,
                                                      std::shared_ptr<const reaction::Rules> rules);
  /// The batch is durable.
  void count(const Batch& batch);

  /// When an experiment is to be looked at; never: as it stands, not. Thread-safe.
  [[nodiscard]] Timestamp next_due() const { return {next_due_.load()}; }
  /// Looks at those that are due, and writes down what it comes to, with audit rows. Takes effect
  /// with the next load().
  static Result<void> look(store::StateTransaction& transaction, reaction::ExperimentBoard board,
                           Timestamp now);
  [[nodiscard]] const reaction::ExperimentBoard& board() const { return board_; }

 private:
  reaction::ExperimentBoard board_;
  std::atomic<std::int64_t> next_due_ = INT64_MAX;
};

}  // namespace sojourn::runtime
