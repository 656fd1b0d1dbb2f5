#pragma once

/// How often somebody may fail to sign in: `attempts_max` within `attempts_window` an address.
/// Kept in memory; thread-safe.

#include <absl/container/flat_hash_map.h>

#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"

namespace sojourn::api {

inline constexpr std::size_t attempts_max = 10;
inline constexpr Duration attempts_window = Duration::minutes(15);
/// Addresses remembered. Beyond it the one whose latest attempt is oldest is forgotten: whoever
/// has so many addresses is not held up by a count of each.
inline constexpr std::size_t attempt_addresses_max = 10'000;

class Attempts {
 public:
  /// Counts an attempt before it is known how it ends, so that attempts at the same time count.
  /// Absent: go on. Else how long to wait; the attempt was not counted.
  [[nodiscard]] std::optional<Duration> begin(const std::string& address, Timestamp now);
  /// The attempt was right: forgets the address.
  void succeeded(const std::string& address);

 private:
  std::mutex mutex_;
  absl::flat_hash_map<std::string, std::vector<Timestamp>> attempts_;  // guarded by mutex_
};

}  // namespace sojourn::api
