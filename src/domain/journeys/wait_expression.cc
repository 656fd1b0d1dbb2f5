#include "domain/journeys/wait_expression.h"

#include <algorithm>

namespace sojourn::journeys {
namespace {

constexpr TimeOfDay day_seconds = 86'400;

/// Local days are looked through one after another, from yesterday on, at most so many: a weekday
/// comes within nine, a day of the month within 63, a window that opens on one weekday and is
/// swallowed by a gap a week later.
constexpr int days_max = 66;

absl::CivilSecond local_at(const absl::CivilDay& day, TimeOfDay time) {
  return absl::CivilSecond(day) + time;
}

bool falls_on(const absl::CivilDay& day, Weekdays weekdays) {
  const int monday_is_0 = static_cast<int>(absl::GetWeekday(day));
  return ((weekdays >> monday_is_0) & 1) != 0;
}

absl::CivilDay last_of_month(const absl::CivilDay& day) {
  return absl::CivilDay(absl::CivilMonth(day) + 1) - 1;
}

class WaitEnder {
 public:
  WaitEnder(const WaitView& view, absl::TimeZone zone, Timestamp from)
      : view_(view), zone_(zone), from_(from) {}

  WaitEnd operator()(const WaitSpan& wait) const { return {add(from_, wait.span, zone_)}; }

  WaitEnd operator()(const WaitTime& wait) const {
    return first_day(
        [&](const absl::CivilDay& day) {
          return falls_on(day, wait.weekdays) && !(wait.next && day <= today());
        },
        wait.time);
  }

  WaitEnd operator()(const WaitDayOfMonth& wait) const {
    return first_day(
        [&](const absl::CivilDay& day) {
          return day.day() == std::min(wait.day, static_cast<int>(last_of_month(day).day()));
        },
        wait.time);
  }

  WaitEnd operator()(const WaitTomorrow& wait) const {
    return {std::max(from_, instant_of(local_at(today() + 1, wait.time), zone_))};
  }

  WaitEnd operator()(const WaitDate& wait) const {
    const auto* local = std::get_if<absl::CivilSecond>(&wait.date);
    return not_before(local == nullptr ? std::get<Timestamp>(wait.date)
                                       : instant_of(*local, zone_));
  }

  WaitEnd operator()(const WaitAttribute& wait) const {
    const Value* value = view_.attribute(wait.path);
    const std::optional<facts::DateValue> date =
        value == nullptr ? std::nullopt : facts::read_date(*value);
    if (!date) return {from_, true};
    if (!wait.anniversary) return not_before(shifted(wait, *date));
    return next_anniversary(wait, facts::day_of(*date, zone_));
  }

  WaitEnd operator()(const WaitWindow& wait) const {
    const bool wraps = wait.to <= wait.from;
    // One that began yesterday may still be open.
    absl::CivilDay day = today() - 1;
    for (int i = 0; i < days_max; ++i, day += 1) {
      if (!falls_on(day, wait.weekdays)) continue;
      const Timestamp opens = instant_of(local_at(day, wait.from), zone_);
      const Timestamp closes = instant_of(local_at(wraps ? day + 1 : day, wait.to), zone_);
      const bool is_there = opens < closes;
      if (is_there && closes > from_) return {std::max(from_, opens)};
    }
    return {from_, true};
  }

 private:
  [[nodiscard]] absl::CivilDay today() const { return absl::CivilDay(local_time(from_, zone_)); }

  [[nodiscard]] WaitEnd not_before(Timestamp at) const {
    return at < from_ ? WaitEnd{from_, true} : WaitEnd{at};
  }

  template <typename Fits>
  [[nodiscard]] WaitEnd first_day(Fits fits, TimeOfDay time) const {
    // A time of yesterday that a gap left out may be the first instant of today.
    absl::CivilDay day = today() - 1;
    for (int i = 0; i < days_max; ++i, day += 1) {
      if (!fits(day)) continue;
      const Timestamp at = instant_of(local_at(day, time), zone_);
      if (at >= from_) return {at};
    }
    return {from_, true};
  }

  [[nodiscard]] Span signed_offset(const WaitAttribute& wait) const {
    Span offset = wait.offset;
    if (wait.side == WaitAttribute::Side::before) offset.count = -offset.count;
    return wait.side == WaitAttribute::Side::on ? Span{} : offset;
  }

  /// The instant of a date with the wait's offset and time of day.
  [[nodiscard]] Timestamp shifted(const WaitAttribute& wait, const facts::DateValue& date) const {
    const Span offset = signed_offset(wait);
    if (wait.time) return shifted_day(offset, facts::day_of(date, zone_), *wait.time);
    return add(facts::interval_of(date, zone_).first, offset, zone_);
  }

  /// The time of day that is asked for stays: whole days, months and years move the day, and only
  /// shorter spans the instant.
  [[nodiscard]] Timestamp shifted_day(Span offset, const absl::CivilDay& day,
                                      TimeOfDay time) const {
    constexpr std::int64_t day_ms = Duration::days(1).ms;
    if (offset.unit == Span::Unit::exact && offset.count % day_ms != 0) {
      return instant_of(local_at(day, time), zone_) + Duration{offset.count};
    }
    absl::CivilDay moved = day;
    switch (offset.unit) {
      case Span::Unit::exact:
        moved = day + offset.count / day_ms;
        break;
      case Span::Unit::calendar_day:
        moved = day + offset.count;
        break;
      case Span::Unit::month:
        moved = add_months(day, offset.count);
        break;
      case Span::Unit::year:
        moved = add_months(day, offset.count * 12);
        break;
    }
    return instant_of(local_at(moved, time), zone_);
  }

  [[nodiscard]] WaitEnd next_anniversary(const WaitAttribute& wait,
                                         const absl::CivilDay& day) const {
    const Span offset = signed_offset(wait);
    // An offset moves the instant into other years: begin early enough, or late enough.
    const Timestamp about = subtract(from_, offset, zone_);
    const auto year_now = absl::CivilDay(local_time(about, zone_)).year();
    for (auto year = std::max(day.year() + 1, year_now - 1);; ++year) {
      const absl::CivilDay anniversary = add_months(day, (year - day.year()) * 12);
      const Timestamp at = shifted(wait, facts::DateValue(anniversary));
      if (at >= from_) return {at};
    }
  }

  const WaitView& view_;
  const absl::TimeZone zone_;
  const Timestamp from_;
};

}  // namespace

bool operator==(const WaitExpression& a, const WaitExpression& b) {
  return describe(a) == describe(b);
}

WaitEnd end_of(const WaitExpression& wait, Timestamp from, const WaitView& view) {
  WaitEnd end{from};
  for (const WaitPart& part : wait.parts) {
    // Readers refuse unknown zones.
    const absl::TimeZone zone =
        part.zone.empty() ? view.zone() : find_zone(part.zone).value_or(view.zone());
    const WaitEnd next = std::visit(WaitEnder(view, zone, end.at), part.form);
    end = {next.at, end.past || next.past};
    if (end.past && wait.if_past != IfPast::go_on) return end;
  }
  return end;
}

bool reads_attributes(const WaitExpression& wait) {
  return std::any_of(wait.parts.begin(), wait.parts.end(), [](const WaitPart& part) {
    return std::holds_alternative<WaitAttribute>(part.form);
  });
}

}  // namespace sojourn::journeys
