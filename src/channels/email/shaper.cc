#include "channels/email/shaper.h"

#include <algorithm>

namespace sojourn::channels::email {
namespace {

constexpr Duration minute = Duration::minutes(1);

/// Of the usual length of a mail how much counts for the last one.
constexpr std::int64_t smoothing = 8;

/// Places are told a little too early: a mail that asks once too often costs less than a gap.
constexpr std::int64_t early_percent = 80;

}  // namespace

int Shaper::mails_per_minute(Timestamp now) const {
  const int limit = limits_.mails_per_minute;
  if (throttled_until_ == Timestamp::beginning()) return limit;
  if (now < throttled_until_) return throttled_mails_per_minute;
  const std::int64_t minutes = (now - throttled_until_).ms / minute.ms;
  const std::int64_t grown = throttled_mails_per_minute +
                             std::min<std::int64_t>(minutes, mails_per_minute_free) * mails_step;
  if (limit == 0) return grown >= mails_per_minute_free ? 0 : static_cast<int>(grown);
  return static_cast<int>(std::min<std::int64_t>(grown, limit));
}

int Shaper::connections_max(Timestamp now) const {
  if (throttled_until_ == Timestamp::beginning()) return limits_.connections;
  if (now < throttled_until_) return 1;
  const std::int64_t grown = 1 + (now - throttled_until_).ms / connection_step.ms;
  return static_cast<int>(std::min<std::int64_t>(grown, limits_.connections));
}

bool Shaper::may_connect(Timestamp now) const {
  const bool same_minute = minute_begin_ != Timestamp::beginning() && now - minute_begin_ < minute;
  return !same_minute || connections_in_minute_ < limits_.connections_per_minute;
}

Timestamp Shaper::next_mail(Timestamp now) const {
  Timestamp next = std::max(now, rests_until_);
  const int rate = mails_per_minute(now);
  if (rate > 0 && last_mail_ != Timestamp::beginning()) {
    next = std::max(next, last_mail_ + Duration{minute.ms / rate});
  }
  return next;
}

bool Shaper::has_room(Timestamp now) const {
  return under_way_ < connections_max(now) && next_mail(now) <= now;
}

Duration Shaper::wait(Timestamp now) {
  if (has_room(now)) return {};
  // How long a mail takes: as those before, or as those under way have taken already.
  Duration length = usual_length_;
  if (under_way_ > 0) length = std::max(length, Duration{now.ms - began_sum_ms_ / under_way_});
  std::int64_t pace = length.ms * early_percent / 100 / connections_max(now);
  if (const int rate = mails_per_minute(now); rate > 0) pace = std::max(pace, minute.ms / rate);
  const Timestamp from = std::max(next_mail(now), last_place_);
  last_place_ = std::min(from + Duration{pace}, now + wait_max);
  return std::clamp(last_place_ - now, wait_min, wait_max);
}

void Shaper::began(Timestamp now) {
  ++under_way_;
  began_sum_ms_ += now.ms;
  last_mail_ = now;
}

void Shaper::ended(Timestamp began, Timestamp now) {
  --under_way_;
  began_sum_ms_ -= began.ms;
  usual_length_.ms += ((now - began).ms - usual_length_.ms) / smoothing;
}

void Shaper::connected(Timestamp now) {
  if (minute_begin_ == Timestamp::beginning() || now - minute_begin_ >= minute) {
    minute_begin_ = now;
    connections_in_minute_ = 0;
  }
  ++connections_in_minute_;
}

void Shaper::throttled(Timestamp now) {
  throttled_until_ = now + throttle_lasts;
}

void Shaper::unreachable(Timestamp now) {
  if (now < rests_until_) return;  // others that were under way say the same
  rest_ = rest_ == Duration{} ? rest_min : std::min(rest_ * 2, rest_max);
  rests_until_ = now + rest_;
}

}  // namespace sojourn::channels::email
