#pragma once

/// What warm-up plans have counted, by day. Every view of the state and every transaction has it;
/// only the committer and those who show sending ask.

#include <vector>

#include "base/ensure.h"
#include "base/result.h"
#include "domain/policies/warm_up_book.h"
#include "store/state.h"

namespace sojourn::store {

class WarmUpDayReads {
 public:
  virtual ~WarmUpDayReads() = default;
  /// All of them, by plan and day.
  virtual Result<std::vector<policies::WarmUpBook::Entry>> warm_up_days() = 0;
};

class WarmUpDays : public WarmUpDayReads {
 public:
  /// Inserts or replaces the day of this plan.
  virtual Result<void> put_warm_up_day(const policies::WarmUpBook::Entry& entry) = 0;
};

/// Of this view or transaction, which outlives them.
[[nodiscard]] inline WarmUpDayReads& warm_ups_in(StateReads& reads) {
  auto* days = dynamic_cast<WarmUpDayReads*>(&reads);
  ENSURE(days != nullptr);
  return *days;
}
/// Of this transaction, which outlives them.
[[nodiscard]] inline WarmUpDays& warm_ups_in(StateTransaction& transaction) {
  auto* days = dynamic_cast<WarmUpDays*>(&transaction);
  ENSURE(days != nullptr);
  return *days;
}

}  // namespace sojourn::store
