#pragma once

/// The job that does one thing to many contacts: to those that are named, or to all of whom a
/// condition is true when the job comes to them.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/value.h"
#include "domain/contacts/contact_id.h"
#include "domain/segments/condition.h"
#include "runtime/jobs.h"

namespace sojourn::runtime {

class Ledger;

inline constexpr std::string_view bulk_kind = "bulk";

/// Contacts that are named in one job.
inline constexpr std::size_t bulk_contacts_max = 1'000;

struct BulkParameters {
  enum class Action : std::uint8_t { add_to_list, remove_from_list, opt_in, opt_out, erase };
  Action action = Action::add_to_list;
  std::string list = {};   ///< key, of the first two
  std::string topic = {};  ///< of opt_in and opt_out; empty: everything
  /// Whom it is done to; empty: those of whom `where` is true.
  std::vector<contacts::ContactId> contacts = {};
  Value where = {};  ///< a condition in either form; null where contacts are named
};

/// `{action, list, topic, contacts, where}`. Errors name the member: those of definitions::Reader,
/// `unknown_value`, `too_many_items`, `missing_member`, `wrong_member`. The condition is not read.
[[nodiscard]] Result<BulkParameters> read_bulk_parameters(const Value& value);
[[nodiscard]] Object write_bulk_parameters(const BulkParameters& parameters);

class BulkWork final : public JobWork {
 public:
  /// `runtime` outlives it.
  explicit BulkWork(Runtime& runtime);
  ~BulkWork() override;

  /// Each contact's change is an event whose message id is the same whenever this is done again.
  /// Errors: those of reading the condition, and `unknown_list`, where a definition has gone.
  Result<JobSlice> step(const store::JobRecord& job) override;

 private:
  /// What contacts of a slice are asked; the ledger is read once for a job.
  Result<std::vector<contacts::ContactId>> those_of(const store::JobRecord& job,
                                                    const BulkParameters& parameters,
                                                    store::StateReads& view,
                                                    const std::vector<contacts::ContactId>& ids);

  Runtime& runtime_;
  store::JobId ledger_job_;
  std::unique_ptr<Ledger> ledger_;
};

}  // namespace sojourn::runtime
