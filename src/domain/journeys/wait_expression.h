#pragma once

/// How long a run waits, as people write it: `2 days`, `until 09:00 on weekdays`,
/// `until 2 days before attribute renewal_date at 10:00`, `between 09:00 and 17:00`.
///
/// docs/reference/waits.md explains every form. Local times, gaps and overlaps: base/calendar.h.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <absl/time/time.h>

#include "base/calendar.h"
#include "base/result.h"
#include "base/time.h"
#include "base/value.h"
#include "domain/facts/date_value.h"

namespace sojourn::journeys {

/// Days of the week, one bit each from Monday (1) to Sunday (64); all of them: any day.
using Weekdays = std::uint8_t;
inline constexpr Weekdays every_day = 0x7f;

/// Seconds since local midnight; 86,400 is the end of the day.
using TimeOfDay = std::int32_t;

/// `2 days`, `3 calendar days`, `1 month`
struct WaitSpan {
  Span span;
};

/// `until 09:00 on weekdays`, `until monday at 09:00`: the first such instant that is not before
/// the wait begins.
struct WaitTime {
  TimeOfDay time = 0;
  Weekdays weekdays = every_day;
  bool next = false;  ///< `until next monday`: of a local day after that on which the wait begins
};

/// `until day 15 at 09:00`, `until the last day of the month`: likewise; a month without the day
/// has its last.
struct WaitDayOfMonth {
  int day = 1;  ///< 1 to 31; 31 is always the last
  TimeOfDay time = 0;
};

/// `until tomorrow at 09:00`: of the local day after that on which the wait begins.
struct WaitTomorrow {
  TimeOfDay time = 0;
};

/// `until 2026-03-08 at 09:00`, `until 2026-03-08T09:00`, `until 2026-03-08T13:00:00Z`
struct WaitDate {
  std::variant<absl::CivilSecond, Timestamp> date;
};

/// `until 2 days before attribute renewal_date at 10:00`
///
/// With a time of day, whole days, months and years move the local day of the date, and shorter
/// offsets the instant at that time. Without one the offset moves the date's own instant; of a date
/// without a time, the beginning of its local day.
struct WaitAttribute {
  enum class Side : std::uint8_t { on, before, after };
  std::string path;
  bool anniversary = false;  ///< the next one whose instant is not before the wait begins
  Side side = Side::on;
  Span offset = {};               ///< of before and after
  std::optional<TimeOfDay> time;  ///< on the local day of the date; absent: at the date's own time
};

/// `between 09:00 and 17:00 on weekdays`: passes at once inside, else when it opens next. The end
/// does not belong to it; one that spans midnight belongs to the day on which it begins; one that
/// lies within a gap is not there on that day.
struct WaitWindow {
  TimeOfDay from = 0;
  TimeOfDay to = 0;
  Weekdays weekdays = every_day;
};

struct WaitPart {
  using Form = std::variant<WaitSpan, WaitTime, WaitDayOfMonth, WaitTomorrow, WaitDate,
                            WaitAttribute, WaitWindow>;
  Form form;
  std::string zone;  ///< IANA; empty: the contact's
};

/// What a wait does that ended before it began.
enum class IfPast : std::uint8_t { go_on, skip, exit };

/// Parts follow each other: each begins where the one before it ends.
struct WaitExpression {
  std::vector<WaitPart> parts;
  IfPast if_past = IfPast::go_on;
};

/// Of the canonical text.
bool operator==(const WaitExpression& a, const WaitExpression& b);

inline constexpr std::size_t wait_text_bytes_max = 500;
inline constexpr std::size_t wait_parts_max = 8;

/// Takes what people write (`wait 2 days`, `for 90 minutes`, `until 9am`, `at 9:00 on mon-fri`).
/// Errors: `bad_wait` with the column and what was expected.
[[nodiscard]] Result<WaitExpression> parse_wait(std::string_view text);
/// The canonical text: parse_wait reads it to the same expression.
[[nodiscard]] std::string describe(const WaitExpression& wait);

/// What a wait asks of a contact.
class WaitView {
 public:
  virtual ~WaitView() = default;
  [[nodiscard]] virtual absl::TimeZone zone() const = 0;
  /// Null where absent. `path` is dotted.
  [[nodiscard]] virtual const Value* attribute(std::string_view path) const = 0;
};

struct WaitEnd {
  Timestamp at;  ///< not before the wait begins
  /// A date had passed already, or the attribute held none: `if_past` decides.
  bool past = false;
};
/// Pure: the same wait, contact and beginning end at the same instant.
[[nodiscard]] WaitEnd end_of(const WaitExpression& wait, Timestamp from, const WaitView& view);

/// Whether the end depends on the contact's attributes.
[[nodiscard]] bool reads_attributes(const WaitExpression& wait);

}  // namespace sojourn::journeys
