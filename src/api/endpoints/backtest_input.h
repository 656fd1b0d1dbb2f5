#pragma once

/// What a call asks of a backtest, and whose turn it is: for a call that waits, and for a job.

#include <string>

#include "base/result.h"
#include "base/value.h"
#include "runtime/backtest.h"

namespace sojourn::api {

/// Reads a BacktestRequest of openapi.yaml. Errors name the field.
[[nodiscard]] Result<runtime::BacktestRequest> read_backtest_request(const Object& body,
                                                                     const std::string& journey,
                                                                     Timestamp now);

/// The error of a backtest that found problems, of which there is at least one.
[[nodiscard]] Error error_of_problems(const runtime::BacktestAnswer& answer);

/// One backtest runs at a time in the process, for its threads and memory: up to
/// backtest_memory_bytes_max each.
class BacktestTurn {
 public:
  /// Takes the turn where nobody has it.
  BacktestTurn();
  ~BacktestTurn();
  BacktestTurn(const BacktestTurn&) = delete;
  BacktestTurn& operator=(const BacktestTurn&) = delete;
  [[nodiscard]] bool mine() const { return mine_; }

 private:
  const bool mine_;
};

}  // namespace sojourn::api
