#pragma once

/// Counts facts that no contact's state holds: from the events on the contacts' timelines, without
/// touching what the engine keeps. For questions that are asked once.

#include <atomic>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "domain/reaction/contact_state.h"
#include "domain/reaction/rules.h"
#include "domain/segments/condition.h"
#include "store/store.h"

namespace sojourn::runtime {

/// The facts to count.
class WantedFacts {
 public:
  explicit WantedFacts(std::vector<facts::FactDefinition> facts);

  [[nodiscard]] const std::vector<facts::FactDefinition>& all() const { return facts_; }
  [[nodiscard]] bool empty() const { return facts_.empty(); }
  /// Whether an event of this name may count.
  [[nodiscard]] bool wants(std::string_view event) const;
  /// Whether name and time tell everything, so that the log need not be read.
  [[nodiscard]] bool need_properties() const { return need_properties_; }

 private:
  std::vector<facts::FactDefinition> facts_;
  bool need_properties_ = false;
};

/// The facts that a bound condition reads and that no state holds, each with the most that is kept.
[[nodiscard]] std::vector<facts::FactDefinition> missing_facts(const segments::Condition& condition,
                                                               const reaction::Rules& rules);

/// The events of a contact that may count, oldest chunk last.
[[nodiscard]] Result<std::vector<reaction::TimelineEntry>> wanted_entries(
    store::StateReads& view, const reaction::ContactState& contact, const WantedFacts& wanted);

/// Puts the facts of these contacts into their states, in the place of what stands there.
[[nodiscard]] Result<void> count_facts(store::Store& store, store::StateReads& view,
                                       const WantedFacts& wanted,
                                       std::span<reaction::ContactState> contacts);

/// One occurrence of one fact, of the contact with a number that the caller gives.
struct CountedOccurrence {
  std::uint32_t contact = 0;
  std::uint32_t fact = 0;  ///< in WantedFacts::all()
  facts::Occurrence occurrence;
};

/// At most so many events are counted in one scan of everybody: they take 40 bytes each meanwhile.
inline constexpr std::size_t scanned_events_max = 20'000'000;

/// The occurrences of the wanted facts among everybody's events, by contact; `ids` gets the
/// contacts' ids by number. Stops with `cancelled` when `is_cancelled` says so, and with
/// `too_many_events` at the limit.
struct ScannedFacts {
  std::vector<contacts::ContactId> ids;
  std::vector<CountedOccurrence> occurrences;
};
[[nodiscard]] Result<ScannedFacts> scan_facts(store::Store& store, const WantedFacts& wanted,
                                              const std::function<bool()>& is_cancelled);

/// Calls `visit` with the state of everybody in the order of ids, until it answers false. Each page
/// is a view of its own, so that nothing holds back checkpoints for long.
[[nodiscard]] Result<void> visit_states(
    store::Store& store,
    const std::function<Result<bool>(store::StateReads&, reaction::ContactState)>& visit);

}  // namespace sojourn::runtime
