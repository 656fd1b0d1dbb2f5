#pragma once

/// `sojourn backtest`: what a journey would have done in a window of the past, asked of a server.

#include <optional>
#include <string>
#include <vector>

#include "cli/client.h"

namespace sojourn::cli {

struct BacktestFlags {
  std::string journey;
  std::string since = "90d";
  std::string until = {};                ///< empty: now
  std::vector<std::string> drafts = {};  ///< files, or workspace folders
  std::optional<double> open_rate = {};
  std::optional<double> click_rate = {};
  bool as_happened = false;
  bool all_journeys = false;
  bool json = false;
};

/// Prints the report; 0 done, 1 failed.
int backtest(const Server& server, const BacktestFlags& flags);

}  // namespace sojourn::cli
