#pragma once

/// Carries out imports. Each slice submits the events that the one before has prepared, and
/// prepares the next rows against the state as the committer has it then: so a row sees what every
/// earlier row did, and at most one page of events waits beside live traffic.

#include <map>

#include "runtime/import_rows.h"
#include "runtime/import_source.h"
#include "runtime/jobs.h"
#include "runtime/transfer_files.h"

namespace sojourn::runtime {

inline constexpr std::string_view import_kind = "import";

/// Rows that one slice prepares: some milliseconds of the committer's time.
inline constexpr std::size_t import_rows_per_slice = 500;
/// Bytes of the file of bad rows; further ones are only counted.
inline constexpr std::uint64_t errors_bytes_max = 64 << 20;
/// Contacts of which a dry run remembers what rows said; beyond them a repeated contact is counted
/// as if its first row had not been there.
inline constexpr std::size_t dry_run_contacts_max = 200'000;

class ImportWork final : public JobWork {
 public:
  /// All outlive it.
  ImportWork(Runtime& runtime, TransferFiles& files);

  Result<JobSlice> step(const store::JobRecord& job) override;
  Result<void> wind_down(const store::JobRecord& job) override;

 private:
  struct Place;
  struct Prepared;

  Result<JobSlice> begin(const store::JobRecord& job, const ImportParameters& parameters);
  Result<JobSlice> count(const store::JobRecord& job, const ImportParameters& parameters,
                         Place place);
  Result<JobSlice> prepare(const store::JobRecord& job, const ImportParameters& parameters,
                           Place place);
  JobSlice finish(const store::JobRecord& job, const ImportParameters& parameters,
                  const Place& place);
  /// Submits what is pending and writes the bad rows that were found with it.
  Result<void> settle(const store::JobRecord& job, Place& place);
  KnownContacts& known_contacts(const store::JobRecord& job, const ImportParameters& parameters);

  Runtime& runtime_;
  TransferFiles& files_;
  const Ledger ledger_;
  std::map<store::JobId, KnownContacts> known_;  ///< of dry runs, and of the slice at hand
};

/// The last slices of an import have ended before so long: what is needed to undo it is removed.
/// To be called when imports are asked for.
Result<void> forget_old_imports(Runtime& runtime);

}  // namespace sojourn::runtime
