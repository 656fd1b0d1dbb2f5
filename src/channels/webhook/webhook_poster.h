#pragma once

/// Tells web addresses what happened: one signed POST for each attempt. When to try again is for
/// the caller to say.

#include <functional>
#include <memory>
#include <string>

#include "base/clock.h"
#include "domain/effects/web_post.h"
#include "net/address_guard.h"
#include "net/web_client.h"

namespace sojourn::channels::webhook {

/// Thread-safe; has a thread of its own.
class WebhookPoster {
 public:
  struct Options {
    net::AddressGuard guard = {};
    std::string user_agent = "Sojourn";
    Duration timeout = Duration::seconds(20);
  };

  /// `clock` tells real time, which receivers compare with theirs; it outlives the poster.
  WebhookPoster(Options options, const Clock& clock);

  /// Codes of WebPostAnswer::error: `bad_request`, `address_refused`, `unreachable`, `timed_out`,
  /// `too_many_calls`. A redirect is an answer like others: what was signed for one address is not
  /// handed to another.
  void post(effects::WebPost post, std::function<void(effects::WebPostAnswer)> done);

  /// Cuts what is under way, of which `done` is not called. Idempotent.
  void stop();

 private:
  const Options options_;
  const Clock& clock_;
  net::WebClient client_;
};

}  // namespace sojourn::channels::webhook
