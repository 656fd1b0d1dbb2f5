#pragma once

/// What was chosen for those inside a journey, at a publish or when it goes on after a pause: it is
/// carried out for one contact after another, beside live traffic, and survives a stop.
///
/// All members but is_active() belong to the committer's thread.

#include <atomic>
#include <cstdint>
#include <deque>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.h"
#include "domain/contacts/contact_id.h"
#include "domain/journeys/change.h"
#include "runtime/batch.h"
#include "store/state.h"

namespace sojourn::runtime {

/// The journey goes on: the choice stands with its rule.
struct GoOn {};

struct JourneyChange {
  std::uint32_t journey = 0;  ///< number of the definition
  std::variant<journeys::Inside, GoOn> choice;
  contacts::ContactId after = {};  ///< the last contact for whom it was carried out
  std::string key = {};            ///< of a journey whose rule may be gone
};

/// For many changes as one text; reading it gives the same. Error `damaged_setting`.
[[nodiscard]] std::string write_changes(const std::deque<JourneyChange>& changes);
[[nodiscard]] Result<std::deque<JourneyChange>> read_changes(std::string_view text);

/// Numbers of the journeys for which a choice made at a publish is still being carried out.
[[nodiscard]] Result<std::set<std::uint32_t>> journeys_under_way(store::StateReads& reads);

class JourneyChanges {
 public:
  /// Reads what is left to do.
  Result<void> load(store::StateReads& reads);
  /// Writes a change down behind those that are waiting; load() finds it after the commit.
  static Result<void> add(store::StateTransaction& transaction, const JourneyChange& change);

  [[nodiscard]] bool is_active() const { return active_.load(); }
  /// What each contact is given, with the number of the journey, in order.
  [[nodiscard]] std::vector<std::pair<std::uint32_t, reaction::Input>> inputs() const;
  /// Carries the first change out for the next contacts. What it came to counts after committed().
  Result<void> work(Batch& batch, store::StateTransaction& transaction, std::size_t contacts_max);
  void committed();

 private:
  std::deque<JourneyChange> changes_;
  std::deque<JourneyChange> next_;  ///< after the transaction that is being made
  std::atomic<bool> active_ = false;
};

}  // namespace sojourn::runtime
