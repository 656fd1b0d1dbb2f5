#pragma once

/// What the store knows of journeys beside their present text: whether they are paused, and which
/// earlier versions contacts still follow.

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "domain/reaction/rules.h"
#include "store/state.h"

namespace sojourn::runtime {

/// Contacts inside each version of the journey, by the counters; versions without any are left out.
[[nodiscard]] Result<std::map<int, std::uint64_t>> inside_by_version(store::StateReads& reads,
                                                                     std::string_view key);

/// Whether a journey stands still, how its last pause ended, and when it stood still before.
struct JourneyPause {
  struct Span {
    Timestamp from;
    Timestamp to;
  };
  std::optional<Timestamp> paused_since = {};
  std::optional<journeys::Resumed> resumed = {};
  std::vector<Span> earlier = {};  ///< before that, oldest first
};
/// Earlier pauses that are remembered: explanations name them, and a setting stays small.
inline constexpr std::size_t earlier_pauses_max = 200;
/// All that have ended, oldest first.
[[nodiscard]] std::vector<JourneyPause::Span> ended_pauses(const JourneyPause& pause);
/// Error `damaged_setting`.
[[nodiscard]] Result<JourneyPause> read_pause(store::StateReads& reads, std::uint32_t number);
[[nodiscard]] Result<void> write_pause(store::StateTransaction& transaction, std::uint32_t number,
                                       const JourneyPause& pause);

/// Whether those inside the journey finish although it is archived. Says so also of one in which
/// nobody is left.
[[nodiscard]] Result<bool> is_finishing(store::StateReads& reads, std::uint32_t number);
enum class Finishing : bool { no, yes };
[[nodiscard]] Result<void> write_finishing(store::StateTransaction& transaction,
                                           std::uint32_t number, Finishing finishing);

/// Completes the sources of a workspace: pauses, and behind each journey the earlier versions that
/// are still followed.
[[nodiscard]] Result<void> complete_journeys(store::StateReads& reads,
                                             std::vector<reaction::DefinitionSource>& sources);

}  // namespace sojourn::runtime
