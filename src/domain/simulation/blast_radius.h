#pragma once

/// The guard on publishing: how many people a change would let into journeys on a busy day, beside
/// what was forecast for the version that runs.
///
/// Publishing starts nothing for what happened before it, so nobody is reached at once. What is
/// counted are the entries of each UTC day, had the change been published at the beginning of the
/// forecast's window (backtest.h).

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "domain/policies/guard.h"
#include "domain/simulation/backtest.h"

namespace sojourn::simulation {

struct Reach {
  std::string journey;
  Count busiest_day = 0;        ///< entries on the day with most of them
  Count entered = 0;            ///< in the whole window
  Count contacts = 0;           ///< of these entries
  Count sent = 0;               ///< messages in the whole window
  std::optional<Count> before;  ///< `busiest_day` as of the last publication; absent: none is known
  Count allowed = 0;            ///< entries of a day that need no second yes

  [[nodiscard]] bool exceeds() const { return busiest_day > allowed; }
  friend bool operator==(const Reach&, const Reach&) = default;
};

/// The reach of each of these journeys, in their order. `before`: last forecasts by journey.
[[nodiscard]] std::vector<Reach> reach_of(const BacktestReport& report,
                                          const std::vector<std::string>& journeys,
                                          const std::map<std::string, Count>& before,
                                          const policies::Guard& guard);

}  // namespace sojourn::simulation
