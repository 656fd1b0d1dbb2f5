#pragma once

/// What became of a campaign that somebody has started, and what people may do with it: one row
/// beside its definition. A campaign without one is a draft.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "domain/campaigns/campaign.h"
#include "domain/events/event.h"
#include "domain/policies/policies.h"

namespace sojourn::campaigns {

/// The numbers are stored.
enum class State : std::uint8_t {
  scheduled = 0,  ///< begins at `begins_at`
  holding = 1,    ///< likewise, and may be cancelled until then: somebody has just started it
  sending = 2,
  paused = 3,    ///< by somebody, or by itself: `reason`
  stopping = 4,  ///< what waits is being cancelled
  stopped = 5,
  finished = 6,
  cancelled = 7,  ///< before its first message
};
inline constexpr std::uint8_t state_max = 7;
[[nodiscard]] constexpr bool has_ended(State state) {
  return state >= State::stopped;
}
[[nodiscard]] std::string_view to_string(State state);

/// A start further ahead than this is somebody's typing mistake.
inline constexpr Duration ahead_max = Duration::days(366);
/// How long a campaign that was started waits for second thoughts (UI flow 5).
inline constexpr Duration hold_default = Duration::seconds(60);
inline constexpr Duration hold_max = Duration::hours(24);
/// Reason of messages that are cancelled since their campaign was stopped.
inline constexpr std::string_view campaign_stopped = "campaign_stopped";

struct Standing {
  std::uint32_t number = 0;  ///< of the definition
  std::string key;
  int version = 1;  ///< of the definition, when it was started
  State state = State::scheduled;
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
  std::uint8_t pass = 0;           ///< 0: the test's sample; 1: the others, or everybody
  std::uint64_t next_page = 0;     ///< `pages`: the pass is complete
  std::uint64_t next_in_page = 0;  ///< contacts of that page that have had their turn
  Timestamp last_due = {};         ///< of the row made last, where a throttle spaces them
  /// When the test is looked at; zero: its sample, or batch, is not made yet.
  Timestamp look_due = {};
  std::string winner;  ///< arm that the others get; empty: none yet
  std::string look;    ///< JSON of the last look's counts and verdict; empty: not looked at

  // Of a bandit.
  std::uint32_t batch = 0;            ///< that is being made, from 1; 0: none yet
  std::uint64_t batch_left = 0;       ///< contacts whose turn is yet to come in it
  std::vector<std::uint32_t> shares;  ///< of the arms, in it, in hundredths of a percent

  friend bool operator==(const Standing&, const Standing&) = default;
};

struct Start {
  std::uint32_t number = 0;  ///< of the definition
  int version = 1;
  Duration hold;           ///< how long it can be called off at least
  std::string_view by;     ///< who starts it
  const Standing* before;  ///< what it was before; null: a draft
};
// Errors of each: `wrong_campaign_state`; of start() also `out_of_range`, where it would begin
// after `ahead_max`.
[[nodiscard]] Result<Standing> start(const Campaign& campaign, const Start& start, Timestamp now);
Result<void> cancel(Standing& standing, Timestamp now);
Result<void> pause(Standing& standing);
Result<void> resume(Standing& standing);
Result<void> stop(Standing& standing);
/// What anybody but start() answers of a draft.
[[nodiscard]] tl::unexpected<Error> not_started(std::string_view key);

/// Why a message of the campaign may not go at its commit point; absent: as the policies say.
/// `standing` is null where the campaign is not among those under way: then it has been stopped, no
/// other end leaves messages waiting.
[[nodiscard]] std::optional<policies::Answer> refuses(const Standing* standing);

}  // namespace sojourn::campaigns
