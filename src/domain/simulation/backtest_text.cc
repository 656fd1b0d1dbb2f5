#include "domain/simulation/backtest_text.h"

#include <fmt/format.h>

namespace sojourn::simulation {
namespace {

Count held_by(const JourneyForecast& journey, const std::string& reason) {
  Count sum = 0;
  for (const auto& [id, step] : journey.steps) {
    for (const Counts* counts : {&step.held, &step.skipped}) {
      const auto found = counts->find(reason);
      if (found != counts->end()) sum += found->second;
    }
  }
  return sum;
}

std::string length_of(Duration window) {
  const std::int64_t days = window.ms / Duration::days(1).ms;
  if (days == 0) return format_duration(window);
  return days == 1 ? "1 day" : fmt::format("{} days", format_count(static_cast<Count>(days)));
}

}  // namespace

std::string format_count(Count count) {
  std::string text = std::to_string(count);
  constexpr std::size_t group = 3;
  for (std::size_t place = text.size(); place > group;) {
    place -= group;
    text.insert(place, ",");
  }
  return text;
}

std::string summarize(const JourneyForecast& journey, Duration window) {
  std::string text = fmt::format("in {}: {} would enter, {} mails to {} people", length_of(window),
                                 format_count(journey.entered), format_count(journey.sent),
                                 format_count(journey.contacts_sent));
  if (journey.contacts_again > 0) {
    text += fmt::format(", {} people more than once", format_count(journey.contacts_again));
  }
  if (const Count cap = held_by(journey, "frequency_cap"); cap > 0) {
    text += fmt::format(", the cap would hold {}", format_count(cap));
  }
  if (const Count quiet = held_by(journey, "quiet_hours"); quiet > 0) {
    text += fmt::format(", quiet hours would hold {}", format_count(quiet));
  }
  return text;
}

}  // namespace sojourn::simulation
