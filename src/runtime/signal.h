#pragma once

/// Wakes a thread that has nothing to do. Setting it twice before a wait counts once, and a set
/// that comes before the wait is not lost.

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>

namespace sojourn::runtime {

class Signal {
 public:
  void set() {
    {
      const std::lock_guard lock(mutex_);
      set_ = true;
    }
    changed_.notify_one();
  }

  /// Returns when set, or after `at_most` of real time; absent: only when set.
  void wait(std::optional<std::chrono::microseconds> at_most) {
    std::unique_lock lock(mutex_);
    if (at_most) {
      changed_.wait_for(lock, *at_most, [&] { return set_; });
    } else {
      changed_.wait(lock, [&] { return set_; });
    }
    set_ = false;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool set_ = false;
};

}  // namespace sojourn::runtime
