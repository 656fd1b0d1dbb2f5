#pragma once

/// A disk in memory for SQLite that can lose power, fill up and fail: the same calls and seeds give
/// the same bytes.
///
/// Writes are visible at once and durable after xSync. A file is there after a crash when it was
/// synced once; deleting is durable at once. Locks and the WAL's shared memory work as between
/// connections of one process. Thread-safe.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace sojourn::testing {

enum class DiskFault {
  full,    ///< writes answer SQLITE_FULL; calls that need no room succeed
  failed,  ///< every call answers its SQLITE_IOERR; a failed sync loses what it was to keep
};

enum class Repeat { once, for_ever };

enum class Sync {
  honest,
  skipped,  ///< planted fault: xSync answers OK and does nothing
};

class FaultVfs {
 public:
  /// Registers itself with SQLite under `name`, which must be free, until destroyed. Connections
  /// must be closed before that. SQLite's generator of random numbers starts anew, so that a run
  /// on one disk at a time repeats itself.
  explicit FaultVfs(std::string name);
  ~FaultVfs();
  FaultVfs(const FaultVfs&) = delete;
  FaultVfs& operator=(const FaultVfs&) = delete;

  [[nodiscard]] const std::string& name() const;

  /// Power is lost: what was not synced is gone. Connections that are open see only errors from
  /// now on and are to be closed.
  void crash();
  /// The same, but of what was not synced a random part is kept: whole writes, in any order, and
  /// writes torn between sectors of 512 bytes.
  void crash_tearing(std::uint64_t seed);

  /// The `call`-th call from now on (1 is the next), or all from there on, meets the fault.
  void fail_call(std::uint64_t call, DiskFault fault, Repeat repeat);
  void clear_faults();
  /// Calls that could have failed, since the disk was made.
  [[nodiscard]] std::uint64_t call_count() const;
  void set_sync(Sync sync);
  /// Writes that would make the files larger than this together answer SQLITE_FULL.
  void set_capacity(std::uint64_t bytes);

  /// Names of all files, sorted, and the present bytes of one (empty: no such file).
  [[nodiscard]] std::vector<std::string> files() const;
  [[nodiscard]] std::string contents(const std::string& file) const;

  struct Disk;

 private:
  std::unique_ptr<Disk> disk_;
};

}  // namespace sojourn::testing
