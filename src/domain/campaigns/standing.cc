#include "domain/campaigns/standing.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace sojourn::campaigns {
namespace {

constexpr std::array<std::string_view, state_max + 1> state_names = {
    "scheduled", "holding", "sending", "paused", "stopping", "stopped", "finished", "cancelled"};

tl::unexpected<Error> wrong_state(std::string_view key, std::string_view state,
                                  std::string_view wanted) {
  return failure(
      {.code = "wrong_campaign_state",
       .message = fmt::format("campaign \"{}\" is {}, it must be {}", key, state, wanted),
       .field = "key",
       .value = std::string(state),
       .limit = std::string(wanted)});
}

}  // namespace

std::string_view to_string(State state) {
  return state_names[static_cast<std::size_t>(state)];
}

tl::unexpected<Error> not_started(std::string_view key) {
  return wrong_state(key, "draft", "started");
}

Result<Standing> start(const Campaign& campaign, const Start& start, Timestamp now) {
  if (start.before != nullptr && start.before->state != State::cancelled) {
    return wrong_state(campaign.key, to_string(start.before->state), "draft or cancelled");
  }
  Standing standing;
  standing.number = start.number;
  standing.key = campaign.key;
  standing.version = start.version;
  standing.started_by = start.by;
  standing.started_at = now;
  const Timestamp planned = begins(campaign.schedule, now);
  standing.begins_at = std::max(planned, now + start.hold);
  // With time enough until its schedule nothing need be held.
  standing.state = planned > now + start.hold ? State::scheduled : State::holding;
  if (standing.begins_at <= now + ahead_max) return standing;
  return failure(
      {.code = "out_of_range",
       .message = fmt::format("it would begin at {}, the limit is {} from now",
                              format_timestamp(standing.begins_at), format_duration(ahead_max)),
       .field = "send",
       .value = format_timestamp(standing.begins_at),
       .limit = format_duration(ahead_max)});
}

Result<void> cancel(Standing& standing, Timestamp now) {
  const bool waits = standing.state == State::scheduled || standing.state == State::holding;
  if (!waits) return wrong_state(standing.key, to_string(standing.state), "scheduled or holding");
  standing.state = State::cancelled;
  standing.ended_at = now;
  return {};
}

Result<void> pause(Standing& standing) {
  if (standing.state != State::sending) {
    return wrong_state(standing.key, to_string(standing.state), "sending");
  }
  standing.state = State::paused;
  standing.reason = "by_hand";
  return {};
}

Result<void> resume(Standing& standing) {
  if (standing.state != State::paused) {
    return wrong_state(standing.key, to_string(standing.state), "paused");
  }
  standing.state = State::sending;
  return {};
}

Result<void> stop(Standing& standing) {
  const bool is_under_way = standing.state == State::sending || standing.state == State::paused;
  if (!is_under_way) {
    return wrong_state(standing.key, to_string(standing.state), "sending or paused");
  }
  standing.state = State::stopping;
  standing.reason = "by_hand";
  return {};
}

std::optional<policies::Answer> refuses(const Standing* standing) {
  using policies::Answer;
  if (standing == nullptr || standing->state == State::stopping) {
    return Answer{Answer::Kind::skip, std::string(campaign_stopped)};
  }
  if (standing->state == State::sending) return std::nullopt;
  return Answer{Answer::Kind::defer, "paused", Timestamp::never()};
}

}  // namespace sojourn::campaigns
