#include "domain/journeys/recurrence_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "domain/facts/date_value.h"
#include "domain/journeys/wait_words.h"

namespace sojourn::journeys {
namespace {

using Frequency = Recurrence::Frequency;

constexpr std::array<std::string_view, 12> month_names = {
    "january", "february", "march",     "april",   "may",      "june",
    "july",    "august",   "september", "october", "november", "december"};
constexpr std::array<std::string_view, 6> unit_names = {"minute", "hour",  "day",
                                                        "week",   "month", "year"};
constexpr int last = -1;

/// 1 to 12, by the name or its first three letters; 0 where the word is none.
int read_month(std::string_view word) {
  for (std::size_t i = 0; i < month_names.size(); ++i) {
    const bool brief = word.size() == 3 && equal_ignoring_case(word, month_names[i].substr(0, 3));
    if (brief || equal_ignoring_case(word, month_names[i])) return static_cast<int>(i) + 1;
  }
  return 0;
}

/// `first` to `fourth`, `1st` to `4th`, `last`; 0 for other words.
int read_ordinal(std::string_view word) {
  constexpr std::array<std::array<std::string_view, 2>, 4> names = {
      {{"first", "1st"}, {"second", "2nd"}, {"third", "3rd"}, {"fourth", "4th"}}};
  if (equal_ignoring_case(word, "last")) return last;
  for (std::size_t i = 0; i < names.size(); ++i) {
    for (const std::string_view name : names[i]) {
      if (equal_ignoring_case(word, name)) return static_cast<int>(i) + 1;
    }
  }
  return 0;
}

std::string_view ordinal_text(int ordinal) {
  constexpr std::array<std::string_view, 5> names = {"last", "first", "second", "third", "fourth"};
  return ordinal == last ? names[0] : names[static_cast<std::size_t>(std::clamp(ordinal, 1, 4))];
}

std::vector<RecurrenceDay> days_of(Weekdays weekdays, int ordinal = 0) {
  std::vector<RecurrenceDay> days;
  for (int i = 0; i < 7; ++i) {
    if (((weekdays >> i) & 1) != 0) days.push_back({ordinal, static_cast<absl::Weekday>(i)});
  }
  return days;
}

class RecurrenceParser {
 public:
  explicit RecurrenceParser(std::string_view text) : words_(text, "bad_recurrence") {}

  Result<Recurrence> run() {
    TRY_VOID(words_.check());
    words_.take("every");
    TRY_VOID(period());
    while (!words_.at_end()) TRY_VOID(detail());
    // All that a period leaves open: the first minute of it.
    if (rule_.frequency > Frequency::hourly && rule_.hours.empty()) rule_.hours = {0};
    if (rule_.frequency > Frequency::minutely && rule_.minutes.empty()) rule_.minutes = {0};
    return rule_;
  }

 private:
  Result<void> period() {
    const int number = read_small_number(words_.peek());
    if (number > 0) {
      rule_.interval = number;
      words_.skip();
    } else if (words_.take("other") || words_.take("second")) {
      rule_.interval = 2;
    }
    const bool minutes = words_.take("minutes") || words_.take("minute");
    if (minutes) return minutes_of_hour();
    for (std::size_t i = 0; i < unit_names.size(); ++i) {
      const std::string unit(unit_names[i]);
      if (!words_.take(unit) && !words_.take(unit + "s")) continue;
      rule_.frequency = static_cast<Frequency>(i);
      return {};
    }
    if (rule_.interval == 1 && read_weekdays(words_.peek())) {
      rule_.frequency = Frequency::weekly;
      return on_weekdays();
    }
    if (rule_.interval > 1) return words_.expected("minutes, hours, days, weeks, months or years");
    return words_.expected("a day of the week, a number, hour, day, week, month or year");
  }

  /// Several times an hour; another length than a part of an hour goes on over hours.
  Result<void> minutes_of_hour() {
    constexpr int minutes_of_hour = 60;
    if (minutes_of_hour % rule_.interval != 0) {
      rule_.frequency = Frequency::minutely;
      return {};
    }
    const int step = std::exchange(rule_.interval, 1);
    rule_.frequency = Frequency::hourly;
    for (int minute = 0; minute < minutes_of_hour; minute += step) rule_.minutes.push_back(minute);
    return {};
  }

  Result<void> detail() {
    const std::string detail = words_.is("times", 1) ? "times" : to_lower_ascii(words_.peek());
    const bool twice = std::find(seen_.begin(), seen_.end(), detail) != seen_.end();
    if (twice) return words_.refuse(fmt::format("`{}` stands twice", detail));
    seen_.push_back(detail);
    if (words_.take("on")) return on();
    if (words_.take("at")) return times();
    if (words_.take("from") || words_.take("starting")) {
      TRY(date, day());
      rule_.start = absl::CivilSecond(date);
      return {};
    }
    if (words_.take("until")) {
      TRY(date, day());
      rule_.until = absl::CivilSecond(date + 1) - 1;
      return {};
    }
    if (words_.is("in")) {
      TRY(zone, words_.zone());
      rule_.zone = std::move(zone);
      return {};
    }
    const std::string count = words_.peek();
    if (words_.is("times", 1) && !count.empty() && count.size() <= 4 &&
        count.find_first_not_of("0123456789") == std::string::npos) {
      rule_.count = std::stoi(count);
      const bool fits = rule_.count >= 1 && rule_.count <= recurrence_count_max;
      if (!fits) return words_.expected(fmt::format("1 to {} times", recurrence_count_max));
      words_.skip();
      words_.skip();
      return {};
    }
    return words_.expected("`on`, `at`, `from`, `until`, `in`, a number of times or the end");
  }

  Result<void> on() {
    if (!rule_.days.empty()) return words_.refuse("the days are named already");
    words_.take("the");
    switch (rule_.frequency) {
      case Frequency::minutely:
      case Frequency::hourly:
      case Frequency::daily:
      case Frequency::weekly:
        return on_weekdays();
      case Frequency::monthly:
        return on_day_of_month();
      case Frequency::yearly:
        return on_day_of_year();
    }
    return {};
  }

  Result<void> on_weekdays() {
    TRY(days, words_.weekdays());
    rule_.days = days_of(days);
    return {};
  }

  /// `day 15`, `the 15th`, `the last day`, `the first monday`
  Result<void> on_day_of_month() {
    // A rule has no occurrence in a month without the day, and a person who says `31` means the
    // end of each month.
    constexpr int days_max = 28;
    const int ordinal = read_ordinal(words_.peek());
    if (ordinal != 0 && (words_.is("day", 1) || read_weekdays(words_.peek(1)))) {
      words_.skip();
      if (words_.take("day")) {
        rule_.month_days = {ordinal};
        return {};
      }
      TRY(days, words_.weekdays());
      rule_.days = days_of(days, ordinal);
      return {};
    }
    words_.take("day");
    const int day = words_.day_number();
    if (day < 1 || day > days_max) {
      return words_.expected("a day from 1 to 28, `last day`, or a weekday such as `first monday`");
    }
    rule_.month_days = {day};
    words_.skip();
    return {};
  }

  /// `march 8`, `8 march`
  Result<void> on_day_of_year() {
    const bool day_first = words_.day_number() != 0;
    const int month = read_month(words_.peek(day_first ? 1 : 0));
    const int number = words_.day_number(day_first ? 0 : 1);
    // Of a leap year: 29 February occurs in leap years alone.
    const absl::CivilDay date(2024, std::max(month, 1), std::max(number, 1));
    const bool exact = month > 0 && number > 0 && date.month() == month && date.day() == number;
    if (!exact) return words_.expected("a day such as march 8");
    rule_.months = {month};
    rule_.month_days = {number};
    words_.skip();
    words_.skip();
    return {};
  }

  /// `09:00`, `09:00 and 17:00`, `minute 30` of an hourly rule
  Result<void> times() {
    if (rule_.frequency == Frequency::minutely) {
      return words_.refuse("it is counted from midnight, or from the day after `from`");
    }
    const bool of_hour = rule_.frequency == Frequency::hourly;
    if (of_hour) {
      if (!words_.take("minute")) return words_.expected("`minute`");
      const std::string& word = words_.peek();
      const bool is_minute = word == "0" || word == "00" || read_small_number(word) > 0;
      if (!is_minute || read_small_number(word) > 59) return words_.expected("0 to 59");
      rule_.minutes = {read_small_number(word)};
      words_.skip();
      return {};
    }
    while (true) {
      const bool first = rule_.hours.empty();
      if (!words_.is_time()) return words_.expected("a time of day, such as 09:00");
      TRY(time, words_.time());
      const int minute = time / 60 % 60;
      if (time % 60 != 0) return words_.refuse("a schedule has whole minutes");
      if (!first && rule_.minutes != std::vector<int>{minute}) {
        return words_.refuse("times of one schedule have the same minute");
      }
      rule_.minutes = {minute};
      rule_.hours.push_back(time / 3'600);
      const bool comma = words_.take(",");
      if (!words_.take("and") && !comma) break;
    }
    std::sort(rule_.hours.begin(), rule_.hours.end());
    rule_.hours.erase(std::unique(rule_.hours.begin(), rule_.hours.end()), rule_.hours.end());
    return {};
  }

  Result<absl::CivilDay> day() {
    const std::optional<facts::DateValue> date = facts::parse_date(words_.peek());
    const auto* day = date ? std::get_if<absl::CivilDay>(&*date) : nullptr;
    if (day == nullptr) return words_.expected("a date, such as 2026-03-02");
    words_.skip();
    return *day;
  }

  WordReader words_;
  Recurrence rule_;
  std::vector<std::string> seen_;  ///< the details
};

std::string day_text(const absl::CivilSecond& local) {
  return fmt::format("{:04}-{:02}-{:02}", local.year(), local.month(), local.day());
}

std::string weekdays_of(const Recurrence& rule) {
  Weekdays weekdays = 0;
  for (const RecurrenceDay& day : rule.days) {
    weekdays = static_cast<Weekdays>(weekdays | (1 << static_cast<int>(day.weekday)));
  }
  return weekdays_text(weekdays);
}

std::string period_text(const Recurrence& rule) {
  const bool parts_of_hour = rule.frequency == Frequency::hourly && rule.minutes.size() > 1;
  if (parts_of_hour) return fmt::format("every {} minutes", 60 / rule.minutes.size());
  if (rule.frequency == Frequency::weekly && rule.interval == 1) {
    return "every " + weekdays_of(rule);
  }
  const std::string_view unit = unit_names[static_cast<std::size_t>(rule.frequency)];
  return rule.interval == 1 ? fmt::format("every {}", unit)
                            : fmt::format("every {} {}s", rule.interval, unit);
}

std::string on_text(const Recurrence& rule) {
  const bool said = rule.frequency == Frequency::weekly && rule.interval == 1;
  if (rule.frequency == Frequency::yearly && !rule.months.empty() && !rule.month_days.empty()) {
    const auto month = static_cast<std::size_t>(rule.months.front() - 1);
    return fmt::format(" on {} {}", month_names[month], rule.month_days.front());
  }
  if (!rule.month_days.empty()) {
    const int day = rule.month_days.front();
    return day == last ? std::string(" on the last day") : fmt::format(" on day {}", day);
  }
  if (rule.days.empty() || said) return {};
  const int ordinal = rule.days.front().ordinal;
  return ordinal == 0 ? " on " + weekdays_of(rule)
                      : fmt::format(" on the {} {}", ordinal_text(ordinal), weekdays_of(rule));
}

std::string at_text(const Recurrence& rule) {
  if (rule.minutes.empty()) return {};
  const int minute = rule.minutes.front();
  if (rule.frequency == Frequency::hourly) {
    const bool plain = rule.minutes.size() > 1 || minute == 0;
    return plain ? std::string() : fmt::format(" at minute {}", minute);
  }
  std::string text;
  for (const int hour : rule.hours) {
    text += fmt::format("{}{:02}:{:02}", text.empty() ? " at " : " and ", hour, minute);
  }
  return text;
}

}  // namespace

bool is_in_words(std::string_view text) {
  constexpr std::string_view every = "every";
  const std::string_view begin = trimmed(text).substr(0, every.size());
  return equal_ignoring_case(begin, every);
}

Result<Recurrence> parse_words(std::string_view text) {
  return RecurrenceParser(text).run();
}

std::string words_for(const Recurrence& rule) {
  std::string text = period_text(rule) + on_text(rule) + at_text(rule);
  if (rule.count > 0) text += fmt::format(" {} times", rule.count);
  if (rule.start) text += " from " + day_text(*rule.start);
  const auto* until = rule.until ? std::get_if<absl::CivilSecond>(&*rule.until) : nullptr;
  if (until != nullptr) text += " until " + day_text(*until);
  if (!rule.zone.empty()) text += " in " + rule.zone;
  return text;
}

}  // namespace sojourn::journeys
