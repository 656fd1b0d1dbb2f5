#include "domain/templates/date_text.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>

#include "base/text.h"
#include "domain/templates/liquid_number.h"

namespace sojourn::templates {
namespace {

constexpr std::array<std::string_view, 7> days = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                  "Thursday", "Friday", "Saturday"};
constexpr std::array<std::string_view, 12> months = {
    "January", "February", "March",     "April",   "May",      "June",
    "July",    "August",   "September", "October", "November", "December"};

struct Directive {
  bool no_padding = false;
  bool space_padding = false;
  bool zero_padding = false;
  bool upper = false;
  bool swapped = false;
  int colons = 0;
  std::optional<std::size_t> width = {};
  char letter = 0;
};

enum class Letters { lower, upper };

/// The directive after a `%` and how many bytes it takes; absent where there is none.
std::optional<std::pair<Directive, std::size_t>> read_directive(std::string_view text) {
  Directive directive;
  std::size_t at = 0;
  for (; at < text.size(); ++at) {
    switch (text[at]) {
      case '-':
        directive.no_padding = true;
        continue;
      case '_':
        directive.space_padding = true;
        continue;
      case '0':
        directive.zero_padding = true;
        continue;
      case '^':
        directive.upper = true;
        continue;
      case '#':
        directive.swapped = true;
        continue;
      case ':':
        ++directive.colons;
        continue;
      default:
        break;
    }
    break;
  }
  while (at < text.size() && text[at] >= '0' && text[at] <= '9') {
    const std::size_t digit = static_cast<std::size_t>(text[at++] - '0');
    directive.width = std::min(padding_max, directive.width.value_or(0) * 10 + digit);
  }
  while (at < text.size() && (text[at] == 'E' || text[at] == 'O')) ++at;
  if (at == text.size()) return std::nullopt;
  directive.letter = text[at];
  return std::pair(directive, at + 1);
}

class DatePrinter {
 public:
  DatePrinter(absl::Time time, const absl::TimeZone& zone, const DateSink& sink)
      : time_(time), zone_(zone), at_(zone.At(time)), sink_(sink) {}

  /// False when the sink has had enough.
  bool print(std::string_view format) {
    while (!format.empty()) {
      const std::size_t plain = std::min(format.find('%'), format.size());
      if (plain > 0 && !sink_(format.substr(0, plain))) return false;
      format.remove_prefix(plain);
      if (format.empty()) return true;
      const auto read = read_directive(format.substr(1));
      is_cut_ = !read;
      const std::size_t size = read ? read->second + 1 : format.size();
      if (!read || !print_one(read->first, format.substr(0, size))) {
        if (is_refused_) return false;
        if (!sink_(format.substr(0, size))) return false;
      }
      format.remove_prefix(size);
    }
    return true;
  }

  /// The format ended within a directive.
  [[nodiscard]] bool is_cut() const { return is_cut_; }

 private:
  bool emit(std::string_view text) {
    is_refused_ = is_refused_ || !sink_(text);
    return !is_refused_;
  }

  bool pad(std::string_view text, std::size_t width, char padding) {
    if (text.size() < width && !emit(std::string(width - text.size(), padding))) return false;
    return emit(text);
  }

  bool number(const Directive& directive, std::int64_t value, std::size_t width, char padding) {
    if (directive.space_padding) padding = ' ';
    if (directive.zero_padding) padding = '0';
    const NumberText digits(value);
    if (directive.no_padding) return emit(digits.view());
    if (value < 0 && padding == '0') {
      if (!emit("-")) return false;
      const std::size_t wanted = directive.width.value_or(width);
      return pad(digits.view().substr(1), wanted == 0 ? 0 : wanted - 1, '0');
    }
    return pad(digits.view(), directive.width.value_or(width), padding);
  }

  bool name(const Directive& directive, std::string_view text) {
    const char padding = directive.zero_padding ? '0' : ' ';
    const std::size_t width = directive.no_padding ? 0 : directive.width.value_or(0);
    if (!directive.upper && !directive.swapped) return pad(text, width, padding);
    std::string upper(text);
    for (char& c : upper) {
      if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
    return pad(upper, width, padding);
  }

  bool meridian(const Directive& directive, Letters letters) {
    const bool is_lower = (letters == Letters::lower) != directive.swapped && !directive.upper;
    const bool is_morning = hour() < 12;
    const std::string_view text =
        is_lower ? (is_morning ? "am" : "pm") : (is_morning ? "AM" : "PM");
    return pad(text, directive.width.value_or(0), directive.zero_padding ? '0' : ' ');
  }

  bool zone_name(const Directive& directive) {
    // A zone that is only an offset has no name.
    if (zone_.name().starts_with("Fixed/")) return name(directive, {});
    if (!directive.swapped) return name(directive, at_.zone_abbr);
    Directive plain = directive;
    plain.swapped = false;
    return name(plain, to_lower_ascii(at_.zone_abbr));
  }

  bool offset(const Directive& directive) {
    const int seconds = at_.offset;
    const int magnitude = seconds < 0 ? -seconds : seconds;
    const auto two = [](int value) {
      return std::string{static_cast<char>('0' + value / 10), static_cast<char>('0' + value % 10)};
    };
    std::string text = two(magnitude / 3600);
    if (directive.colons == 3) {
      // Only as much as there is.
      if (magnitude % 3600 != 0) text += ':' + two(magnitude / 60 % 60);
      if (magnitude % 60 != 0) text += ':' + two(magnitude % 60);
      return emit((seconds < 0 ? "-" : "+") + text);
    }
    if (directive.colons > 0) text += ':';
    text += two(magnitude / 60 % 60);
    if (directive.colons > 1) text += ':' + two(magnitude % 60);
    if (!emit(seconds < 0 ? "-" : "+")) return false;
    const std::size_t width = directive.width.value_or(0);
    return pad(text, width == 0 ? 0 : width - 1, '0');
  }

  bool fraction(const Directive& directive, std::size_t digits) {
    const std::size_t wanted = directive.width.value_or(digits);
    const std::int64_t nanoseconds = absl::ToInt64Nanoseconds(at_.subsecond);
    const NumberText written(1'000'000'000 + nanoseconds);
    std::string text(written.view().substr(1));
    text.resize(std::max<std::size_t>(1, wanted), '0');
    return emit(text);
  }

  /// A combination such as %F, padded as a whole.
  bool combined(const Directive& directive, std::string_view format) {
    std::string text;
    const DateSink collect = [&](std::string_view piece) {
      text += piece;
      return true;
    };
    DatePrinter(time_, zone_, collect).print(format);
    return name(directive, text);
  }

  [[nodiscard]] int hour() const { return at_.cs.hour(); }
  [[nodiscard]] int hour12() const { return hour() % 12 == 0 ? 12 : hour() % 12; }
  /// 0 for Sunday.
  [[nodiscard]] int weekday() const { return (static_cast<int>(absl::GetWeekday(at_.cs)) + 1) % 7; }
  [[nodiscard]] int day_of_year() const { return absl::GetYearDay(absl::CivilDay(at_.cs)); }

  /// Weeks of the year that begin on Sunday (or Monday), counted from the first such day.
  [[nodiscard]] int week(absl::Weekday first) const {
    const int days_before = first == absl::Weekday::monday ? (weekday() + 6) % 7 : weekday();
    return (day_of_year() - 1 + 7 - days_before) / 7;
  }

  struct IsoWeek {
    std::int64_t year = 0;
    int week = 0;
  };
  /// ISO 8601: the week belongs to the year of its Thursday.
  [[nodiscard]] IsoWeek iso_week() const {
    const int days_since_monday = (weekday() + 6) % 7;
    const absl::CivilDay thursday = absl::CivilDay(at_.cs) + (3 - days_since_monday);
    return {.year = thursday.year(), .week = (absl::GetYearDay(thursday) - 1) / 7 + 1};
  }

  /// False for an unknown letter, and when the sink has had enough (`is_refused_`).
  bool print_one(const Directive& directive, std::string_view written) {
    if (directive.colons > 0 && directive.letter != 'z') return emit(written);
    switch (directive.letter) {
      case 'Y':
        return number(directive, at_.cs.year(), at_.cs.year() < 0 ? 5 : 4, '0');
      case 'C':
        return number(directive, at_.cs.year() / 100, 2, '0');
      case 'y':
        return number(directive, at_.cs.year() % 100, 2, '0');
      case 'm':
        return number(directive, at_.cs.month(), 2, '0');
      case 'B':
        return name(directive, months[static_cast<std::size_t>(at_.cs.month() - 1)]);
      case 'b':
      case 'h':
        return name(directive, months[static_cast<std::size_t>(at_.cs.month() - 1)].substr(0, 3));
      case 'd':
        return number(directive, at_.cs.day(), 2, '0');
      case 'e':
        return number(directive, at_.cs.day(), 2, ' ');
      case 'j':
        return number(directive, day_of_year(), 3, '0');
      case 'A':
        return name(directive, days[static_cast<std::size_t>(weekday())]);
      case 'a':
        return name(directive, days[static_cast<std::size_t>(weekday())].substr(0, 3));
      case 'u':
        return number(directive, weekday() == 0 ? 7 : weekday(), 1, '0');
      case 'w':
        return number(directive, weekday(), 1, '0');
      case 'G':
        return number(directive, iso_week().year, 4, '0');
      case 'g':
        return number(directive, iso_week().year % 100, 2, '0');
      case 'V':
        return number(directive, iso_week().week, 2, '0');
      case 'U':
        return number(directive, week(absl::Weekday::sunday), 2, '0');
      case 'W':
        return number(directive, week(absl::Weekday::monday), 2, '0');
      default:
        return print_time(directive);
    }
  }

  bool print_time(const Directive& directive) {
    switch (directive.letter) {
      case 'H':
        return number(directive, hour(), 2, '0');
      case 'k':
        return number(directive, hour(), 2, ' ');
      case 'I':
        return number(directive, hour12(), 2, '0');
      case 'l':
        return number(directive, hour12(), 2, ' ');
      case 'M':
        return number(directive, at_.cs.minute(), 2, '0');
      case 'S':
        return number(directive, at_.cs.second(), 2, '0');
      case 'L':
        return fraction(directive, 3);
      case 'N':
        return fraction(directive, 9);
      case 'P':
        return meridian(directive, Letters::lower);
      case 'p':
        return meridian(directive, Letters::upper);
      case 'z':
        return offset(directive);
      case 'Z':
        return zone_name(directive);
      case 's':
        return number(directive, absl::ToUnixSeconds(time_), 1, '0');
      case 'n':
        return emit("\n");
      case 't':
        return emit("\t");
      case '%':
        return emit("%");
      case 'c':
        return combined(directive, "%a %b %e %H:%M:%S %Y");
      case 'D':
      case 'x':
        return combined(directive, "%m/%d/%y");
      case 'F':
        return combined(directive, "%Y-%m-%d");
      case 'R':
        return combined(directive, "%H:%M");
      case 'r':
        return combined(directive, "%I:%M:%S %p");
      case 'T':
      case 'X':
        return combined(directive, "%H:%M:%S");
      case 'v':
        return combined(directive, "%e-%^b-%Y");

      default:
        return false;
    }
  }

  absl::Time time_;
  const absl::TimeZone& zone_;
  absl::TimeZone::CivilInfo at_;
  const DateSink& sink_;
  bool is_refused_ = false;
  bool is_cut_ = false;
};

}  // namespace

bool print_date(absl::Time time, const absl::TimeZone& zone, std::string_view format,
                const DateSink& sink) {
  DatePrinter printer(time, zone, sink);
  printer.print(format);
  return !printer.is_cut();
}

}  // namespace sojourn::templates
