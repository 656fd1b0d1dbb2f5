#pragma once

/// The job that backtests a journey: it can be followed, cancelled, and its report asked for later.

#include <memory>
#include <string_view>

#include "base/value.h"
#include "runtime/backtest.h"
#include "runtime/jobs.h"

namespace sojourn::api {

inline constexpr std::string_view backtest_kind = "backtest";

/// The body of the call as the job keeps it: with the window that was meant when it was asked for.
[[nodiscard]] Object backtest_parameters(Object body, const runtime::BacktestRequest& request);

/// The replay has a thread of its own, since it cannot stop half way: a slice waits a little for it
/// and tells how far it is. After a restart it begins anew; it changes nothing.
class BacktestWork final : public runtime::JobWork {
 public:
  /// `runtime` outlives it.
  explicit BacktestWork(runtime::Runtime& runtime);
  /// Ends a replay that runs.
  ~BacktestWork() override;
  BacktestWork(const BacktestWork&) = delete;
  BacktestWork& operator=(const BacktestWork&) = delete;

  /// Of `total` and `done` are parts of the whole. The result is a Backtest of openapi.yaml.
  /// Errors: those of run_backtest(), `unknown_journey`, `definitions_invalid`; `busy` while
  /// another runs.
  Result<runtime::JobSlice> step(const store::JobRecord& job) override;
  Result<void> wind_down(const store::JobRecord& job) override;

 private:
  class Replay;
  runtime::Runtime& runtime_;
  std::unique_ptr<Replay> replay_;  ///< null: none runs
};

}  // namespace sojourn::api
