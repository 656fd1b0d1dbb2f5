#pragma once

/// A few threads with one bounded queue, for work that would hold up a server thread: reading the
/// store, hashing passwords, waiting for the committer.

#include <absl/functional/any_invocable.h>

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

namespace sojourn::api {

class Workers {
 public:
  using Work = absl::AnyInvocable<void()>;

  Workers(std::size_t threads, std::size_t queued_max);
  /// stop()
  ~Workers();
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  /// Queues the work; false, and the work is untouched, when `queued_max` pieces wait already or
  /// the workers have stopped. Thread-safe.
  [[nodiscard]] bool post(Work& work);

  /// Drops what is queued, waits for what is being done and joins the threads. Not from a worker.
  void stop();

 private:
  void run();

  const std::size_t queued_max_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Work> queue_;  // guarded by mutex_
  bool stopped_ = false;    // guarded by mutex_
  std::vector<std::thread> threads_;
};

}  // namespace sojourn::api
