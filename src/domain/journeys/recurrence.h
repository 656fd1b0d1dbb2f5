#pragma once

/// A schedule that recurs: a subset of the RRULE of RFC 5545, and words for its everyday cases.
///
/// Occurrences are local times in a zone, as clocks on the wall show them. A local time in a DST
/// gap is the first valid instant after it, in an overlap the first (PRODUCT 4, "Dates"), so that
/// a rule by the hour or minute is silent in the second pass through an overlapping hour.
/// Occurrences that a gap moves to one instant are one.
///
/// Known parts: FREQ (MINUTELY, HOURLY, DAILY, WEEKLY, MONTHLY, YEARLY), INTERVAL, COUNT, UNTIL,
/// BYMONTH, BYMONTHDAY, BYDAY, BYHOUR, BYMINUTE, BYSETPOS, WKST. docs/reference/waits.md explains
/// each.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <absl/time/time.h>

#include "base/result.h"
#include "base/time.h"

namespace sojourn::journeys {

/// `MO`, and `-1FR`: the last Friday of the month or year.
struct RecurrenceDay {
  int ordinal = 0;  ///< 0: each
  absl::Weekday weekday = absl::Weekday::monday;

  friend bool operator==(const RecurrenceDay&, const RecurrenceDay&) = default;
};

struct Recurrence {
  enum class Frequency : std::uint8_t { minutely, hourly, daily, weekly, monthly, yearly };

  Frequency frequency = Frequency::daily;
  int interval = 1;
  int count = 0;  ///< 0: no end
  /// The last instant or local time that may be an occurrence.
  std::optional<std::variant<absl::CivilSecond, Timestamp>> until;
  // Ascending, each once; empty: not restricted.
  std::vector<int> months;
  std::vector<int> month_days;  ///< -31 to 31; -1 is the last; a month without the day has none
  std::vector<RecurrenceDay> days;
  std::vector<int> hours;
  std::vector<int> minutes;
  std::vector<int> positions;  ///< BYSETPOS; -1 is the last of the period
  absl::Weekday week_start = absl::Weekday::monday;

  /// DTSTART: no occurrence is before it; it anchors INTERVAL and COUNT, and what the parts leave
  /// open is as it is. It is an occurrence only where the rule makes it one. Absent where nothing
  /// is left open but the time, which is midnight then, or the full hour.
  std::optional<absl::CivilSecond> start;
  std::string zone;  ///< IANA; empty: the one that next_after is given

  friend bool operator==(const Recurrence&, const Recurrence&) = default;
};

inline constexpr std::size_t recurrence_text_bytes_max = 1'000;
inline constexpr int recurrence_interval_max = 1'000;
/// Occurrences are counted from the first for each answer; longer series end with UNTIL.
inline constexpr int recurrence_count_max = 1'000;
/// Minutes between two occurrences, by the clock on the wall: what comes more often is no schedule
/// of messages, and would wake every contact each time.
inline constexpr int recurrence_spacing_minutes_min = 5;
/// What does not occur for so long after an instant does not occur after it at all.
inline constexpr int recurrence_horizon_years = 100;

/// Reads `DTSTART:20260302T090000 RRULE:FREQ=WEEKLY;BYDAY=MO in Europe/Paris` (only FREQ is
/// required), or words: `every monday at 09:00`, `every 2 weeks on mon, fri at 9am from
/// 2026-03-02`. Errors: `bad_recurrence` with the part that is wrong, or the column; `too_often`.
[[nodiscard]] Result<Recurrence> parse_recurrence(std::string_view text);
/// The RFC 5545 text: parse_recurrence reads it to the same recurrence.
[[nodiscard]] std::string format_recurrence(const Recurrence& recurrence);
/// In words where there are some, else the RFC 5545 text: parse_recurrence reads it likewise.
[[nodiscard]] std::string describe(const Recurrence& recurrence);

/// The first occurrence strictly after `after`; absent where there is none. `zone` is used where
/// the recurrence names none. Looks at no more periods than the horizon, or `count`, allows.
[[nodiscard]] std::optional<Timestamp> next_after(const Recurrence& recurrence, Timestamp after,
                                                  const absl::TimeZone& zone);

}  // namespace sojourn::journeys
