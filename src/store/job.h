#pragma once

/// A job: long work with progress, which goes on after a restart where it stood.

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "base/time.h"

namespace sojourn::store {

/// Ascending in the order of submission; zero is no job.
struct JobId {
  std::uint64_t value = 0;
  friend constexpr auto operator<=>(JobId, JobId) = default;
};

/// The numbers are stored.
enum class JobState : std::uint8_t { queued, running, done, failed, cancelled };

struct JobRecord {
  JobId id;
  std::string kind;  ///< `import`, `export`, `undo`…: who carries it out
  JobState state = JobState::queued;
  bool is_ending = false;  ///< somebody has cancelled it while it ran
  /// Units of `done`; absent while it is not known how many there will be.
  std::optional<std::uint64_t> total = {};
  std::uint64_t done = 0;
  /// How many units had which outcome: `new`, `unchanged`, `bad`…
  std::map<std::string, std::int64_t> counts = {};
  std::string resume = {};      ///< the work's own note of how far it is; empty once it has ended
  std::string parameters = {};  ///< JSON of an object, as submitted
  std::string result = {};      ///< JSON of an object; empty until it is done
  std::string error_code = {};  ///< of a failed job
  std::string error = {};
  std::string created_by = {};
  Timestamp created_at;
  std::optional<Timestamp> started_at = {};
  std::optional<Timestamp> ended_at = {};

  [[nodiscard]] bool has_ended() const {
    return state != JobState::queued && state != JobState::running;
  }
  friend bool operator==(const JobRecord&, const JobRecord&) = default;
};

}  // namespace sojourn::store
