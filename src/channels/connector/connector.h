#pragma once

/// The way to a service over HTTP that channels share: calls take turns at the pace that the
/// service allows, none that matters is made twice, and what was asked is noted.
///
/// Whoever wants to call waits for its turn first, then does what must come just before the call
/// (ask for leave), and calls. So whatever the service holds up waits before anything was begun.
/// Pauses are the connection's, not a caller's:
///   - where the service asks for one (429, 503, Retry-After, a rate header that is used up);
///   - where it cannot be reached: 1 s, then twice as long each time up to a minute;
///   - where it refuses who we are (distrust()): 5 minutes, then one call at a time until one is
///     taken.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <string>

#include "base/clock.h"
#include "base/time.h"
#include "channels/connector/exchange_journal.h"
#include "channels/connector/rate_bucket.h"
#include "net/address_guard.h"
#include "net/tcp_client.h"
#include "net/web_client.h"

namespace sojourn::channels::connector {

struct Call {
  std::string operation;  ///< for the journal: `send`
  /// The same for every attempt of the same thing; for the journal. A service that knows such keys
  /// gets it in a header of `request`.
  std::string key;
  net::WebRequest request;
};

struct CallResult {
  enum class Kind : std::uint8_t {
    answered,         ///< `response` has a status
    not_made,         ///< the service cannot have acted on it
    outcome_unknown,  ///< it may have, and its answer never came
  };
  Kind kind = Kind::not_made;
  net::WebResponse response = {};
};

/// Longer pauses are cut: then one call asks whether they still stand.
inline constexpr Duration pause_max = Duration::minutes(15);

/// Everything but the constructor, stop() and the journal happens on the thread of loop().
class Connector {
 public:
  struct Options {
    std::string service;  ///< for the journal: `ses`
    net::AddressGuard guard = {};
    RateBucket::Rate rate = {};
    std::size_t calls_max = 16;  ///< at a time
  };

  /// `clock` tells real time; it and `journal` outlive the connector.
  Connector(Options options, const Clock& clock, ExchangeJournal& journal);
  ~Connector();
  Connector(const Connector&) = delete;
  Connector& operator=(const Connector&) = delete;

  [[nodiscard]] net::EventLoop& loop() { return loop_; }

  /// Runs `turn` when a call may be made, in the order of asking; never within this call. Each turn
  /// ends in call() or give_back(). At most `calls_max` turns stand at a time.
  void await_turn(std::function<void()> turn);
  void give_back();
  /// Makes the call, at most once where its request says so; `done` is called once, unless stop()
  /// comes before.
  void call(Call call, std::function<void(CallResult)> done);

  /// The service does not take us as we are: our credentials, our sender, our account.
  void distrust();
  /// The service has taken a call.
  void trust();
  /// No call for so long. `asked` zero: as the service did not say, by how often it happened.
  void pause(Duration asked);

  /// Cuts what is under way; no function that was given is called any more. Not from the loop.
  void stop();

 private:
  void let_go();
  void take(Call call, const std::function<void(CallResult)>& done, net::WebResponse response,
            Duration took);
  void heed_rate_headers(const net::Headers& headers);
  [[nodiscard]] Duration now() const;

  const Options options_;
  const Clock& clock_;
  ExchangeJournal& journal_;

  net::EventLoop loop_;  // outlives the timer
  // Of the loop's thread.
  RateBucket bucket_;
  std::deque<std::function<void()>> waiting_;
  std::size_t turns_ = 0;
  bool trusted_ = true;
  int pauses_in_a_row_ = 0;
  net::Timer next_turn_;

  net::WebClient client_;
};

}  // namespace sojourn::channels::connector
