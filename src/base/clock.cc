#include "base/clock.h"

#include <chrono>

#include "base/ensure.h"

namespace sojourn {

Timestamp SystemClock::now() const {
  const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
  const std::int64_t machine_ms =
      std::chrono::duration_cast<std::chrono::milliseconds>(since_epoch).count();
  const std::int64_t candidate = machine_ms + offset_ms_.load();
  // The machine's clock may be set back under us; product time waits until it has caught up.
  std::int64_t latest = latest_ms_.load();
  while (candidate > latest && !latest_ms_.compare_exchange_weak(latest, candidate)) {
  }
  return {std::max(candidate, latest)};
}

void SystemClock::advance(Duration step) {
  ENSURE(step.ms >= 0);
  offset_ms_.fetch_add(step.ms);
}

void ManualClock::set(Timestamp time) {
  ENSURE(time.ms >= now_ms_.load());
  now_ms_.store(time.ms);
}

}  // namespace sojourn
