#include "domain/journeys/recurrence.h"

#include <algorithm>

#include "base/calendar.h"

namespace sojourn::journeys {
namespace {

using Frequency = Recurrence::Frequency;

// Where periods are counted from without a DTSTART: nothing depends on it, as INTERVAL is 1 then.
constexpr absl::CivilSecond epoch(1970, 1, 1);

template <typename T>
bool holds(const std::vector<T>& values, const T& value) {
  return std::find(values.begin(), values.end(), value) != values.end();
}

int days_in_month(const absl::CivilMonth& month) {
  return static_cast<int>(absl::CivilDay(month + 1) - absl::CivilDay(month));
}

std::int64_t floor_divide(std::int64_t value, std::int64_t by) {
  return value / by - (value % by < 0 ? 1 : 0);
}

/// The rule's periods (minutes, hours, days, weeks, months or years, INTERVAL apart) by number from
/// that of DTSTART, and the local times in each.
class Periods {
 public:
  explicit Periods(const Recurrence& rule)
      : rule_(rule), start_(rule.start.value_or(epoch)), times_(times_of_day()) {}

  [[nodiscard]] const absl::CivilSecond& start() const { return start_; }

  /// Whether a rule by the hour or minute comes to an hour that BYHOUR names, and a minute that
  /// BYMINUTE does: its times of day repeat within as many steps as a day has periods.
  [[nodiscard]] bool comes_to_its_times() const {
    if (rule_.frequency > Frequency::hourly) return true;
    constexpr int minutes_of_day = 24 * 60;
    const int step = rule_.interval * (rule_.frequency == Frequency::hourly ? 60 : 1);
    const int first = start_.hour() * 60 + start_.minute();
    for (int count = 0; count < minutes_of_day; ++count) {
      const int minute = (first + count * step) % minutes_of_day;
      const bool hour_fits = rule_.hours.empty() || holds(rule_.hours, minute / 60);
      if (hour_fits && (rule_.frequency == Frequency::hourly || is_allowed_minute(minute % 60))) {
        return true;
      }
    }
    return false;
  }

  /// The number of the period that holds `local`, or of the one before it where it falls between.
  [[nodiscard]] std::int64_t number_of(const absl::CivilSecond& local) const {
    return floor_divide(distance(local), rule_.interval);
  }

  /// The first day of a period.
  [[nodiscard]] absl::CivilDay first_day(std::int64_t number) const {
    const std::int64_t steps = number * rule_.interval;
    switch (rule_.frequency) {
      case Frequency::minutely:
        return absl::CivilDay(absl::CivilMinute(start_) + steps);
      case Frequency::hourly:
        return absl::CivilDay(absl::CivilHour(start_) + steps);
      case Frequency::daily:
        return absl::CivilDay(start_) + steps;
      case Frequency::weekly:
        return week_of(absl::CivilDay(start_)) + 7 * steps;
      case Frequency::monthly:
        return absl::CivilDay(absl::CivilMonth(start_) + steps);
      case Frequency::yearly:
        return absl::CivilDay(absl::CivilYear(start_) + steps);
    }
    return {};
  }

  /// Calls `visit(local)` with the local times of a period in their order, from `from` on, until it
  /// answers true.
  template <typename Visit>
  bool find_in(std::int64_t number, const absl::CivilSecond& from, Visit visit) const {
    const std::vector<TimeInDay> times = times_in(number);
    if (times.empty()) return false;
    const std::vector<absl::CivilDay> days = days_in(number);
    const auto local_at = [&](std::size_t index) {
      return absl::CivilSecond(days[index / times.size()]) + times[index % times.size()];
    };
    const std::size_t size = days.size() * times.size();
    if (!rule_.positions.empty()) {
      for (const std::size_t index : positions_in(size)) {
        if (local_at(index) >= from && visit(local_at(index))) return true;
      }
      return false;
    }
    const auto first = std::lower_bound(days.begin(), days.end(), absl::CivilDay(from));
    const auto skipped = static_cast<std::size_t>(first - days.begin());
    for (std::size_t index = skipped * times.size(); index < size; ++index) {
      if (local_at(index) >= from && visit(local_at(index))) return true;
    }
    return false;
  }

  /// The next period that may hold an occurrence: hours of a day, and minutes of an hour, that the
  /// rule leaves out are not looked at one after another.
  [[nodiscard]] std::int64_t after(std::int64_t number) const {
    if (rule_.frequency > Frequency::hourly) return number + 1;
    const absl::CivilDay day = first_day(number);
    if (!is_allowed(day)) return std::max(number + 1, number_of(absl::CivilSecond(day + 1)));
    if (rule_.frequency == Frequency::hourly || rule_.hours.empty()) return number + 1;
    const absl::CivilHour hour(minute_at(number));
    if (holds(rule_.hours, hour.hour())) return number + 1;
    return std::max(number + 1, number_of(absl::CivilSecond(hour + 1)));
  }

 private:
  using TimeInDay = int;  ///< seconds

  [[nodiscard]] std::int64_t distance(const absl::CivilSecond& local) const {
    switch (rule_.frequency) {
      case Frequency::minutely:
        return absl::CivilMinute(local) - absl::CivilMinute(start_);
      case Frequency::hourly:
        return absl::CivilHour(local) - absl::CivilHour(start_);
      case Frequency::daily:
        return absl::CivilDay(local) - absl::CivilDay(start_);
      case Frequency::weekly:
        return (week_of(absl::CivilDay(local)) - week_of(absl::CivilDay(start_))) / 7;
      case Frequency::monthly:
        return absl::CivilMonth(local) - absl::CivilMonth(start_);
      case Frequency::yearly:
        return absl::CivilYear(local) - absl::CivilYear(start_);
    }
    return 0;
  }

  [[nodiscard]] absl::CivilDay week_of(const absl::CivilDay& day) const {
    return absl::PrevWeekday(day + 1, rule_.week_start);
  }

  [[nodiscard]] std::vector<TimeInDay> times_of_day() const {
    const bool hourly = rule_.frequency == Frequency::hourly;
    const std::vector<int> hours = hourly                ? std::vector<int>{0}
                                   : rule_.hours.empty() ? std::vector<int>{start_.hour()}
                                                         : rule_.hours;
    const std::vector<int> minutes =
        rule_.minutes.empty() ? std::vector<int>{start_.minute()} : rule_.minutes;
    std::vector<TimeInDay> times;
    for (const int hour : hours) {
      for (const int minute : minutes)
        times.push_back(hour * 3'600 + minute * 60 + start_.second());
    }
    return times;
  }

  [[nodiscard]] absl::CivilMinute minute_at(std::int64_t number) const {
    return absl::CivilMinute(start_) + number * rule_.interval;
  }

  [[nodiscard]] bool is_allowed_minute(int minute) const {
    return rule_.minutes.empty() || holds(rule_.minutes, minute);
  }

  [[nodiscard]] std::vector<TimeInDay> times_in(std::int64_t number) const {
    if (rule_.frequency == Frequency::minutely) {
      const absl::CivilMinute at = minute_at(number);
      const bool hour_fits = rule_.hours.empty() || holds(rule_.hours, at.hour());
      if (!hour_fits || !is_allowed_minute(at.minute())) return {};
      return {at.hour() * 3'600 + at.minute() * 60 + start_.second()};
    }
    if (rule_.frequency != Frequency::hourly) return times_;
    const int hour = (absl::CivilHour(start_) + number * rule_.interval).hour();
    if (!rule_.hours.empty() && !holds(rule_.hours, hour)) return {};
    std::vector<TimeInDay> times = times_;
    for (TimeInDay& time : times) time += hour * 3'600;
    return times;
  }

  [[nodiscard]] std::vector<absl::CivilDay> days_in(std::int64_t number) const {
    const absl::CivilDay first = first_day(number);
    absl::CivilDay end = first + 1;
    if (rule_.frequency == Frequency::weekly) end = first + 7;
    if (rule_.frequency == Frequency::monthly) end = absl::CivilDay(absl::CivilMonth(first) + 1);
    if (rule_.frequency == Frequency::yearly) end = absl::CivilDay(absl::CivilYear(first) + 1);
    std::vector<absl::CivilDay> days;
    for (absl::CivilDay day = first; day < end; day += 1) {
      if (is_allowed(day)) days.push_back(day);
    }
    return days;
  }

  /// Whether the parts, and DTSTART for what they leave open, let a day be one of its period.
  [[nodiscard]] bool is_allowed(const absl::CivilDay& day) const {
    if (!rule_.months.empty() && !holds(rule_.months, day.month())) return false;
    const int last = days_in_month(absl::CivilMonth(day));
    const bool month_day_fits = rule_.month_days.empty() || holds(rule_.month_days, day.day()) ||
                                holds(rule_.month_days, day.day() - last - 1);
    if (!month_day_fits) return false;
    if (!rule_.days.empty()) return falls_on_day(day, last);
    if (!rule_.month_days.empty()) return true;
    const absl::CivilDay start(start_);
    switch (rule_.frequency) {
      case Frequency::minutely:
      case Frequency::hourly:
      case Frequency::daily:
        return true;
      case Frequency::weekly:
        return absl::GetWeekday(day) == absl::GetWeekday(start);
      case Frequency::monthly:
        return day.day() == start.day();
      case Frequency::yearly:
        return day.day() == start.day() && (!rule_.months.empty() || day.month() == start.month());
    }
    return false;
  }

  /// RFC 5545 §3.3.10: an ordinal counts within the month, in a yearly rule without BYMONTH within
  /// the year.
  [[nodiscard]] bool falls_on_day(const absl::CivilDay& day, int days_of_month) const {
    const absl::Weekday weekday = absl::GetWeekday(day);
    const bool in_year = rule_.frequency == Frequency::yearly && rule_.months.empty();
    const int number = in_year ? absl::GetYearDay(day) : day.day();
    const absl::CivilYear year(day);
    const int size =
        in_year ? static_cast<int>(absl::CivilDay(year + 1) - absl::CivilDay(year)) : days_of_month;
    const int from_front = (number - 1) / 7 + 1;
    const int from_back = -((size - number) / 7 + 1);
    return std::any_of(rule_.days.begin(), rule_.days.end(), [&](const RecurrenceDay& each) {
      return each.weekday == weekday &&
             (each.ordinal == 0 || each.ordinal == from_front || each.ordinal == from_back);
    });
  }

  /// BYSETPOS: the places that it names among so many, in their order.
  [[nodiscard]] std::vector<std::size_t> positions_in(std::size_t size) const {
    std::vector<std::size_t> places;
    const auto count = static_cast<std::int64_t>(size);
    for (const int position : rule_.positions) {
      const std::int64_t place = position > 0 ? position - 1 : count + position;
      if (place >= 0 && place < count) places.push_back(static_cast<std::size_t>(place));
    }
    std::sort(places.begin(), places.end());
    places.erase(std::unique(places.begin(), places.end()), places.end());
    return places;
  }

  const Recurrence& rule_;
  const absl::CivilSecond start_;
  const std::vector<TimeInDay> times_;
};

bool has_ended(const Recurrence& rule, const absl::CivilSecond& local, Timestamp at) {
  if (!rule.until) return false;
  if (const auto* instant = std::get_if<Timestamp>(&*rule.until)) return at > *instant;
  return local > std::get<absl::CivilSecond>(*rule.until);
}

}  // namespace

std::optional<Timestamp> next_after(const Recurrence& recurrence, Timestamp after,
                                    const absl::TimeZone& zone) {
  // Readers refuse unknown zones.
  const absl::TimeZone place =
      recurrence.zone.empty() ? zone : find_zone(recurrence.zone).value_or(zone);
  const Periods periods(recurrence);
  if (!periods.comes_to_its_times()) return std::nullopt;
  const absl::CivilSecond now = local_time(after, place);
  const absl::CivilSecond from = recurrence.start ? std::max(*recurrence.start, now) : now;
  const absl::CivilDay horizon = add_months(absl::CivilDay(from), recurrence_horizon_years * 12);
  // Counted from the first: what lies before `after` counts as well.
  const absl::CivilSecond begin = recurrence.count > 0 ? periods.start() : from;

  std::optional<Timestamp> found;
  int seen = 0;
  bool ended = false;
  const auto visit = [&](const absl::CivilSecond& local) {
    const Timestamp at = instant_of(local, place);
    ended = has_ended(recurrence, local, at) || (recurrence.count > 0 && ++seen > recurrence.count);
    if (!ended && at > after) found = at;
    return ended || found.has_value();
  };
  for (std::int64_t number = periods.number_of(begin); periods.first_day(number) <= horizon;
       number = periods.after(number)) {
    if (periods.find_in(number, begin, visit)) return found;
  }
  return std::nullopt;
}

}  // namespace sojourn::journeys
