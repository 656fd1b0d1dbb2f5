#include "base/calendar.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace sojourn {
namespace {

constexpr std::int64_t years_max = 100;

struct CalendarUnit {
  std::string_view name;
  Span::Unit unit;
  std::int64_t count_max;
};

constexpr CalendarUnit calendar_units[] = {
    {"calendar day", Span::Unit::calendar_day, years_max * 366},
    {"calendar days", Span::Unit::calendar_day, years_max * 366},
    {"month", Span::Unit::month, years_max * 12},
    {"months", Span::Unit::month, years_max * 12},
    {"year", Span::Unit::year, years_max},
    {"years", Span::Unit::year, years_max},
};

absl::CivilSecond move(const absl::CivilSecond& local, Span::Unit unit, std::int64_t count) {
  const absl::CivilDay day(local);
  const absl::CivilDay moved = unit == Span::Unit::calendar_day
                                   ? day + count
                                   : add_months(day, unit == Span::Unit::year ? count * 12 : count);
  const auto time_of_day = local - absl::CivilSecond(day);
  return absl::CivilSecond(moved) + time_of_day;
}

/// The part of the time that local_time() cuts off.
Duration milliseconds_of(Timestamp time) {
  return {((time.ms % 1000) + 1000) % 1000};
}

Timestamp shift(const absl::CivilSecond& local, Duration rest, Span span, std::int64_t sign,
                const absl::TimeZone& zone) {
  return instant_of(move(local, span.unit, sign * span.count), zone) + rest;
}

/// Shifts by a calendar span, never backwards as `now` goes on.
Timestamp window_edge(Timestamp now, Span span, std::int64_t sign, const absl::TimeZone& zone) {
  const absl::CivilSecond local = local_time(now, zone);
  const absl::TimeZone::TimeInfo info = zone.At(local);
  const bool second_pass =
      info.kind == absl::TimeZone::TimeInfo::REPEATED && now.ms >= absl::ToUnixMillis(info.trans);
  if (!second_pass) return shift(local, milliseconds_of(now), span, sign, zone);
  // The local time that the first pass ended with.
  const absl::CivilSecond end = zone.At(info.trans - absl::Seconds(1)).cs + 1;
  return shift(end, {}, span, sign, zone);
}

/// The first instant of [from, to] at which `passed`, which stays true once it is; `to` where it is
/// not before.
template <typename Passed>
Timestamp first_instant(Timestamp from, Timestamp to, Passed passed) {
  while (from < to) {
    const Timestamp middle{from.ms + (to.ms - from.ms) / 2};
    if (passed(middle)) {
      to = middle;
    } else {
      from = middle + Duration{1};
    }
  }
  return to;
}

/// `Europe/Paris`, `Etc/GMT+5`: what the IANA database has for names. Abseil also opens files by
/// their path and asks the C library, and remembers each name that it was ever asked for.
bool is_zone_name(std::string_view name) {
  constexpr std::size_t bytes_max = 64;
  if (name.empty() || name.size() > bytes_max || name.front() == '/') return false;
  return std::all_of(name.begin(), name.end(), [](char c) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return letter || (c >= '0' && c <= '9') || c == '/' || c == '_' || c == '-' || c == '+';
  });
}

/// Files of the database that are no zones: the machine's own, and those with leap seconds.
bool is_zone_of_machine(std::string_view name) {
  return name == "localtime" || name == "posixrules" || name.starts_with("right/");
}

// Clamping to the end of a month and changes of an offset move an edge by less than this.
constexpr Duration slack = Duration::days(5);

}  // namespace

std::optional<absl::TimeZone> find_zone(std::string_view name) {
  absl::TimeZone zone;
  if (!is_zone_name(name) || is_zone_of_machine(name)) return std::nullopt;
  if (!absl::LoadTimeZone({name.data(), name.size()}, &zone)) return std::nullopt;
  return zone;
}

absl::CivilSecond local_time(Timestamp time, const absl::TimeZone& zone) {
  return absl::ToCivilSecond(absl::FromUnixMillis(time.ms), zone);
}

Timestamp instant_of(const absl::CivilSecond& local, const absl::TimeZone& zone) {
  const absl::TimeZone::TimeInfo info = zone.At(local);
  const bool skipped = info.kind == absl::TimeZone::TimeInfo::SKIPPED;
  return Timestamp{absl::ToUnixMillis(skipped ? info.trans : info.pre)};
}

Timestamp start_of_day(const absl::CivilDay& day, const absl::TimeZone& zone) {
  return instant_of(absl::CivilSecond(day), zone);
}

absl::CivilDay add_months(const absl::CivilDay& day, std::int64_t months) {
  const absl::CivilMonth month = absl::CivilMonth(day) + months;
  const absl::CivilDay last = absl::CivilDay(month + 1) - 1;
  return std::min(absl::CivilDay(month) + (day.day() - 1), last);
}

Result<Span> parse_span(std::string_view text) {
  std::int64_t count = 0;
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), count);
  std::string_view name = text.substr(static_cast<std::size_t>(end - text.data()));
  while (!name.empty() && name.front() == ' ') name.remove_prefix(1);
  for (const CalendarUnit& unit : calendar_units) {
    if (status != std::errc() || count < 0 || name != unit.name) continue;
    if (count <= unit.count_max) return Span{unit.unit, count};
    return failure(
        {.code = "not_a_duration",
         .message = fmt::format("\"{}\" is not a duration: the limit is {} years", text, years_max),
         .value = std::string(text),
         .limit = fmt::format("{} years", years_max)});
  }
  TRY(duration, parse_duration(text));
  return Span::exact(duration);
}

std::string format_span(Span span) {
  const std::string_view plural = span.count == 1 ? "" : "s";
  switch (span.unit) {
    case Span::Unit::exact:
      return format_duration({span.count});
    case Span::Unit::calendar_day:
      return fmt::format("{} calendar day{}", span.count, plural);
    case Span::Unit::month:
      return fmt::format("{} month{}", span.count, plural);
    case Span::Unit::year:
      return fmt::format("{} year{}", span.count, plural);
  }
  return {};
}

std::string describe_span(Span span) {
  if (span.unit != Span::Unit::exact) return format_span(span);
  struct Word {
    std::int64_t ms;
    std::string_view name;
  };
  static constexpr Word words[] = {{604'800'000, "week"},
                                   {86'400'000, "day"},
                                   {3'600'000, "hour"},
                                   {60'000, "minute"},
                                   {1'000, "second"}};
  for (const Word& word : words) {
    if (span.count == 0 || span.count % word.ms != 0) continue;
    const std::int64_t count = span.count / word.ms;
    // People say "7 days", and "2 weeks".
    if (count == 1 && word.name == "week") continue;
    return fmt::format("{} {}{}", count, word.name, count == 1 ? "" : "s");
  }
  return span.count == 0 ? "0 seconds" : format_duration({span.count});
}

Timestamp add(Timestamp time, Span span, const absl::TimeZone& zone) {
  if (span.unit == Span::Unit::exact) return time + Duration{span.count};
  return shift(local_time(time, zone), milliseconds_of(time), span, 1, zone);
}

Timestamp subtract(Timestamp time, Span span, const absl::TimeZone& zone) {
  if (span.unit == Span::Unit::exact) return time - Duration{span.count};
  return shift(local_time(time, zone), milliseconds_of(time), span, -1, zone);
}

Timestamp window_start(Timestamp now, Span span, const absl::TimeZone& zone) {
  if (span.unit == Span::Unit::exact) return now - Duration{span.count};
  return window_edge(now, span, -1, zone);
}

Timestamp window_end(Timestamp now, Span span, const absl::TimeZone& zone) {
  if (span.unit == Span::Unit::exact) return now + Duration{span.count};
  return window_edge(now, span, 1, zone);
}

Timestamp leaves_last(Timestamp at, Span span, const absl::TimeZone& zone) {
  if (span.unit == Span::Unit::exact) return at + Duration{span.count};
  const Timestamp near = add(at, span, zone);
  return first_instant(near - slack, near + slack,
                       [&](Timestamp now) { return window_start(now, span, zone) >= at; });
}

Timestamp enters_next(Timestamp at, Span span, const absl::TimeZone& zone) {
  if (span.unit == Span::Unit::exact) return at - Duration{span.count};
  const Timestamp near = subtract(at, span, zone);
  return first_instant(near - slack, near + slack,
                       [&](Timestamp now) { return window_end(now, span, zone) >= at; });
}

}  // namespace sojourn
