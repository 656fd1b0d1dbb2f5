#pragma once

/// Reads the history of young facts from the log, slice by slice, beside live traffic.
///
/// step() belongs to one thread; the other members are thread-safe. Nothing here is durable: after
/// a stop the log is read again.

#include <functional>
#include <memory>
#include <mutex>

#include "domain/reaction/history.h"
#include "store/event_log.h"

namespace sojourn::runtime {

class LogScan {
 public:
  /// `done` is called on the thread of step() when a history is complete.
  LogScan(const store::EventLogReader& log, std::function<void()> done)
      : log_(log), done_(std::move(done)) {}

  /// Gathers this history; what was gathered so far is forgotten.
  void begin(std::shared_ptr<reaction::History> history);
  void stop();
  /// Reads one slice. False where there is nothing to read, or the log cannot be read now.
  bool step();

  struct Progress {
    events::Position reached;
    events::Position until;
  };
  [[nodiscard]] Progress progress() const;
  [[nodiscard]] bool is_reading() const;
  /// The history, when it is complete; null before.
  [[nodiscard]] std::shared_ptr<const reaction::History> complete() const;

 private:
  const store::EventLogReader& log_;
  const std::function<void()> done_;

  mutable std::mutex mutex_;
  std::shared_ptr<reaction::History> history_;  // guarded by mutex_; filled by step() alone
  events::Position reached_;                    // guarded by mutex_
};

}  // namespace sojourn::runtime
