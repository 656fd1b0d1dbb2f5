#pragma once

/// Whether and when a webhook call is tried again.

#include <optional>
#include <string_view>

#include "base/time.h"
#include "net/web_client.h"

namespace sojourn::channels::webhook {

/// Between two attempts: `first`, then four times as long each time, at most `longest`.
struct BackOff {
  Duration first = Duration::seconds(1);
  Duration longest = Duration::hours(1);
};

/// True for what another attempt may mend: no connection, no answer in time, 408, 429 and 5xx but
/// 501. Any other status is the peer's last word.
[[nodiscard]] bool is_worth_another_try(const net::WebResponse& response);

/// How long to wait after attempt `attempt` (from 1) of the call `key`: the back-off, spread by a
/// tenth either way so that calls that failed together do not come back together, or what the peer
/// asked for where that is longer; never more than `longest` and its spread.
[[nodiscard]] Duration delay_after(int attempt, std::string_view key,
                                   const net::WebResponse& response, const BackOff& back_off);

}  // namespace sojourn::channels::webhook
