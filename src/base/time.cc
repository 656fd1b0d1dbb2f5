#include "base/time.h"

#include <absl/time/time.h>
#include <fmt/format.h>

#include <charconv>
#include <optional>

namespace sojourn {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t ms;
};

// Longest first, so that formatting takes the largest unit that divides.
constexpr Unit units[] = {
    {"w", 604'800'000},
    {"week", 604'800'000},
    {"weeks", 604'800'000},
    {"d", 86'400'000},
    {"day", 86'400'000},
    {"days", 86'400'000},
    {"h", 3'600'000},
    {"hour", 3'600'000},
    {"hours", 3'600'000},
    {"m", 60'000},
    {"min", 60'000},
    {"minute", 60'000},
    {"minutes", 60'000},
    {"s", 1'000},
    {"second", 1'000},
    {"seconds", 1'000},
    {"ms", 1},
};

// A century: longer spans are a slip of the keyboard, and their milliseconds stay far from
// overflow.
constexpr std::int64_t duration_ms_max = 100LL * 366 * 86'400'000;

// Debian builds Abseil with its own string_view.
absl::string_view view(std::string_view text) {
  return {text.data(), text.size()};
}

/// `2026-03-02…`: four digits of a year and so on. Abseil also reads other years and
/// "infinite-future", which no arithmetic survives.
bool starts_with_date(std::string_view text) {
  constexpr std::string_view shape = "0000-00-00";
  if (text.size() < shape.size()) return false;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    const bool digit = text[i] >= '0' && text[i] <= '9';
    if (shape[i] == '0' ? !digit : text[i] != shape[i]) return false;
  }
  return true;
}

/// Reads digits as a number; negative where there is something else.
int read_digits(std::string_view digits) {
  int number = 0;
  for (const char c : digits) {
    if (c < '0' || c > '9') return -1;
    number = number * 10 + (c - '0');
  }
  return number;
}

/// `2026-03-02T09:00:00Z`, with milliseconds or without: as programs write times. Absent for
/// everything else, valid or not; Abseil takes fifteen times as long.
std::optional<Timestamp> parse_usual(std::string_view text) {
  constexpr std::string_view seconds_shape = "2026-03-02T09:00:00Z";
  constexpr std::string_view milliseconds_shape = "2026-03-02T09:00:00.000Z";
  const bool has_milliseconds = text.size() == milliseconds_shape.size();
  if (!has_milliseconds && text.size() != seconds_shape.size()) return std::nullopt;
  const std::string_view shape = has_milliseconds ? milliseconds_shape : seconds_shape;
  for (const std::size_t place : {4, 7, 10, 13, 16, 19}) {
    if (text[place] != shape[place]) return std::nullopt;
  }
  if (text.back() != 'Z') return std::nullopt;
  const int year = read_digits(text.substr(0, 4));
  const int month = read_digits(text.substr(5, 2));
  const int day = read_digits(text.substr(8, 2));
  const int hour = read_digits(text.substr(11, 2));
  const int minute = read_digits(text.substr(14, 2));
  const int second = read_digits(text.substr(17, 2));
  const int milliseconds = has_milliseconds ? read_digits(text.substr(20, 3)) : 0;
  // Days that every month has, and no leap second: what is rare need not be quick.
  constexpr int days_of_every_month = 28;
  const bool is_plain = year >= 0 && month >= 1 && month <= 12 && day >= 1 &&
                        day <= days_of_every_month && hour >= 0 && hour <= 23 && minute >= 0 &&
                        minute <= 59 && second >= 0 && second <= 59 && milliseconds >= 0;
  if (!is_plain) return std::nullopt;
  const std::int64_t days = absl::CivilDay(year, month, day) - absl::CivilDay(1970, 1, 1);
  const std::int64_t seconds = ((days * 24 + hour) * 60 + minute) * 60 + second;
  return Timestamp{seconds * 1000 + milliseconds};
}

absl::Time to_absl(Timestamp time) {
  return absl::FromUnixMillis(time.ms);
}

}  // namespace

std::string format_timestamp(Timestamp time) {
  return absl::FormatTime("%E4Y-%m-%d%ET%H:%M:%E3SZ", to_absl(time), absl::UTCTimeZone());
}

Result<Timestamp> parse_timestamp(std::string_view text) {
  if (const std::optional<Timestamp> usual = parse_usual(text)) return *usual;
  static constexpr std::string_view formats[] = {
      "%Y-%m-%d%ET%H:%M:%E*S%Ez", "%Y-%m-%d %H:%M:%E*S%Ez", "%Y-%m-%d%ET%H:%M%Ez",
      "%Y-%m-%d%ET%H:%M:%E*S",    "%Y-%m-%d%ET%H:%M",       "%Y-%m-%d"};
  for (const std::string_view format : formats) {
    if (!starts_with_date(text)) break;
    absl::Time time;
    if (absl::ParseTime(view(format), view(text), absl::UTCTimeZone(), &time, nullptr)) {
      return Timestamp{absl::ToUnixMillis(time)};
    }
  }
  return failure({.code = "not_a_time",
                  .message = fmt::format("\"{}\" is not an RFC 3339 time", text.substr(0, 64)),
                  .value = std::string(text.substr(0, 64))});
}

Result<Timestamp> parse_local_time(std::string_view text, std::string_view zone_name) {
  absl::TimeZone zone;
  if (!absl::LoadTimeZone(view(zone_name), &zone)) {
    return failure({.code = "unknown_time_zone",
                    .message = fmt::format("\"{}\" is not an IANA time zone", zone_name),
                    .value = std::string(zone_name)});
  }
  absl::CivilSecond civil;
  if (!starts_with_date(text) || !absl::ParseLenientCivilTime(view(text), &civil)) {
    return failure({.code = "not_a_time",
                    .message = fmt::format("\"{}\" is not a local date and time", text),
                    .value = std::string(text)});
  }
  const absl::TimeZone::TimeInfo info = zone.At(civil);
  const bool skipped = info.kind == absl::TimeZone::TimeInfo::SKIPPED;
  return Timestamp{absl::ToUnixMillis(skipped ? info.trans : info.pre)};
}

Result<Duration> parse_duration(std::string_view text) {
  const auto refuse = [&](std::string_view why) {
    return failure({.code = "not_a_duration",
                    .message = fmt::format("\"{}\" is not a duration: {}", text.substr(0, 64), why),
                    .value = std::string(text.substr(0, 64)),
                    .limit = "100 years"});
  };
  std::int64_t count = 0;
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (status != std::errc()) return refuse("it must start with a whole number");
  if (count < 0) return refuse("it is negative");
  std::string_view name = text.substr(static_cast<std::size_t>(end - text.data()));
  while (!name.empty() && name.front() == ' ') name.remove_prefix(1);
  for (const Unit& unit : units) {
    if (name != unit.name) continue;
    if (count > duration_ms_max / unit.ms) return refuse("the limit is 100 years");
    return Duration{count * unit.ms};
  }
  return refuse("the unit is one of s, m, h, d, w");
}

std::string format_duration(Duration duration) {
  for (const Unit& unit : units) {
    if (duration.ms != 0 && duration.ms % unit.ms == 0) {
      return fmt::format("{}{}", duration.ms / unit.ms, unit.name);
    }
  }
  return "0s";
}

}  // namespace sojourn
