// Recurrences as RFC 5545 text: parsing, what goes together, and printing.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/calendar.h"
#include "base/text.h"
#include "domain/journeys/recurrence.h"
#include "domain/journeys/recurrence_words.h"

namespace sojourn::journeys {
namespace {

using Frequency = Recurrence::Frequency;

constexpr std::array<std::string_view, 6> frequency_names = {"MINUTELY", "HOURLY",  "DAILY",
                                                             "WEEKLY",   "MONTHLY", "YEARLY"};
// From Monday, as absl::Weekday counts.
constexpr std::array<std::string_view, 7> day_names = {"MO", "TU", "WE", "TH", "FR", "SA", "SU"};

tl::unexpected<Error> refuse(std::string_view part, std::string message, std::string_view value,
                             std::string limit = {}) {
  return failure({.code = "bad_recurrence",
                  .message = fmt::format("{}: {}", part, message),
                  .field = std::string(part),
                  .value = std::string(value),
                  .limit = std::move(limit)});
}

std::optional<int> read_number(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  int number = 0;
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = status == std::errc() && end == text.data() + text.size();
  return whole ? std::optional(number) : std::nullopt;
}

struct Range {
  int from;
  int to;
  bool also_from_the_end = false;
};

Result<int> read_in(std::string_view part, std::string_view text, Range range) {
  const std::optional<int> number = read_number(text);
  const int size =
      number && range.also_from_the_end && *number < 0 ? -*number : number.value_or(-1);
  if (number && size >= range.from && size <= range.to) return *number;
  const std::string limit =
      range.also_from_the_end
          ? fmt::format("{} to {} or -{} to -{}", range.from, range.to, range.to, range.from)
          : fmt::format("{} to {}", range.from, range.to);
  return refuse(part, fmt::format("\"{}\" is not a number from {}", text, limit), text, limit);
}

template <typename T, typename Order = std::less<>>
void sort_unique(std::vector<T>& values, Order order = {}) {
  std::sort(values.begin(), values.end(), order);
  values.erase(std::unique(values.begin(), values.end()), values.end());
}

Result<std::vector<int>> read_list(std::string_view part, std::string_view text, Range range) {
  std::vector<int> numbers;
  for (const std::string_view each : split(text, ',')) {
    TRY(number, read_in(part, each, range));
    numbers.push_back(number);
  }
  sort_unique(numbers);
  return numbers;
}

std::optional<absl::Weekday> read_weekday(std::string_view text) {
  for (std::size_t i = 0; i < day_names.size(); ++i) {
    if (equal_ignoring_case(text, day_names[i])) return static_cast<absl::Weekday>(i);
  }
  return std::nullopt;
}

Result<std::vector<RecurrenceDay>> read_days(std::string_view text) {
  constexpr int weeks_max = 53;
  std::vector<RecurrenceDay> days;
  for (const std::string_view each : split(text, ',')) {
    const std::size_t name_at = each.size() < 2 ? 0 : each.size() - 2;
    const std::optional<absl::Weekday> weekday = read_weekday(each.substr(name_at));
    if (!weekday) {
      return refuse("BYDAY", fmt::format("\"{}\" is not a day such as MO or -1FR", each), each);
    }
    int ordinal = 0;
    if (name_at > 0) {
      TRY(read, read_in("BYDAY", each.substr(0, name_at), {1, weeks_max, true}));
      ordinal = read;
    }
    days.push_back({ordinal, *weekday});
  }
  sort_unique(days, [](const RecurrenceDay& a, const RecurrenceDay& b) {
    return std::pair(a.weekday, a.ordinal) < std::pair(b.weekday, b.ordinal);
  });
  return days;
}

struct LocalOrUtc {
  absl::CivilSecond local;
  bool utc = false;
  bool has_time = false;
};

/// `20260302`, `20260302T090000`, `20260302T090000Z`, also with the marks of ISO 8601.
std::optional<LocalOrUtc> read_date_time(std::string_view text) {
  std::string digits;
  for (const char c : text) {
    if (c != '-' && c != ':') digits += c;
  }
  LocalOrUtc read;
  if (digits.ends_with('Z')) {
    read.utc = true;
    digits.pop_back();
  }
  constexpr std::size_t date_size = 8;
  const std::size_t size = digits.size();
  read.has_time = size != date_size;
  if (read.has_time && ((size != 13 && size != 15) || digits[date_size] != 'T')) return {};
  const auto number = [&](std::size_t from, std::size_t length) -> std::optional<int> {
    if (from >= size) return 0;
    const std::string_view part = std::string_view(digits).substr(from, length);
    if (part.find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;
    return read_number(part);
  };
  const auto year = number(0, 4), month = number(4, 2), day = number(6, 2);
  const auto hour = number(9, 2), minute = number(11, 2), second = number(13, 2);
  if (!year || !month || !day || !hour || !minute || !second) return {};
  read.local = absl::CivilSecond(*year, *month, *day, *hour, *minute, *second);
  // CivilSecond carries 31 February over into March: that is no date.
  const bool exact = read.local.month() == *month && read.local.day() == *day &&
                     read.local.hour() == *hour && read.local.minute() == *minute &&
                     read.local.second() == *second;
  return exact ? std::optional(read) : std::nullopt;
}

std::string date_time_text(const absl::CivilSecond& local) {
  return fmt::format("{:04}{:02}{:02}T{:02}{:02}{:02}", local.year(), local.month(), local.day(),
                     local.hour(), local.minute(), local.second());
}

class RuleReader {
 public:
  Result<Recurrence> read(std::string_view text) {
    std::vector<std::string_view> pieces;
    for (const std::string_view line : split(text, '\n')) {
      for (const std::string_view piece : split(line, ' ')) {
        if (!trimmed(piece).empty()) pieces.push_back(trimmed(piece));
      }
    }
    for (std::size_t i = 0; i < pieces.size(); ++i) {
      const bool names_zone = equal_ignoring_case(pieces[i], "in") && i + 1 < pieces.size();
      TRY_VOID(names_zone ? zone("in", pieces[++i]) : piece(pieces[i]));
    }
    if (!has("FREQ")) {
      return refuse("FREQ", "a rule needs one of MINUTELY, HOURLY, DAILY, WEEKLY, MONTHLY, YEARLY",
                    "");
    }
    return rule_;
  }

 private:
  [[nodiscard]] bool has(std::string_view name) const {
    return std::find(seen_.begin(), seen_.end(), name) != seen_.end();
  }
  Result<void> once(std::string_view name) {
    if (has(name)) return refuse(name, "it stands twice", name);
    seen_.emplace_back(name);
    return {};
  }

  Result<void> piece(std::string_view text) {
    constexpr std::string_view start_name = "DTSTART";
    constexpr std::string_view rule_name = "RRULE:";
    if (equal_ignoring_case(text.substr(0, start_name.size()), start_name)) {
      return start(text.substr(start_name.size()));
    }
    if (equal_ignoring_case(text.substr(0, rule_name.size()), rule_name)) {
      text.remove_prefix(rule_name.size());
    }
    for (const std::string_view part : split(text, ';')) {
      if (!part.empty()) TRY_VOID(this->part(part));
    }
    return {};
  }

  /// `:20260302T090000`, `;TZID=Europe/Paris:20260302T090000`, `;VALUE=DATE:20260302`
  Result<void> start(std::string_view text) {
    TRY_VOID(once("DTSTART"));
    const std::size_t colon = std::min(text.find_first_of(":="), text.size());
    std::size_t value_at = colon;
    if (text.starts_with(';')) {
      value_at = std::min(text.find(':'), text.size());
      const std::string_view parameter = text.substr(1, value_at - 1);
      const std::size_t equals = std::min(parameter.find('='), parameter.size());
      const std::string_view name = parameter.substr(0, equals);
      const std::string_view value = parameter.substr(std::min(equals + 1, parameter.size()));
      if (equal_ignoring_case(name, "TZID")) {
        TRY_VOID(zone("TZID", value));
      } else if (!equal_ignoring_case(name, "VALUE")) {
        return refuse("DTSTART", fmt::format("\"{}\" is not known here", parameter), parameter);
      }
    }
    const std::string_view value = text.substr(std::min(value_at + 1, text.size()));
    const std::optional<LocalOrUtc> at = read_date_time(value);
    if (!at) {
      return refuse("DTSTART", fmt::format("\"{}\" is not a time such as 20260302T090000", value),
                    value);
    }
    rule_.start = at->local;
    return at->utc ? zone("DTSTART", "UTC") : Result<void>();
  }

  Result<void> zone(std::string_view part, std::string_view name) {
    TRY_VOID(once("zone"));
    if (!find_zone(name)) {
      return refuse(part, fmt::format("\"{}\" is not a time zone such as Europe/Paris", name),
                    name);
    }
    rule_.zone = name;
    return {};
  }

  Result<void> part(std::string_view text) {
    const std::size_t equals = text.find('=');
    if (equals == std::string_view::npos) {
      return refuse("RRULE", fmt::format("\"{}\" is not a part such as FREQ=DAILY", text), text);
    }
    std::string name(text.substr(0, equals));
    for (char& c : name) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    const std::string_view value = text.substr(equals + 1);
    TRY_VOID(once(name));
    if (name == "FREQ") return frequency(value);
    if (name == "UNTIL") return until(value);
    if (name == "BYDAY") return assign(rule_.days, read_days(value));
    if (name == "WKST") {
      const std::optional<absl::Weekday> day = read_weekday(value);
      if (!day) return refuse(name, fmt::format("\"{}\" is not a day such as MO", value), value);
      rule_.week_start = *day;
      return {};
    }
    if (name == "INTERVAL") {
      return assign(rule_.interval, read_in(name, value, {1, recurrence_interval_max}));
    }
    if (name == "COUNT") {
      return assign(rule_.count, read_in(name, value, {1, recurrence_count_max}));
    }
    if (name == "BYMONTH") return assign(rule_.months, read_list(name, value, {1, 12}));
    if (name == "BYMONTHDAY") {
      return assign(rule_.month_days, read_list(name, value, {1, 31, true}));
    }
    if (name == "BYHOUR") return assign(rule_.hours, read_list(name, value, {0, 23}));
    if (name == "BYMINUTE") return assign(rule_.minutes, read_list(name, value, {0, 59}));
    if (name == "BYSETPOS") {
      return assign(rule_.positions, read_list(name, value, {1, 366, true}));
    }
    return refuse(name,
                  "it is not known; the parts are FREQ, INTERVAL, COUNT, UNTIL, BYMONTH, "
                  "BYMONTHDAY, BYDAY, BYHOUR, BYMINUTE, BYSETPOS, WKST",
                  value);
  }

  template <typename T>
  static Result<void> assign(T& member, Result<T> read) {
    if (!read) return tl::unexpected(std::move(read.error()));
    member = std::move(*read);
    return {};
  }

  Result<void> frequency(std::string_view value) {
    for (std::size_t i = 0; i < frequency_names.size(); ++i) {
      if (!equal_ignoring_case(value, frequency_names[i])) continue;
      rule_.frequency = static_cast<Frequency>(i);
      return {};
    }
    return refuse("FREQ",
                  fmt::format("\"{}\" is not one of {}", value, fmt::join(frequency_names, ", ")),
                  value);
  }

  Result<void> until(std::string_view value) {
    const std::optional<LocalOrUtc> at = read_date_time(value);
    if (!at) {
      return refuse("UNTIL",
                    fmt::format("\"{}\" is not a time such as 20261231 or 20261231T225959Z", value),
                    value);
    }
    // The whole of a day that is named without a time.
    const absl::CivilSecond local =
        at->has_time ? at->local : absl::CivilSecond(absl::CivilDay(at->local) + 1) - 1;
    if (at->utc) {
      rule_.until = instant_of(local, absl::UTCTimeZone());
    } else {
      rule_.until = local;
    }
    return {};
  }

  Recurrence rule_;
  std::vector<std::string> seen_;
};

/// RFC 5545 §3.3.10: which parts go together.
Result<void> check_combination(const Recurrence& rule) {
  const bool by_month = rule.frequency == Frequency::monthly;
  const bool by_year = rule.frequency == Frequency::yearly;
  if (rule.count > 0 && rule.until) return refuse("COUNT", "it does not go with UNTIL", "");
  if (rule.frequency == Frequency::weekly && !rule.month_days.empty()) {
    return refuse("BYMONTHDAY", "it does not go with FREQ=WEEKLY", "");
  }
  for (const RecurrenceDay& day : rule.days) {
    const int weeks_max = by_month || (by_year && !rule.months.empty()) ? 5 : 53;
    if (day.ordinal == 0) continue;
    if (!by_month && !by_year) {
      return refuse("BYDAY", "a number goes with FREQ=MONTHLY and FREQ=YEARLY only",
                    std::to_string(day.ordinal));
    }
    if (day.ordinal > weeks_max || day.ordinal < -weeks_max) {
      return refuse("BYDAY", fmt::format("a month has no week {}", day.ordinal),
                    std::to_string(day.ordinal), std::to_string(weeks_max));
    }
  }
  const bool restricts = !rule.months.empty() || !rule.month_days.empty() || !rule.days.empty() ||
                         !rule.hours.empty() || !rule.minutes.empty();
  if (!rule.positions.empty() && !restricts) {
    return refuse("BYSETPOS", "it chooses among the times of another BY part, and there is none",
                  "");
  }
  return {};
}

/// What depends on a first time is refused without one.
Result<void> check_start(const Recurrence& rule) {
  if (rule.start) return {};
  constexpr int hours_of_day = 24;
  constexpr int minutes_of_day = 24 * 60;
  const bool repeats_daily =
      (rule.frequency == Frequency::hourly && hours_of_day % rule.interval == 0) ||
      (rule.frequency == Frequency::minutely && minutes_of_day % rule.interval == 0);
  if (rule.interval != 1 && !repeats_daily) {
    return refuse("INTERVAL", "it needs a first time to count from: DTSTART, or `from 2026-03-02`",
                  std::to_string(rule.interval));
  }
  if (rule.count > 0) {
    return refuse("COUNT", "it needs a first time to count from: DTSTART, or `from 2026-03-02`",
                  std::to_string(rule.count));
  }
  const bool names_days = !rule.days.empty() || !rule.month_days.empty();
  const bool needs_days = rule.frequency > Frequency::daily;
  if (needs_days && !names_days) {
    return refuse("FREQ",
                  rule.frequency == Frequency::weekly
                      ? "WEEKLY needs BYDAY, or DTSTART to take the day from"
                      : "it needs BYDAY or BYMONTHDAY, or DTSTART to take the day from",
                  frequency_names[static_cast<std::size_t>(rule.frequency)]);
  }
  return {};
}

/// Whether an hour in which the rule occurs may follow another.
bool has_hours_in_a_row(const Recurrence& rule) {
  if (rule.hours.empty()) {
    return rule.frequency == Frequency::minutely ||
           (rule.frequency == Frequency::hourly && rule.interval == 1);
  }
  return std::any_of(rule.hours.begin(), rule.hours.end(), [&](int hour) {
    return std::find(rule.hours.begin(), rule.hours.end(), (hour + 1) % 24) != rule.hours.end();
  });
}

/// The fewest minutes between two occurrences, whatever other parts leave out.
int spacing_minutes(const Recurrence& rule) {
  constexpr int hour = 60;
  const bool by_minute = rule.frequency == Frequency::minutely;
  int spacing = by_minute && rule.minutes.empty() ? 1 : hour;
  for (std::size_t i = 1; i < rule.minutes.size(); ++i) {
    spacing = std::min(spacing, rule.minutes[i] - rule.minutes[i - 1]);
  }
  if (rule.minutes.size() > 1 && has_hours_in_a_row(rule)) {
    spacing = std::min(spacing, hour - rule.minutes.back() + rule.minutes.front());
  }
  return by_minute ? std::max(spacing, rule.interval) : spacing;
}

Result<void> check_spacing(const Recurrence& rule) {
  const int spacing = spacing_minutes(rule);
  if (spacing >= recurrence_spacing_minutes_min) return {};
  return failure({.code = "too_often",
                  .message = fmt::format("occurrences would be {} minutes apart, the limit is {}",
                                         spacing, recurrence_spacing_minutes_min),
                  .field = rule.minutes.empty() ? "INTERVAL" : "BYMINUTE",
                  .value = std::to_string(spacing),
                  .limit = std::to_string(recurrence_spacing_minutes_min)});
}

std::string list_text(std::string_view name, const std::vector<int>& numbers) {
  return numbers.empty() ? std::string() : fmt::format(";{}={}", name, fmt::join(numbers, ","));
}

Error too_long(std::string_view which, std::size_t bytes) {
  return {.code = "bad_recurrence",
          .message = fmt::format("{} has {} bytes, the limit is {}", which, bytes,
                                 recurrence_text_bytes_max),
          .value = std::to_string(bytes),
          .limit = std::to_string(recurrence_text_bytes_max)};
}

std::string_view day_name(absl::Weekday day) {
  return day_names[static_cast<std::size_t>(day)];
}

}  // namespace

Result<Recurrence> parse_recurrence(std::string_view text) {
  if (text.size() > recurrence_text_bytes_max) return failure(too_long("the text", text.size()));
  TRY(rule, is_in_words(text) ? parse_words(text) : RuleReader().read(text));
  TRY_VOID(check_combination(rule));
  TRY_VOID(check_spacing(rule));
  TRY_VOID(check_start(rule));
  // Times are written with their seconds: what is read must be readable as it is written.
  const std::size_t written = format_recurrence(rule).size();
  if (written > recurrence_text_bytes_max) return failure(too_long("the rule in full", written));
  return rule;
}

std::string format_recurrence(const Recurrence& rule) {
  std::string text;
  if (rule.start) text = fmt::format("DTSTART:{} RRULE:", date_time_text(*rule.start));
  text += fmt::format("FREQ={}", frequency_names[static_cast<std::size_t>(rule.frequency)]);
  if (rule.interval != 1) text += fmt::format(";INTERVAL={}", rule.interval);
  if (rule.count > 0) text += fmt::format(";COUNT={}", rule.count);
  if (rule.until) {
    const auto* instant = std::get_if<Timestamp>(&*rule.until);
    text +=
        instant != nullptr
            ? fmt::format(";UNTIL={}Z", date_time_text(local_time(*instant, absl::UTCTimeZone())))
            : fmt::format(";UNTIL={}", date_time_text(std::get<absl::CivilSecond>(*rule.until)));
  }
  text += list_text("BYMONTH", rule.months) + list_text("BYMONTHDAY", rule.month_days);
  for (const RecurrenceDay& day : rule.days) {
    text += &day == rule.days.data() ? ";BYDAY=" : ",";
    text += day.ordinal == 0 ? std::string() : std::to_string(day.ordinal);
    text += day_name(day.weekday);
  }
  text += list_text("BYHOUR", rule.hours) + list_text("BYMINUTE", rule.minutes) +
          list_text("BYSETPOS", rule.positions);
  if (rule.week_start != absl::Weekday::monday) {
    text += fmt::format(";WKST={}", day_name(rule.week_start));
  }
  return rule.zone.empty() ? text : fmt::format("{} in {}", text, rule.zone);
}

std::string describe(const Recurrence& rule) {
  const std::string words = words_for(rule);
  const Result<Recurrence> read = parse_words(words);
  return read && *read == rule ? words : format_recurrence(rule);
}

}  // namespace sojourn::journeys
