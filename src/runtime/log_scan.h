#pragma once

/// Reads the history of young facts from the log, beside live traffic: stretch by stretch, each on
/// any thread, and in the end joined in their order.
///
/// Thread-safe. Nothing here is durable: after a stop the log is read again.

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "domain/reaction/history.h"
#include "store/event_log.h"

namespace sojourn::runtime {

class LogScan {
 public:
  /// `done` is called on a thread of step() when a history is complete.
  LogScan(const store::EventLogReader& log, std::function<void()> done)
      : log_(log), done_(std::move(done)) {}

  /// Gathers this history; what was gathered so far is forgotten.
  void begin(std::shared_ptr<reaction::History> history);
  void stop();
  /// Reads one stretch. False where there is none that nobody reads, or the log cannot be read now.
  bool step();
  /// The last step() could not read the log.
  [[nodiscard]] bool has_failed() const { return has_failed_; }

  struct Progress {
    events::Position reached;
    events::Position until;
  };
  [[nodiscard]] Progress progress() const;
  [[nodiscard]] bool is_reading() const;
  /// The history, when it is complete; null before.
  [[nodiscard]] std::shared_ptr<const reaction::History> complete() const;

 private:
  Result<void> read_stretch(std::size_t stretch, reaction::History& part) const;
  /// The next stretch that nobody reads; absent: none. The caller has mutex_.
  std::optional<std::size_t> take_stretch();
  /// The caller has mutex_.
  [[nodiscard]] bool is_complete() const { return stretches_read_ == parts_.size(); }

  const store::EventLogReader& log_;
  const std::function<void()> done_;
  std::atomic<bool> has_failed_ = false;

  mutable std::mutex mutex_;
  /// What is asked; filled when all is read. Shared: it outlives the next begin().
  std::shared_ptr<reaction::History> history_;  // guarded by mutex_
  /// Of each stretch that was read, until all are.
  std::vector<std::optional<reaction::History>> parts_;  // guarded by mutex_
  std::size_t stretches_begun_ = 0;                      // guarded by mutex_
  std::size_t stretches_read_ = 0;                       // guarded by mutex_
  std::vector<std::size_t> failed_;                      // guarded by mutex_; to be read again
};

}  // namespace sojourn::runtime
