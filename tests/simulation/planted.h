#pragma once

/// Faults that are planted to show that the simulator finds them. Each lives in a decorator around
/// the store, the channel or the disk; the product has no code for them.

#include <array>
#include <optional>
#include <string_view>

namespace sojourn::simulate {

enum class Planted {
  none,
  skipped_fsync,        ///< the disk says that it has synced, and has not
  position_first,       ///< the applied position is durable before the effects are
  policy_not_asked,     ///< the channel sends whatever the answer at the commit point is
  retry_after_unknown,  ///< a hand-off whose answer was lost counts as refused, and is tried again
  timer_fired_twice,    ///< a wake is handed out again after its transaction was committed
  cursor_ahead,  ///< a campaign's cursor is stored one contact further than its rows are made
};

struct PlantedName {
  Planted fault;
  std::string_view name;
};
inline constexpr std::array<PlantedName, 6> planted_names = {{
    {Planted::skipped_fsync, "skipped-fsync"},
    {Planted::position_first, "position-first"},
    {Planted::policy_not_asked, "policy-not-asked"},
    {Planted::retry_after_unknown, "retry-after-unknown"},
    {Planted::timer_fired_twice, "timer-fired-twice"},
    {Planted::cursor_ahead, "cursor-ahead"},
}};

}  // namespace sojourn::simulate
