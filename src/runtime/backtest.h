#pragma once

/// Backtests over the stored log, beside live traffic.
///
/// The log is read in slices, through connections of its own; nothing waits for it. One thread
/// reads the next slice while the caller's looks at this one. Events are grouped by contact in
/// memory, as many partitions at a time as a fixed budget holds; where that is not all of them, the
/// log is read again for the rest. Contacts without an event that lets anybody in are not replayed.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/hash.h"
#include "base/result.h"
#include "domain/simulation/backtest.h"
#include "runtime/runtime.h"
#include "store/store.h"

namespace sojourn::runtime {

/// Events that are kept at one time, with what belongs to them: of a million contacts those that a
/// usual journey looks at. The whole process has more to do than this.
inline constexpr std::size_t backtest_memory_bytes_max = 384 << 20;
/// A window longer than this says little of tomorrow.
inline constexpr Duration backtest_window_max = Duration::days(800);
/// Of steps of which fewer messages were sent there are no observed rates.
inline constexpr std::int64_t backtest_observed_min = 100;
/// Where nothing was observed and nothing is given.
inline constexpr simulation::AnswerRates backtest_default_rates{.opened = 0.3, .clicked = 0.03};

struct BacktestRequest {
  std::string journey;  ///< key
  Timestamp since;
  Timestamp until;
  std::vector<std::string> with = {};  ///< keys of more journeys to replay
  /// In place of what the store holds, or beside it: drafts.
  DefinitionRequest definitions = std::vector<DefinitionFile>();
  /// Shares from 0 to 1; absent: as observed.
  std::optional<double> open_rate = {};
  std::optional<double> click_rate = {};
  enum class Others : std::uint8_t {
    as_sent,   ///< mails of other journeys take their place under the caps as they were sent
    replayed,  ///< every journey is replayed, and their messages compete
  };
  Others others = Others::as_sent;
  simulation::BacktestSettings::Answers answers = simulation::BacktestSettings::Answers::assumed;
  std::size_t memory_bytes_max = backtest_memory_bytes_max;
};

struct BacktestAnswer {
  std::string journey;
  int version = 0;  ///< 0 for a draft of a new journey
  Timestamp since;
  Timestamp until;
  simulation::BacktestReport report;
  /// What had to be taken for granted, in words.
  std::vector<std::string> assumptions;
  std::vector<DefinitionProblem> problems;  ///< not empty: nothing was replayed
  std::uint64_t scanned = 0;                ///< events of the log, each once
  int passes = 0;                           ///< through the log
};

/// Called now and then with the share that is done, from 0 to 1; false ends the backtest.
using BacktestProgress = std::function<bool(double)>;

/// Errors: `window_too_long`, `window_empty`, `cancelled`, `backtest_too_large` where one
/// partition's events alone do not fit into memory, and those of the store.
[[nodiscard]] Result<BacktestAnswer> run_backtest(store::Store& store, const HashKey& master_key,
                                                  const BacktestRequest& request,
                                                  const BacktestProgress& progress);

}  // namespace sojourn::runtime
