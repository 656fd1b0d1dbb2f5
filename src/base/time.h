#pragma once

/// Instants and lengths of time as the product knows them: milliseconds, UTC.

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace sojourn {

/// A length of time in milliseconds; may be negative.
struct Duration {
  std::int64_t ms = 0;

  static constexpr Duration milliseconds(std::int64_t n) { return {n}; }
  static constexpr Duration seconds(std::int64_t n) { return {n * 1000}; }
  static constexpr Duration minutes(std::int64_t n) { return {n * 60'000}; }
  static constexpr Duration hours(std::int64_t n) { return {n * 3'600'000}; }
  static constexpr Duration days(std::int64_t n) { return {n * 86'400'000}; }

  friend constexpr auto operator<=>(Duration, Duration) = default;
  friend constexpr Duration operator+(Duration a, Duration b) { return {a.ms + b.ms}; }
  friend constexpr Duration operator-(Duration a, Duration b) { return {a.ms - b.ms}; }
  friend constexpr Duration operator*(Duration a, std::int64_t n) { return {a.ms * n}; }
};

/// An instant: milliseconds since 1970-01-01T00:00:00Z.
struct Timestamp {
  std::int64_t ms = 0;

  /// Before and after every instant that the product stores.
  static constexpr Timestamp never() { return {INT64_MAX}; }
  static constexpr Timestamp beginning() { return {INT64_MIN}; }

  friend constexpr auto operator<=>(Timestamp, Timestamp) = default;
  friend constexpr Timestamp operator+(Timestamp t, Duration d) { return {t.ms + d.ms}; }
  friend constexpr Timestamp operator-(Timestamp t, Duration d) { return {t.ms - d.ms}; }
  friend constexpr Duration operator-(Timestamp a, Timestamp b) { return {a.ms - b.ms}; }
};

/// RFC 3339 in UTC with milliseconds: `2026-03-02T21:50:00.000Z`.
[[nodiscard]] std::string format_timestamp(Timestamp time);

/// Reads RFC 3339 (any offset, seconds and fraction optional; date alone is midnight UTC).
[[nodiscard]] Result<Timestamp> parse_timestamp(std::string_view text);

/// Reads a local date and time (`2026-03-02T21:50[:SS]`) in an IANA zone, for example
/// `Europe/Paris`. In a gap the first valid instant after it, in an overlap the first (PRODUCT 4).
[[nodiscard]] Result<Timestamp> parse_local_time(std::string_view text, std::string_view zone);

/// Reads `90s`, `15m`, `4h`, `3d`, `2w`, also `3 days`. A day is 24 hours, a week seven days.
[[nodiscard]] Result<Duration> parse_duration(std::string_view text);

/// The shortest exact form that parse_duration reads: `3d`, `36h`, `1500ms`.
[[nodiscard]] std::string format_duration(Duration duration);

}  // namespace sojourn
