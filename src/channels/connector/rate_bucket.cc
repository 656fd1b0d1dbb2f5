#include "channels/connector/rate_bucket.h"

#include <algorithm>
#include <cmath>

namespace sojourn::channels::connector {
namespace {

constexpr Duration wait_max = Duration::days(1);
constexpr double per_second_min = 1.0 / 86'400;

}  // namespace

RateBucket::RateBucket(Rate rate)
    : rate_{.per_second = std::max(rate.per_second, per_second_min),
            .burst = std::max(rate.burst, 1.0)},
      tokens_(rate_.burst) {}

Duration RateBucket::wait(Duration now) {
  refill(now);
  if (now < paused_until_) return std::min(paused_until_ - now, wait_max);
  if (tokens_ >= 1) return {};
  const double ms = std::ceil((1 - tokens_) / rate_.per_second * 1000);
  return std::min(Duration::milliseconds(static_cast<std::int64_t>(ms)), wait_max);
}

void RateBucket::take(Duration now) {
  refill(now);
  tokens_ -= 1;
}

void RateBucket::give_back() {
  tokens_ = std::min(tokens_ + 1, rate_.burst);
}

void RateBucket::pause(Duration until) {
  paused_until_ = std::max(paused_until_, until);
  tokens_ = std::min(tokens_, 1.0);
}

void RateBucket::refill(Duration now) {
  // What a pause keeps back does not add up to a burst behind it.
  const Duration from = std::max(refilled_, paused_until_);
  if (now <= from) return;
  const double seconds = static_cast<double>((now - from).ms) / 1000;
  tokens_ = std::min(tokens_ + seconds * rate_.per_second, rate_.burst);
  refilled_ = now;
}

}  // namespace sojourn::channels::connector
