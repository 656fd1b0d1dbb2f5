#pragma once

/// The store: one folder (or database) that holds a workspace's log and state.

#include <memory>
#include <string>

#include "base/result.h"
#include "store/event_log.h"
#include "store/state.h"

namespace sojourn::store {

/// How a commit ends on disk.
enum class Durability {
  full,              ///< fdatasync at each commit: the promise of ARCHITECTURE 7
  planted_no_fsync,  ///< for the simulator's planted fault only
};

class Store {
 public:
  virtual ~Store() = default;

  /// The only writer of the log; the same object each time. For the log writer's thread.
  virtual EventLogWriter& log_writer() = 0;
  /// Thread-safe.
  virtual EventLogReader& log_reader() = 0;

  /// Begins the committer's transaction; one at a time.
  virtual Result<std::unique_ptr<StateTransaction>> begin() = 0;
  /// A consistent view for reading; takes a connection from a small pool and waits where all are
  /// lent. Thread-safe. Keep it short: an open view holds back checkpoints.
  virtual Result<std::unique_ptr<StateReads>> view() = 0;

  /// Moves committed pages of the state into its main file; on the committer's thread when idle.
  virtual Result<void> checkpoint_state() = 0;
  /// Writes a complete, consistent copy into the empty folder while the store runs.
  virtual Result<void> backup(const std::string& folder) = 0;
};

}  // namespace sojourn::store
