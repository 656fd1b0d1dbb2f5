#pragma once

/// Where the product reads the time. Product time = real time + an offset that only a virtual
/// clock moves; sockets, leases and throttles use std::chrono::steady_clock instead.

#include <atomic>

#include "base/time.h"

namespace sojourn {

class Clock {
 public:
  virtual ~Clock() = default;
  /// Thread-safe. Never goes back within a process.
  [[nodiscard]] virtual Timestamp now() const = 0;
};

/// The machine's clock plus a settable offset (ARCHITECTURE 6, "Clock").
class SystemClock final : public Clock {
 public:
  [[nodiscard]] Timestamp now() const override;
  /// Moves product time forward; negative steps are a bug.
  void advance(Duration step);
  [[nodiscard]] Duration offset() const { return {offset_ms_.load()}; }

 private:
  std::atomic<std::int64_t> offset_ms_ = 0;
  mutable std::atomic<std::int64_t> latest_ms_ = 0;
};

/// A clock that stands still until it is told otherwise: scenarios, simulation, unit tests.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(Timestamp start) : now_ms_(start.ms) {}
  [[nodiscard]] Timestamp now() const override { return {now_ms_.load()}; }
  void set(Timestamp time);
  void advance(Duration step) { set(now() + step); }

 private:
  std::atomic<std::int64_t> now_ms_;
};

}  // namespace sojourn
