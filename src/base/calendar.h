#pragma once

/// Calendar arithmetic in a time zone: local times, local days, months and years.
///
/// PRODUCT 4, "Dates": minutes to weeks are exact lengths of time (a day is 24 hours); calendar
/// days, months and years keep the local time of day and are clamped to the end of the month. A
/// local time in a DST gap is the first valid instant after it, in an overlap the first of the two.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <absl/time/time.h>

#include "base/result.h"
#include "base/time.h"

namespace sojourn {

/// Absent where `name` is no IANA time zone.
[[nodiscard]] std::optional<absl::TimeZone> find_zone(std::string_view name);

/// What clocks in the zone show, to the second; the milliseconds are cut off.
[[nodiscard]] absl::CivilSecond local_time(Timestamp time, const absl::TimeZone& zone);

/// The instant at which clocks in the zone show `local`.
[[nodiscard]] Timestamp instant_of(const absl::CivilSecond& local, const absl::TimeZone& zone);

/// The first instant of a local day. (Where midnight is in a gap, the instant after the gap.)
[[nodiscard]] Timestamp start_of_day(const absl::CivilDay& day, const absl::TimeZone& zone);

/// The day of the same number in another month, or that month's last: 31 January and one month is
/// 28 or 29 February.
[[nodiscard]] absl::CivilDay add_months(const absl::CivilDay& day, std::int64_t months);

/// A length of time as people say it.
struct Span {
  enum class Unit : std::uint8_t { exact, calendar_day, month, year };
  Unit unit = Unit::exact;
  std::int64_t count = 0;  ///< milliseconds of an exact span, else units

  static constexpr Span exact(Duration duration) { return {Unit::exact, duration.ms}; }

  friend constexpr bool operator==(Span, Span) = default;
};

/// What parse_duration reads, and `2 calendar days`, `3 months`, `1 year`; at most 100 years.
[[nodiscard]] Result<Span> parse_span(std::string_view text);
/// The shortest form that parse_span reads: `1w`, `2 calendar days`, `3 months`.
[[nodiscard]] std::string format_span(Span span);
/// In words that parse_span reads: `7 days`, `90 minutes`, `1 month`.
[[nodiscard]] std::string describe_span(Span span);

/// The instant that is `span` after `time`: by the clock on the wall where the span is a calendar
/// one.
[[nodiscard]] Timestamp add(Timestamp time, Span span, const absl::TimeZone& zone);
[[nodiscard]] Timestamp subtract(Timestamp time, Span span, const absl::TimeZone& zone);

// The window of the last, and of the next, `span`: its far end moves with `now` and never back. In
// the second pass through an overlapping hour it stands still, so that nothing enters or leaves a
// window twice.

/// Where the window of the last `span` begins: what is later than this, and not after `now`, is in.
[[nodiscard]] Timestamp window_start(Timestamp now, Span span, const absl::TimeZone& zone);
/// Where the window of the next `span` ends: what is after `now`, and not later than this, is in.
[[nodiscard]] Timestamp window_end(Timestamp now, Span span, const absl::TimeZone& zone);
/// The first instant at which `at` is no longer in the window of the last `span`.
[[nodiscard]] Timestamp leaves_last(Timestamp at, Span span, const absl::TimeZone& zone);
/// The first instant at which `at` is in the window of the next `span`.
[[nodiscard]] Timestamp enters_next(Timestamp at, Span span, const absl::TimeZone& zone);

}  // namespace sojourn
