#include "domain/simulation/blast_radius.h"

#include <algorithm>

namespace sojourn::simulation {

std::vector<Reach> reach_of(const BacktestReport& report, const std::vector<std::string>& journeys,
                            const std::map<std::string, Count>& before,
                            const policies::Guard& guard) {
  std::vector<Reach> all;
  for (const std::string& key : journeys) {
    Reach reach{
        .journey = key, .before = std::nullopt, .allowed = static_cast<Count>(guard.contacts_max)};
    if (const auto found = report.journeys.find(key); found != report.journeys.end()) {
      const JourneyForecast& forecast = found->second;
      reach.entered = forecast.entered;
      reach.contacts = forecast.contacts;
      reach.sent = forecast.sent;
      for (const auto& [day, figures] : forecast.days) {
        reach.busiest_day = std::max(reach.busiest_day, figures.entered);
      }
    }
    if (const auto last = before.find(key); last != before.end()) {
      reach.before = last->second;
      const auto margin = static_cast<Count>(100 + guard.margin_percent);
      // In two parts, so that no forecast overflows.
      const Count more = last->second / 100 * margin + last->second % 100 * margin / 100;
      reach.allowed = std::max(reach.allowed, more);
    }
    all.push_back(std::move(reach));
  }
  return all;
}

}  // namespace sojourn::simulation
