#pragma once

/// Makes the calls of webhook steps: signs them, tries again what may go better later, and tells
/// what each came to.

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "base/clock.h"
#include "channels/webhook/retry.h"
#include "domain/effects/web_answer.h"
#include "net/address_guard.h"

namespace sojourn::channels::webhook {

/// Thread-safe; has threads of its own.
class WebhookCaller {
 public:
  struct Options {
    net::AddressGuard guard = {};
    std::string signing_key = {};  ///< see signature.h
    std::string user_agent = "Sojourn";
    BackOff back_off = {};
    /// Calls that are under way or wait, about 2 kB each. One more fails with `too_many_calls`.
    std::size_t open_max = 100'000;
  };

  /// `clock` tells real time, which receivers compare with theirs; it outlives the caller.
  WebhookCaller(Options options, const Clock& clock);
  ~WebhookCaller();
  WebhookCaller(const WebhookCaller&) = delete;
  WebhookCaller& operator=(const WebhookCaller&) = delete;

  /// Each attempt carries the call's key as `webhook-id`, and `webhook-timestamp` and
  /// `webhook-signature` of its own. `done` gets, once, from any thread, the answer that counts:
  /// one that another attempt could not mend, or that of the last attempt. Codes of
  /// WebAnswer::error: `bad_request`, `address_refused`, `unreachable`, `timed_out`,
  /// `too_many_calls`, and `body_not_text` beside the status of an answer whose body is no UTF-8.
  void call(effects::CallWebhook call, std::function<void(effects::WebAnswer)> done);

  /// Starts no further attempt, gives those under way `grace` to be answered, and joins the
  /// threads. `done` of what is left is not called: the runtime repeats it at the next start.
  /// Idempotent.
  void stop(Duration grace);

 private:
  class Core;
  std::unique_ptr<Core> core_;
};

}  // namespace sojourn::channels::webhook
