#pragma once

/// Carries out errands (errand.h) after the transaction that wrote them down, and strikes them off
/// when the event that they end in is durable.

#include <functional>
#include <vector>

#include "base/clock.h"
#include "domain/effects/web_answer.h"
#include "runtime/errand.h"
#include "store/state.h"

namespace sojourn::runtime {

/// Thread-safe.
class Errands {
 public:
  struct Doors {
    /// EventLog::submit_own().
    std::function<void(events::Event event, std::function<void()> written)> append;
    /// Makes the calls of webhook steps; null: each is answered at once that there is none.
    effects::WebCaller call;
    /// Committer::finish_errand().
    std::function<void(std::uint64_t sequence)> finished;
  };

  /// `clock` outlives it.
  Errands(const Clock& clock, Doors doors) : clock_(clock), doors_(std::move(doors)) {}

  /// What the last process has left.
  Result<void> open(store::StateReads& reads);
  void carry_out(const std::vector<store::PartitionMail>& errands);

 private:
  void append(events::Event event, std::uint64_t sequence);
  void call(const effects::CallWebhook& call, std::uint64_t sequence);

  const Clock& clock_;
  const Doors doors_;
};

/// The event that tells a run what its webhook step was answered: a body that is JSON as a value,
/// any other as text.
[[nodiscard]] events::Event answer_event(const effects::CallWebhook& call,
                                         const effects::WebAnswer& answer, Timestamp now);

}  // namespace sojourn::runtime
