#pragma once

/// The guard on publishing (domain/simulation/blast_radius.h) over the stored log: what a change of
/// definitions would set off, beside what was forecast when the present ones were published.

#include <functional>
#include <string>
#include <vector>

#include "base/hash.h"
#include "base/result.h"
#include "domain/simulation/blast_radius.h"
#include "runtime/runtime.h"
#include "store/store.h"

namespace sojourn::runtime {

/// The window of the forecast: a month has every weekday four times, and its first and last days.
inline constexpr Duration blast_radius_window = Duration::days(30);

struct BlastRadius {
  /// Of journeys that the change touches: their own definition, or a segment, score, grade or list
  /// that they read, through whatever stands between. By key.
  std::vector<simulation::Reach> journeys;
  /// False: the log could not be replayed in time. Every contact counts then, on one day.
  bool complete = true;

  /// The greatest number of entries on one day among the journeys that exceed what is allowed; 0
  /// where none does.
  [[nodiscard]] simulation::Count reach_to_confirm() const;
};

/// Asked now and then; false gives the replay up.
using KeepGoing = std::function<bool()>;

/// Replays what the request changes, without publishing it. No journeys where there are problems or
/// nothing changes that lets people in.
[[nodiscard]] Result<BlastRadius> forecast_blast_radius(store::Store& store,
                                                        const HashKey& master_key,
                                                        const DefinitionRequest& definitions,
                                                        Timestamp now, const KeepGoing& keep_going);

/// Keeps the forecast of what has been published, for the next time.
[[nodiscard]] Result<void> keep_forecast(store::StateTransaction& transaction,
                                         const BlastRadius& radius);

}  // namespace sojourn::runtime
