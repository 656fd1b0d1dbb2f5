#pragma once

/// What became of a campaign that somebody has started: one row beside its definition.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "domain/events/event.h"

namespace sojourn::store {

/// The numbers are stored. A campaign without a row is a draft.
enum class CampaignState : std::uint8_t {
  scheduled = 0,  ///< begins at `begins_at`
  holding = 1,    ///< likewise, and may be cancelled until then: somebody has just started it
  sending = 2,
  paused = 3,    ///< by somebody, or by itself: `reason`
  stopping = 4,  ///< what waits is being cancelled
  stopped = 5,
  finished = 6,
  cancelled = 7,  ///< before its first message
};
inline constexpr std::uint8_t campaign_state_max = 7;
[[nodiscard]] constexpr bool has_ended(CampaignState state) {
  return state >= CampaignState::stopped;
}
[[nodiscard]] constexpr std::string_view to_string(CampaignState state) {
  constexpr std::string_view names[] = {"scheduled", "holding", "sending",  "paused",
                                        "stopping",  "stopped", "finished", "cancelled"};
  return names[static_cast<std::size_t>(state)];
}

struct CampaignRecord {
  std::uint32_t number = 0;  ///< of the definition
  std::string key;
  int version = 1;  ///< of the definition, when it was started
  CampaignState state = CampaignState::scheduled;
  std::string reason;  ///< of paused and stopped: a code
  std::string started_by;
  Timestamp started_at;
  Timestamp begins_at;  ///< no message is due before
  std::optional<Timestamp> ended_at = {};

  // The audience, once it has been read.
  bool is_frozen = false;
  events::Position position;   ///< of the log, when it was read
  std::uint64_t audience = 0;  ///< contacts
  std::uint64_t gone = 0;      ///< erased, or one with another of them, before their turn
  std::uint64_t pages = 0;

  // How far the outbox's rows are made.
  std::uint8_t pass = 0;           ///< 0: the test's sample; 1: the others
  std::uint64_t next_page = 0;     ///< `pages`: the pass is complete
  std::uint64_t next_in_page = 0;  ///< contacts of that page that have had their turn
  Timestamp last_due = {};         ///< of the row made last, where a throttle spaces them
  Timestamp look_due = {};         ///< when the test is looked at; zero: its sample is not made yet
  std::string winner;              ///< arm that the others get; empty: none yet
  std::string look;                ///< JSON of the test's counts and verdict; empty: not looked at

  friend bool operator==(const CampaignRecord&, const CampaignRecord&) = default;
};

/// Outcomes of the counters by which a campaign's messages are told by state: kind, key of the
/// campaign, and its arm as the variant.
inline constexpr std::string_view campaign_states_kind = "campaign_state";

}  // namespace sojourn::store
