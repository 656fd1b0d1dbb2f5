#pragma once

/// How much one provider is given at once: its limits, less where it asked for less, and a place in
/// the queue for who must wait.

#include <cstdint>

#include "base/time.h"
#include "channels/email/providers.h"

namespace sojourn::channels::email {

/// Not thread-safe. Instants are of a clock that does not go back; they do not have to be of today.
class Shaper {
 public:
  /// What a provider that asked for less gets, and for how long (KumoMTA's public rule).
  static constexpr Duration throttle_lasts = Duration::minutes(90);
  static constexpr int throttled_mails_per_minute = 1;
  /// Afterwards a connection more each so often, and so many mails a minute more each minute.
  static constexpr Duration connection_step = Duration::minutes(5);
  static constexpr int mails_step = 10;
  /// Where no rate is set: from this rate on there is no limit again.
  static constexpr int mails_per_minute_free = 600;
  /// A provider that cannot be reached is left alone for so long, doubling to the second.
  static constexpr Duration rest_min = Duration::minutes(1);
  static constexpr Duration rest_max = Duration::minutes(30);
  /// Nobody waits for longer before asking again.
  static constexpr Duration wait_max = Duration::minutes(1);
  static constexpr Duration wait_min = Duration::milliseconds(20);

  explicit Shaper(const ProviderLimits& limits) : limits_(limits) {}

  /// Zero: a mail may begin now. Else for how long to wait before asking again: those who ask one
  /// after the other are told instants one after the other, at the pace at which mails end.
  [[nodiscard]] Duration wait(Timestamp now);
  /// Whether a mail may begin, without a place for who must wait.
  [[nodiscard]] bool has_room(Timestamp now) const;
  [[nodiscard]] int connections_max(Timestamp now) const;
  /// Whether a connection more may be opened within the limits of a minute.
  [[nodiscard]] bool may_connect(Timestamp now) const;
  [[nodiscard]] int mails_under_way() const { return under_way_; }

  void began(Timestamp now);
  /// A mail that began at `began` has ended, however it did.
  void ended(Timestamp began, Timestamp now);
  void connected(Timestamp now);
  /// A reply asked for less.
  void throttled(Timestamp now);
  /// None of the hosts could be reached.
  void unreachable(Timestamp now);
  /// A host answered.
  void reached() { rest_ = {}; }

  [[nodiscard]] bool is_throttled(Timestamp now) const { return now < throttled_until_; }

 private:
  /// 0: no limit.
  [[nodiscard]] int mails_per_minute(Timestamp now) const;
  [[nodiscard]] Timestamp next_mail(Timestamp now) const;

  ProviderLimits limits_;
  int under_way_ = 0;
  std::int64_t began_sum_ms_ = 0;  ///< over the mails under way
  Duration usual_length_ = Duration::milliseconds(500);
  Timestamp last_mail_ = Timestamp::beginning();
  Timestamp last_place_ = Timestamp::beginning();  ///< told to who waits
  Timestamp minute_begin_ = Timestamp::beginning();
  int connections_in_minute_ = 0;
  Timestamp throttled_until_ = Timestamp::beginning();
  Duration rest_;
  Timestamp rests_until_ = Timestamp::beginning();
};

}  // namespace sojourn::channels::email
