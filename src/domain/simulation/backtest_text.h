#pragma once

/// A backtest's report in words.

#include <string>

#include "domain/simulation/backtest.h"

namespace sojourn::simulation {

/// `4212` -> `4,212`
[[nodiscard]] std::string format_count(Count count);

/// One line on one journey: `in 90 days: 4,212 would enter, 1,930 mails to 1,544 people, 311 people
/// more than once, the cap would hold 88`.
[[nodiscard]] std::string summarize(const JourneyForecast& journey, Duration window);

}  // namespace sojourn::simulation
