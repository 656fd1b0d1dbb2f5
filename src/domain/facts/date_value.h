#pragma once

/// A date as values hold it, and as definitions name one.
///
/// In a value: RFC 3339 text, a date alone (`2026-03-01`: the whole local day), or a whole number
/// of Unix seconds (from 10^11 on: milliseconds). In a definition also `now`, `today`, `yesterday`
/// and `tomorrow`.

#include <optional>
#include <string_view>
#include <variant>

#include <absl/time/time.h>

#include "base/calendar.h"
#include "base/time.h"
#include "base/value.h"

namespace sojourn::facts {

/// When and where a question is asked. The zone decides where local days begin and end.
struct Moment {
  Timestamp now;
  absl::TimeZone zone = absl::UTCTimeZone();
};

using DateValue = std::variant<Timestamp, absl::CivilDay>;

/// Absent where the value is no date.
[[nodiscard]] std::optional<DateValue> read_date(const Value& value);
[[nodiscard]] std::optional<DateValue> parse_date(std::string_view text);

/// The instants that a date covers, both included: one, or those of a whole day.
struct Interval {
  Timestamp first;
  Timestamp last;
};
[[nodiscard]] Interval interval_of(const DateValue& date, const absl::TimeZone& zone);
/// The local day that holds the date; an instant's depends on the zone.
[[nodiscard]] absl::CivilDay day_of(const DateValue& date, const absl::TimeZone& zone);

/// A date that a definition names: fixed, the present, or a day counted from today.
struct Now {};
struct RelativeDay {
  int days = 0;  ///< 0 today, 1 tomorrow
};
using DateOperand = std::variant<DateValue, Now, RelativeDay>;

/// Absent where the text names no date.
[[nodiscard]] std::optional<DateOperand> read_date_operand(const Value& value);

/// An answer, and until when time alone cannot change it.
struct Verdict {
  bool value = false;
  /// A lower bound of the instant at which the answer may change without any event; never: it
  /// will not.
  Timestamp recheck = Timestamp::never();

  friend bool operator==(const Verdict&, const Verdict&) = default;
};

enum class Order : std::uint8_t { before, on, after };

/// How a date stands to another: `before` where it ends before the other begins, `after` where it
/// begins after the other ends, `on` where they share an instant.
[[nodiscard]] Verdict stands(const DateValue& date, Order order, const DateOperand& operand,
                             const Moment& moment);

/// Whether any instant of the date is in the last `span`: after its beginning, and not after now.
[[nodiscard]] Verdict is_within_last(const DateValue& date, Span span, const Moment& moment);
/// Whether any instant of the date is in the next `span`: after now, and not after its end.
[[nodiscard]] Verdict is_within_next(const DateValue& date, Span span, const Moment& moment);
/// Whether the whole date lies before the last `span`.
[[nodiscard]] Verdict is_longer_ago(const DateValue& date, Span span, const Moment& moment);
/// Whether the whole date lies after the next `span`.
[[nodiscard]] Verdict is_further_ahead(const DateValue& date, Span span, const Moment& moment);

// Anniversaries: the same local day in each later year, from the first year after; of 29 February
// the 28th where the year has none. Each is a whole day in the zone.
[[nodiscard]] Verdict has_anniversary_today(const DateValue& date, const Moment& moment);
[[nodiscard]] Verdict has_anniversary_in_last(const DateValue& date, Span span,
                                              const Moment& moment);
[[nodiscard]] Verdict has_anniversary_in_next(const DateValue& date, Span span,
                                              const Moment& moment);

}  // namespace sojourn::facts
