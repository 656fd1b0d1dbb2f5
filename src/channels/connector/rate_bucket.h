#pragma once

/// How often a service may be called: tokens that come back at a steady rate, and pauses that the
/// service asks for. A value without a clock: instants are lengths of time since one beginning.

#include "base/time.h"

namespace sojourn::channels::connector {

class RateBucket {
 public:
  struct Rate {
    double per_second = 1;
    /// Calls that may follow each other at once after a quiet while; at least 1.
    double burst = 1;
  };

  explicit RateBucket(Rate rate);

  /// How long until a call may be made; zero: now. Never above a day: the rate is at least one a
  /// day, and longer pauses are cut.
  [[nodiscard]] Duration wait(Duration now);
  /// Takes a token that wait() said is there.
  void take(Duration now);
  /// The call was not made after all.
  void give_back();
  /// No call before `until`, and then one at a time of the rate, not a burst. An earlier instant
  /// than one that was asked for before changes nothing.
  void pause(Duration until);

 private:
  void refill(Duration now);

  Rate rate_;
  double tokens_;
  Duration refilled_ = {};
  Duration paused_until_ = {};
};

}  // namespace sojourn::channels::connector
