#pragma once

/// The job that puts a segment's members on a static list: those who were members when it was asked
/// for and still are when it comes to them.

#include <string>
#include <string_view>

#include "base/time.h"
#include "base/value.h"
#include "runtime/jobs.h"

namespace sojourn::runtime {

inline constexpr std::string_view snapshot_kind = "snapshot";

struct Snapshot {
  std::string segment;  ///< key
  std::string list;     ///< key
  Timestamp at;         ///< when it was asked for
};
[[nodiscard]] Object snapshot_parameters(const Snapshot& snapshot);

class SnapshotWork final : public JobWork {
 public:
  /// `runtime` outlives it.
  explicit SnapshotWork(Runtime& runtime) : runtime_(runtime) {}

  /// Puts the next members on the list, each by an event whose message id is the same whenever this
  /// is done again. Errors: `unknown_segment`, `unknown_list` where one is no more.
  Result<JobSlice> step(const store::JobRecord& job) override;

 private:
  Runtime& runtime_;
};

}  // namespace sojourn::runtime
