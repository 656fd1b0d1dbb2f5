#pragma once

/// Undoes imports: removes the contacts that an import made and that nothing else has touched
/// since, and gives attributes that it overwrote the value from before where its own still holds.
///
/// Goes through the import's rows from the last to the first, so that of several rows about one
/// contact the value from before the first is what remains. Restored values go in as events.

#include "runtime/import_work.h"

namespace sojourn::runtime {

inline constexpr std::string_view undo_kind = "undo";

/// Rows that one slice undoes.
inline constexpr std::size_t undo_rows_per_slice = 200;

class UndoWork final : public JobWork {
 public:
  /// `runtime` outlives it.
  explicit UndoWork(Runtime& runtime) : runtime_(runtime) {}

  /// Parameters: `{import: "12"}`. Errors: `unknown_job`, `not_undoable`.
  Result<JobSlice> step(const store::JobRecord& job) override;
  Result<void> wind_down(const store::JobRecord& job) override;

 private:
  struct Place;
  class Slice;

  Result<JobSlice> begin(const store::JobRecord& job);
  Result<void> settle(Place& place, const std::string& actor);

  Runtime& runtime_;
};

/// The import that a person wants undone, where that can be: it has ended, was no dry run, is not
/// undone yet and not older than `import_kept`. Errors: `unknown_job`, `not_undoable`.
[[nodiscard]] Result<store::JobRecord> undoable_import(store::StateReads& reads, store::JobId id,
                                                       Timestamp now);

}  // namespace sojourn::runtime
