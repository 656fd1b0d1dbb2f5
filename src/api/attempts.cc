#include "api/attempts.h"

#include <algorithm>

namespace sojourn::api {

std::optional<Duration> Attempts::begin(const std::string& address, Timestamp now) {
  const std::lock_guard lock(mutex_);
  std::vector<Timestamp>& times = attempts_[address];
  std::erase_if(times, [&](Timestamp at) { return at + attempts_window <= now; });
  if (times.size() >= attempts_max) return times.front() + attempts_window - now;
  times.push_back(now);
  if (attempts_.size() > attempt_addresses_max) {
    const auto oldest = std::min_element(
        attempts_.begin(), attempts_.end(),
        [](const auto& a, const auto& b) { return a.second.back() < b.second.back(); });
    attempts_.erase(oldest);
  }
  return std::nullopt;
}

void Attempts::succeeded(const std::string& address) {
  const std::lock_guard lock(mutex_);
  attempts_.erase(address);
}

}  // namespace sojourn::api
