#pragma once

/// Tells endpoints what happened: reads the logs behind each endpoint's cursor, writes down what it
/// is to be told, sends that, and tries again what was not taken.
///
/// At least once: what is to be told is written down in the transaction that moves the cursor, and
/// struck off in another when it was answered. A crash in between repeats the call under its id.
/// Nothing is polled: somebody wakes it after each commit, and it wakes itself for what comes due.

#include <absl/container/flat_hash_map.h>
#include <absl/container/flat_hash_set.h>

#include <atomic>
#include <mutex>
#include <thread>
#include <vector>

#include "domain/effects/web_post.h"
#include "runtime/runtime.h"
#include "runtime/signal.h"
#include "runtime/webhook_news.h"
#include "store/webhooks.h"

namespace sojourn::runtime {

/// A call is given up after so many attempts, three days after the first.
inline constexpr int webhook_attempts_max = 10;
/// Between attempt `attempt` (from 1) and the next. Standard Webhooks' own schedule.
[[nodiscard]] Duration webhook_retry_delay(int attempt);
/// An endpoint that took nothing for so long is switched off.
inline constexpr Duration webhook_failing_max = Duration::days(5);

/// Why an endpoint is off.
namespace webhook_off {
inline constexpr std::string_view manual = "manual";
inline constexpr std::string_view failing = "failing";
inline constexpr std::string_view gone = "gone";  ///< it answered 410
}  // namespace webhook_off

class WebhookDeliveries {
 public:
  struct Options {
    /// Calls under way to one endpoint.
    std::size_t in_flight_max = 8;
    /// While so many calls to an endpoint wait, it is not asked what else to tell it: the logs are
    /// the queue.
    std::size_t waiting_max = 64;
    /// Calls that are kept once they have ended, of all endpoints together, the newest.
    std::uint64_t kept_max = 20'000;
  };

  /// Everything that `post` does ends before this is destroyed; `runtime` outlives it.
  WebhookDeliveries(Runtime& runtime, effects::WebPoster post, Options options);
  ~WebhookDeliveries();
  WebhookDeliveries(const WebhookDeliveries&) = delete;
  WebhookDeliveries& operator=(const WebhookDeliveries&) = delete;

  /// Starts the thread; without it somebody calls step().
  void start();
  /// Starts no further call, waits so long for answers of those under way, writes them down, and
  /// joins the thread. Idempotent.
  void stop(Duration grace);
  /// Something was committed, or the clock was moved. Thread-safe; returns at once.
  void wake() { signal_.set(); }

  /// Carries out one round. True where there is more to do at once. Errors are those of the store.
  Result<bool> step();
  /// When time alone will give something to do; never: not.
  [[nodiscard]] Timestamp next_due() const { return next_due_; }

 private:
  struct Ended {
    store::WebhookDelivery delivery;
    effects::WebPostAnswer answer;
    Timestamp at;
  };
  /// What was looked at, of an endpoint that was told nothing of it.
  struct Looked {
    store::WebhookCursor stored;  ///< the endpoint's, when it was looked at
    store::WebhookCursor cursor;
  };

  void run();
  Result<bool> write_ended();
  Result<bool> gather(store::StateReads& view, const store::WebhookEndpoint& endpoint);
  Result<void> write_down(const store::WebhookEndpoint& endpoint, WebhookNews news);
  Result<void> send_due(const store::WebhookEndpoint& endpoint,
                        std::vector<store::WebhookDelivery> queued);
  Result<void> send(const store::WebhookEndpoint& endpoint, store::WebhookDelivery delivery);
  void note_ended(Ended ended);
  [[nodiscard]] std::size_t in_flight_to(const Hash128& endpoint) const;

  Runtime& runtime_;
  const effects::WebPoster post_;
  const Options options_;

  // Of the thread that steps.
  absl::flat_hash_map<Hash128, Looked> looked_;
  absl::flat_hash_map<std::uint64_t, Hash128> in_flight_;  ///< endpoint by number
  std::atomic<Timestamp> next_due_ = Timestamp::never();

  std::mutex mutex_;
  std::vector<Ended> ended_;  // guarded by mutex_

  Signal signal_;
  std::atomic<bool> stopping_ = false;
  std::atomic<std::int64_t> grace_ms_ = 0;
  std::thread thread_;
};

}  // namespace sojourn::runtime
