#include "domain/facts/date_value.h"

#include <algorithm>
#include <string>

namespace sojourn::facts {
namespace {

constexpr std::int64_t smallest_milliseconds = 100'000'000'000;
// Year 9999: what a date can be written as. Numbers beyond are no dates.
constexpr std::int64_t seconds_max = 253'402'300'799;

/// `2026-03-01` and nothing more.
std::optional<absl::CivilDay> read_day(std::string_view text) {
  constexpr std::size_t length = 10;
  if (text.size() != length || text[4] != '-' || text[7] != '-') return std::nullopt;
  int parts[3] = {0, 0, 0};
  int part = 0;
  for (const char c : text) {
    if (c == '-') {
      ++part;
      continue;
    }
    if (c < '0' || c > '9') return std::nullopt;
    parts[part] = parts[part] * 10 + (c - '0');
  }
  const absl::CivilDay day(parts[0], parts[1], parts[2]);
  // CivilDay carries 31 February over into March: that is no date.
  const bool exact = day.year() == parts[0] && day.month() == parts[1] && day.day() == parts[2];
  return exact ? std::optional(day) : std::nullopt;
}

/// The first of two instants that is after `now`; never where both have passed.
Timestamp next_after(Timestamp now, Timestamp a, Timestamp b) {
  if (now < std::min(a, b)) return std::min(a, b);
  return now < std::max(a, b) ? std::max(a, b) : Timestamp::never();
}

Verdict stands_to_day(const DateValue& date, Order order, int days, const Moment& moment) {
  // The answer depends on which local day it is, and turns where that day is `days` before the
  // date's own.
  const absl::CivilDay turning = day_of(date, moment.zone) - days;
  const Timestamp begins = start_of_day(turning, moment.zone);
  const Timestamp ends = start_of_day(turning + 1, moment.zone);
  Verdict verdict{.recheck = next_after(moment.now, begins, ends)};
  switch (order) {
    case Order::before:
      verdict.value = moment.now >= ends;
      break;
    case Order::on:
      verdict.value = moment.now >= begins && moment.now < ends;
      break;
    case Order::after:
      verdict.value = moment.now < begins;
      break;
  }
  return verdict;
}

bool compare(const Interval& a, Order order, const Interval& b) {
  switch (order) {
    case Order::before:
      return a.last < b.first;
    case Order::on:
      return a.first <= b.last && b.first <= a.last;
    case Order::after:
      return a.first > b.last;
  }
  return false;
}

absl::CivilDay anniversary(const absl::CivilDay& day, std::int64_t years) {
  return add_months(day, years * 12);
}

/// The first anniversary that has not ended at `now`.
absl::CivilDay coming_anniversary(const absl::CivilDay& day, const Moment& moment) {
  const absl::CivilDay today(local_time(moment.now, moment.zone));
  const std::int64_t years = std::max<std::int64_t>(1, today.year() - day.year());
  const absl::CivilDay this_year = anniversary(day, years);
  return this_year >= today ? this_year : anniversary(day, years + 1);
}

}  // namespace

std::optional<DateValue> parse_date(std::string_view text) {
  if (const std::optional<absl::CivilDay> day = read_day(text)) return *day;
  constexpr std::size_t shortest = std::string_view("2026-03-01").size();
  if (text.size() <= shortest) return std::nullopt;
  const Result<Timestamp> time = parse_timestamp(text);
  return time ? std::optional<DateValue>(*time) : std::nullopt;
}

std::optional<DateValue> read_date(const Value& value) {
  if (const std::string* text = value.as_string()) return parse_date(*text);
  const std::int64_t* number = value.as_integer();
  if (number == nullptr) return std::nullopt;
  const std::int64_t size = *number < 0 ? -(*number + 1) : *number;
  if (size >= smallest_milliseconds) {
    return size <= seconds_max * 1000 ? std::optional<DateValue>(Timestamp{*number}) : std::nullopt;
  }
  return Timestamp{*number * 1000};
}

Interval interval_of(const DateValue& date, const absl::TimeZone& zone) {
  if (const Timestamp* time = std::get_if<Timestamp>(&date)) return {*time, *time};
  const absl::CivilDay& day = std::get<absl::CivilDay>(date);
  return {start_of_day(day, zone), start_of_day(day + 1, zone) - Duration{1}};
}

absl::CivilDay day_of(const DateValue& date, const absl::TimeZone& zone) {
  if (const Timestamp* time = std::get_if<Timestamp>(&date)) {
    return absl::CivilDay(local_time(*time, zone));
  }
  return std::get<absl::CivilDay>(date);
}

std::optional<DateOperand> read_date_operand(const Value& value) {
  if (const std::string* text = value.as_string()) {
    if (*text == "now") return DateOperand(Now{});
    if (*text == "today") return DateOperand(RelativeDay{0});
    if (*text == "yesterday") return DateOperand(RelativeDay{-1});
    if (*text == "tomorrow") return DateOperand(RelativeDay{1});
  }
  const std::optional<DateValue> date = read_date(value);
  return date ? std::optional<DateOperand>(*date) : std::nullopt;
}

Verdict stands(const DateValue& date, Order order, const DateOperand& operand,
               const Moment& moment) {
  if (const RelativeDay* day = std::get_if<RelativeDay>(&operand)) {
    return stands_to_day(date, order, day->days, moment);
  }
  const Interval interval = interval_of(date, moment.zone);
  if (std::holds_alternative<Now>(operand)) {
    return {.value = compare(interval, order, {moment.now, moment.now}),
            .recheck = next_after(moment.now, interval.first, interval.last + Duration{1})};
  }
  return {.value =
              compare(interval, order, interval_of(std::get<DateValue>(operand), moment.zone))};
}

Verdict is_within_last(const DateValue& date, Span span, const Moment& moment) {
  const Interval interval = interval_of(date, moment.zone);
  if (interval.first > moment.now) return {.value = false, .recheck = interval.first};
  if (interval.last <= window_start(moment.now, span, moment.zone)) return {.value = false};
  return {.value = true, .recheck = leaves_last(interval.last, span, moment.zone)};
}

Verdict is_within_next(const DateValue& date, Span span, const Moment& moment) {
  const Interval interval = interval_of(date, moment.zone);
  if (interval.last <= moment.now) return {.value = false};
  if (interval.first <= window_end(moment.now, span, moment.zone)) {
    return {.value = true, .recheck = interval.last};
  }
  return {.value = false, .recheck = enters_next(interval.first, span, moment.zone)};
}

Verdict is_longer_ago(const DateValue& date, Span span, const Moment& moment) {
  const Interval interval = interval_of(date, moment.zone);
  if (interval.last <= window_start(moment.now, span, moment.zone)) return {.value = true};
  return {.value = false, .recheck = leaves_last(interval.last, span, moment.zone)};
}

Verdict is_further_ahead(const DateValue& date, Span span, const Moment& moment) {
  const Interval interval = interval_of(date, moment.zone);
  if (interval.first <= window_end(moment.now, span, moment.zone)) return {.value = false};
  return {.value = true, .recheck = enters_next(interval.first, span, moment.zone)};
}

Verdict has_anniversary_today(const DateValue& date, const Moment& moment) {
  const absl::CivilDay coming = coming_anniversary(day_of(date, moment.zone), moment);
  return stands_to_day(coming, Order::on, 0, moment);
}

Verdict has_anniversary_in_last(const DateValue& date, Span span, const Moment& moment) {
  const absl::CivilDay day = day_of(date, moment.zone);
  const absl::CivilDay coming = coming_anniversary(day, moment);
  const Timestamp next = start_of_day(coming, moment.zone);
  // The newest that has begun; there may be none yet.
  const bool coming_has_begun = next <= moment.now;
  const std::int64_t years = coming.year() - day.year() - (coming_has_begun ? 0 : 1);
  if (years < 1) return {.value = false, .recheck = next};
  const Verdict verdict = is_within_last(anniversary(day, years), span, moment);
  return {.value = verdict.value,
          .recheck = coming_has_begun ? verdict.recheck : std::min(verdict.recheck, next)};
}

Verdict has_anniversary_in_next(const DateValue& date, Span span, const Moment& moment) {
  const absl::CivilDay day = day_of(date, moment.zone);
  const absl::CivilDay coming = coming_anniversary(day, moment);
  const Verdict verdict = is_within_next(coming, span, moment);
  const bool over = !verdict.value && verdict.recheck == Timestamp::never();
  if (!over) return verdict;
  // The last instant of an anniversary is not ahead any more.
  return is_within_next(anniversary(day, coming.year() - day.year() + 1), span, moment);
}

}  // namespace sojourn::facts
