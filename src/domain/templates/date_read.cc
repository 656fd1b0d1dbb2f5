#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <string>

#include "base/text.h"
#include "domain/templates/date_text.h"

namespace sojourn::templates {
namespace {

// No date that people write is longer; a longer text is no date.
constexpr std::size_t date_bytes_max = 128;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) {
  return c >= 'a' && c <= 'z';
}

struct DateParts {
  std::optional<std::int64_t> year = {};
  std::optional<int> month = {};
  std::optional<int> day = {};
  bool has_time = false;
  int hour = 0;
  int minute = 0;
  int second = 0;
  absl::Duration fraction = absl::ZeroDuration();
  /// Seconds east of UTC.
  std::optional<int> offset = {};
};

struct Word {
  std::string_view name;
  int value;
};

constexpr std::array<Word, 12> months = {{{"jan", 1},
                                          {"feb", 2},
                                          {"mar", 3},
                                          {"apr", 4},
                                          {"may", 5},
                                          {"jun", 6},
                                          {"jul", 7},
                                          {"aug", 8},
                                          {"sep", 9},
                                          {"oct", 10},
                                          {"nov", 11},
                                          {"dec", 12}}};
constexpr std::array<Word, 7> days = {
    {{"sun", 0}, {"mon", 1}, {"tue", 2}, {"wed", 3}, {"thu", 4}, {"fri", 5}, {"sat", 6}}};
/// RFC 2822 §4.3, in hours.
constexpr std::array<Word, 11> zones = {{{"z", 0},
                                         {"utc", 0},
                                         {"gmt", 0},
                                         {"est", -5},
                                         {"edt", -4},
                                         {"cst", -6},
                                         {"cdt", -5},
                                         {"mst", -7},
                                         {"mdt", -6},
                                         {"pst", -8},
                                         {"pdt", -7}}};

template <std::size_t count>
std::optional<int> value_of(const std::array<Word, count>& words, std::string_view name) {
  const auto* const found = std::ranges::find(words, name, &Word::name);
  if (found == words.end()) return std::nullopt;
  return found->value;
}

/// Reads a lower-case text from left to right; each step takes what it recognises.
class DateReader {
 public:
  explicit DateReader(std::string_view text) : rest_(text) {}

  std::optional<DateParts> read() {
    while (true) {
      while (!rest_.empty() && (rest_.front() == ' ' || rest_.front() == ','))
        rest_.remove_prefix(1);
      if (rest_.empty()) break;
      if (!take_word() && !take_offset() && !take_number()) return std::nullopt;
    }
    if (!parts_.year && !parts_.month && !parts_.day && !parts_.has_time) return std::nullopt;
    return parts_;
  }

 private:
  struct Digits {
    std::int64_t value = 0;
    std::size_t count = 0;
  };

  std::optional<Digits> take_digits() {
    std::size_t count = 0;
    while (count < rest_.size() && is_digit(rest_[count])) ++count;
    if (count == 0 || count > 9) return std::nullopt;
    Digits digits{.count = count};
    std::from_chars(rest_.data(), rest_.data() + count, digits.value);
    rest_.remove_prefix(count);
    return digits;
  }

  bool take_letters(std::string_view word) {
    if (!rest_.starts_with(word)) return false;
    if (rest_.size() > word.size() && is_letter(rest_[word.size()])) return false;
    rest_.remove_prefix(word.size());
    return true;
  }

  bool take_word() {
    std::size_t size = 0;
    while (size < rest_.size() && is_letter(rest_[size])) ++size;
    if (size == 0) return false;
    const std::string_view word = rest_.substr(0, size);
    const std::optional<int> zone = value_of(zones, word);
    const std::optional<int> month = value_of(months, word.substr(0, 3));
    const bool is_day = value_of(days, word.substr(0, 3)).has_value();
    if (word == "t" && parts_.day) {
      // Between an ISO date and its time.
    } else if (zone && parts_.has_time) {
      parts_.offset = *zone * 3600;
    } else if (month && !parts_.month) {
      parts_.month = month;
    } else if (!is_day && word != "at" && word != "of" && word != "the") {
      return false;
    }
    rest_.remove_prefix(size);
    if (rest_.starts_with('.')) rest_.remove_prefix(1);
    return true;
  }

  bool take_offset() {
    const bool is_sign = rest_.front() == '+' || rest_.front() == '-';
    if (!is_sign || !parts_.has_time) return false;
    const int sign = rest_.front() == '-' ? -1 : 1;
    rest_.remove_prefix(1);
    const std::optional<Digits> hours = take_digits();
    if (!hours) return false;
    std::int64_t minutes =
        hours->count > 2 ? hours->value / 100 * 60 + hours->value % 100 : hours->value * 60;
    if (rest_.starts_with(':')) {
      rest_.remove_prefix(1);
      const std::optional<Digits> more = take_digits();
      if (!more) return false;
      minutes += more->value;
    }
    constexpr std::int64_t minutes_max = 24 * 60;
    if (minutes > minutes_max) return false;
    parts_.offset = sign * static_cast<int>(minutes) * 60;
    return true;
  }

  bool take_number() {
    const std::optional<Digits> first = take_digits();
    if (!first) return false;
    if (rest_.starts_with(':')) return take_time(*first);
    if (take_meridian(*first)) return true;
    for (const std::string_view suffix : {"st", "nd", "rd", "th"}) {
      if (take_letters(suffix)) return set_day(first->value);
    }
    const bool joins = !rest_.empty() && (rest_[0] == '-' || rest_[0] == '/' || rest_[0] == '.');
    if (joins) return take_joined(*first, rest_[0]);
    return set_single(*first);
  }

  /// `10 pm` without minutes.
  bool take_meridian(const Digits& hour) {
    const std::string_view before = rest_;
    while (rest_.starts_with(' ')) rest_.remove_prefix(1);
    const bool is_pm = take_letters("pm");
    if ((is_pm || take_letters("am")) && hour.value >= 1 && hour.value <= 12) {
      parts_.has_time = true;
      parts_.hour = static_cast<int>(hour.value % 12) + (is_pm ? 12 : 0);
      return true;
    }
    rest_ = before;
    return false;
  }

  bool take_time(const Digits& hour) {
    rest_.remove_prefix(1);
    const std::optional<Digits> minute = take_digits();
    if (!minute || !set_time(hour.value, minute->value, 0)) return false;
    if (rest_.starts_with(':')) {
      rest_.remove_prefix(1);
      const std::optional<Digits> second = take_digits();
      if (!second || !set_time(hour.value, minute->value, second->value)) return false;
      if (rest_.size() > 1 && rest_.front() == '.' && is_digit(rest_[1])) take_fraction();
    }
    take_meridian({.value = hour.value, .count = hour.count});
    return true;
  }

  void take_fraction() {
    rest_.remove_prefix(1);
    absl::Duration unit = absl::Seconds(1);
    while (!rest_.empty() && is_digit(rest_.front())) {
      unit /= 10;
      parts_.fraction += unit * (rest_.front() - '0');
      rest_.remove_prefix(1);
    }
  }

  /// `2016-03-14`, `2016/03/14`, `14/03/2016`, `14.03.2016`, `14-Mar-2016`.
  bool take_joined(const Digits& first, char joint) {
    rest_.remove_prefix(1);
    if (!rest_.empty() && is_letter(rest_.front())) {
      if (!take_word() || !set_day(first.value)) return false;
      if (!rest_.starts_with(joint)) return true;
      rest_.remove_prefix(1);
      const std::optional<Digits> year = take_digits();
      return year && set_year(*year);
    }
    const std::optional<Digits> second = take_digits();
    if (!second) return false;
    std::optional<Digits> third;
    if (rest_.starts_with(joint)) {
      rest_.remove_prefix(1);
      third = take_digits();
      if (!third) return false;
    }
    // `2016-074`: the day of the year.
    constexpr std::int64_t days_max = 366;
    if (first.count == 4 && second->count == 3 && joint == '-' && !third) {
      return second->value <= days_max && set_year(first) && set_month(1) &&
             set_day_of_year(second->value);
    }
    if (first.count > 2) {
      return set_year(first) && set_month(second->value) && (!third || set_day(third->value));
    }
    if (!third && joint == '/') {
      if (second->count > 2) return set_month(first.value) && set_year(*second);
      if (first.value <= 12) return set_month(first.value) && set_day(second->value);
    }
    // Where no number can only be the year, the first is.
    if (third && third->count <= 2) {
      return set_year(first) && set_month(second->value) && set_day(third->value);
    }
    if (third && !set_year(*third)) return false;
    // Day before month, as Ruby reads it, unless only the other order makes a date.
    const bool is_month_first = second->value > 12 && first.value <= 12;
    return is_month_first ? set_month(first.value) && set_day(second->value)
                          : set_month(second->value) && set_day(first.value);
  }

  bool set_single(const Digits& digits) {
    if (digits.count == 8) {
      return set_year({.value = digits.value / 10000, .count = 4}) &&
             set_month(digits.value / 100 % 100) && set_day(digits.value % 100);
    }
    if (digits.count == 6 && parts_.day && !parts_.has_time) {
      return set_time(digits.value / 10000, digits.value / 100 % 100, digits.value % 100);
    }
    if (digits.count > 2 || parts_.day) return set_year(digits);
    return set_day(digits.value);
  }

  bool set_time(std::int64_t hour, std::int64_t minute, std::int64_t second) {
    parts_.has_time = true;
    parts_.hour = static_cast<int>(hour);
    parts_.minute = static_cast<int>(minute);
    parts_.second = static_cast<int>(second);
    return hour <= 24 && minute <= 59 && second <= 60;
  }

  bool set_year(const Digits& digits) {
    if (parts_.year) return false;
    // Two digits are of the years 1969 to 2068, as POSIX has it.
    const std::int64_t century = digits.count > 2 ? 0 : digits.value < 69 ? 2000 : 1900;
    parts_.year = digits.value + century;
    return *parts_.year <= 9999;
  }

  bool set_month(std::int64_t month) {
    parts_.month = static_cast<int>(month);
    return month >= 1 && month <= 12;
  }

  bool set_day_of_year(std::int64_t day) {
    parts_.day = static_cast<int>(day);
    return day >= 1;
  }

  bool set_day(std::int64_t day) {
    if (parts_.day) return false;
    parts_.day = static_cast<int>(day);
    return day >= 1 && day <= 31;
  }

  std::string_view rest_;
  DateParts parts_ = {};
};

}  // namespace

std::optional<ReadDate> read_date(std::string_view text, const absl::TimeZone& zone,
                                  absl::Time now) {
  text = trimmed(text);
  if (text.empty() || text.size() > date_bytes_max) return std::nullopt;
  const std::string lower = to_lower_ascii(text);
  const std::optional<DateParts> parts = DateReader(lower).read();
  if (!parts) return std::nullopt;
  const absl::CivilDay today(zone.At(now).cs);
  const bool has_date = parts->year || parts->month || parts->day;
  const std::int64_t year = parts->year.value_or(today.year());
  const int month =
      has_date ? parts->month.value_or(parts->year ? 1 : today.month()) : today.month();
  const int day = has_date ? parts->day.value_or(1) : today.day();
  // 31 February is 3 March, as Ruby has it.
  const absl::CivilDay date(year, month, day);
  const absl::CivilSecond civil =
      absl::CivilSecond(date) + parts->hour * 3600 + parts->minute * 60 + parts->second;
  if (parts->offset) {
    const absl::Time utc = absl::FromCivil(civil, absl::UTCTimeZone()) + parts->fraction;
    return ReadDate{.time = utc - absl::Seconds(*parts->offset), .offset = parts->offset};
  }
  // In a gap of the zone the first instant after it, in an overlap the first (PRODUCT.md §4).
  const absl::TimeZone::TimeInfo at = zone.At(civil);
  const bool is_skipped = at.kind == absl::TimeZone::TimeInfo::SKIPPED;
  return ReadDate{.time = (is_skipped ? at.trans : at.pre) + parts->fraction};
}

}  // namespace sojourn::templates
