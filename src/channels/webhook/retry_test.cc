#include "channels/webhook/retry.h"

#include <gtest/gtest.h>

namespace sojourn::channels::webhook {
namespace {

using net::WebFailure;
using net::WebResponse;

TEST(WebhookRetry, TriesAgainOnlyWhatMayGoBetterLater) {
  struct Case {
    WebResponse response;
    bool again;
  };
  for (const Case& c :
       {Case{{.status = 200}, false}, Case{{.status = 302}, false}, Case{{.status = 400}, false},
        Case{{.status = 404}, false}, Case{{.status = 408}, true}, Case{{.status = 410}, false},
        Case{{.status = 429}, true}, Case{{.status = 500}, true}, Case{{.status = 501}, false},
        Case{{.status = 503}, true}, Case{{.status = 599}, true},
        Case{{.failure = WebFailure::bad_request}, false},
        Case{{.failure = WebFailure::refused}, false},
        Case{{.failure = WebFailure::unreachable}, true},
        Case{{.failure = WebFailure::timed_out}, true}}) {
    EXPECT_EQ(is_worth_another_try(c.response), c.again)
        << c.response.status << " " << static_cast<int>(c.response.failure);
  }
}

TEST(WebhookRetry, WaitsFourTimesAsLongEachTimeUpToTheLongest) {
  const BackOff back_off{.first = Duration::seconds(1), .longest = Duration::seconds(60)};
  const std::int64_t seconds[] = {1, 4, 16, 60, 60};
  for (int attempt = 1; attempt <= 5; ++attempt) {
    const std::int64_t ms = delay_after(attempt, "7/call/1/webhook", {.status = 500}, back_off).ms;
    EXPECT_GE(ms, seconds[attempt - 1] * 900) << attempt;
    EXPECT_LE(ms, seconds[attempt - 1] * 1100) << attempt;
  }
}

TEST(WebhookRetry, SpreadsCallsThatFailedTogether) {
  const BackOff back_off{.first = Duration::hours(1)};
  const Duration a = delay_after(1, "1/call/1/webhook", {.status = 500}, back_off);
  const Duration b = delay_after(1, "2/call/1/webhook", {.status = 500}, back_off);
  EXPECT_NE(a, b);
}

TEST(WebhookRetry, HonoursWhatThePeerAskedFor) {
  const BackOff back_off{.first = Duration::seconds(1), .longest = Duration::seconds(60)};
  const auto delay = [&](std::int64_t asked_seconds) {
    return delay_after(1, "1/call/1/webhook",
                       {.status = 429, .retry_after = Duration::seconds(asked_seconds)}, back_off);
  };
  EXPECT_GE(delay(30), Duration::seconds(30));
  EXPECT_LE(delay(30), Duration::seconds(33));
  EXPECT_GE(delay(86'400), Duration::seconds(60));
  EXPECT_LE(delay(86'400), Duration::seconds(66));
}

}  // namespace
}  // namespace sojourn::channels::webhook
