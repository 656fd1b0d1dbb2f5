#include "domain/journeys/wait_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"

namespace sojourn::journeys {
namespace {

constexpr std::array<std::string_view, 7> day_names = {
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};
constexpr std::array<std::string_view, 13> number_names = {
    "a",     "one",   "two",  "three", "four",   "five",  "six",
    "seven", "eight", "nine", "ten",   "eleven", "twelve"};
constexpr TimeOfDay hour = 3'600;
constexpr TimeOfDay day = 24 * hour;

bool is_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// Where the number at the beginning of a word ends.
std::size_t number_end(std::string_view word) {
  const std::size_t end = word.find_first_not_of("0123456789.");
  return end == std::string_view::npos ? word.size() : end;
}

std::optional<int> read_one_day(std::string_view word) {
  for (int i = 0; i < 7; ++i) {
    const std::string_view name = day_names[static_cast<std::size_t>(i)];
    const bool full = equal_ignoring_case(word, name);
    const bool plural = equal_ignoring_case(word, std::string(name) + "s");
    // `tue`, `tues`, `thurs`
    const bool brief = word.size() >= 3 && word.size() <= 5 &&
                       equal_ignoring_case(word, name.substr(0, word.size()));
    if (full || plural || brief) return i;
  }
  return std::nullopt;
}

/// From one day to another, over the end of the week where the second comes first.
Weekdays range_of(int first, int last) {
  Weekdays days = 0;
  for (int i = first;; i = (i + 1) % 7) {
    days = static_cast<Weekdays>(days | (1 << i));
    if (i == last) return days;
  }
}

/// `09:00` or `09:00:30`, up to 24:00
std::optional<TimeOfDay> read_clock(std::string_view text) {
  const std::vector<std::string_view> parts = split(text, ':');
  if (parts.size() < 2 || parts.size() > 3) return std::nullopt;
  std::array<int, 3> numbers{};
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const bool short_hour = i == 0 && parts[i].size() == 1;
    if (!is_digits(parts[i]) || (parts[i].size() != 2 && !short_hour)) return std::nullopt;
    for (const char digit : parts[i]) numbers[i] = numbers[i] * 10 + (digit - '0');
  }
  const TimeOfDay time = numbers[0] * hour + numbers[1] * 60 + numbers[2];
  const bool in_range = numbers[1] < 60 && numbers[2] < 60 && time <= day;
  return in_range ? std::optional(time) : std::nullopt;
}

/// `9am`, `12:30pm`: twelve is the first hour of its half of the day.
std::optional<TimeOfDay> read_half_day(std::string_view text) {
  if (text.size() < 3) return std::nullopt;
  const std::string_view half = text.substr(text.size() - 2);
  const bool pm = equal_ignoring_case(half, "pm");
  if (!pm && !equal_ignoring_case(half, "am")) return std::nullopt;
  const std::string clock(text.substr(0, text.size() - 2));
  const std::optional<TimeOfDay> time =
      read_clock(clock.find(':') == std::string::npos ? clock + ":00" : clock);
  if (!time || *time < hour || *time >= 13 * hour) return std::nullopt;
  return *time % (12 * hour) + (pm ? 12 * hour : 0);
}

std::optional<TimeOfDay> read_time(std::string_view text) {
  if (equal_ignoring_case(text, "midnight")) return 0;
  if (equal_ignoring_case(text, "noon")) return 12 * hour;
  const std::optional<TimeOfDay> time = read_clock(text);
  return time ? time : read_half_day(text);
}

/// The number of a length of time as digits; empty where the word is none.
std::string number_of(std::string_view word) {
  if (equal_ignoring_case(word, "an")) return "1";
  for (std::size_t i = 0; i < number_names.size(); ++i) {
    if (equal_ignoring_case(word, number_names[i]))
      return std::to_string(std::max<std::size_t>(i, 1));
  }
  const bool number = !word.empty() && word[0] >= '0' && word[0] <= '9';
  return number ? std::string(word.substr(0, number_end(word))) : std::string();
}

struct Unit {
  std::string_view name;
  std::string_view unit;  ///< as parse_span reads it
  std::int64_t ms;        ///< 0: of the calendar
};
constexpr Unit units[] = {
    {"ms", "ms", 1},
    {"s", "s", 1'000},
    {"sec", "s", 1'000},
    {"secs", "s", 1'000},
    {"second", "s", 1'000},
    {"seconds", "s", 1'000},
    {"m", "m", 60'000},
    {"min", "m", 60'000},
    {"mins", "m", 60'000},
    {"minute", "m", 60'000},
    {"minutes", "m", 60'000},
    {"h", "h", 3'600'000},
    {"hr", "h", 3'600'000},
    {"hrs", "h", 3'600'000},
    {"hour", "h", 3'600'000},
    {"hours", "h", 3'600'000},
    {"d", "d", 86'400'000},
    {"day", "d", 86'400'000},
    {"days", "d", 86'400'000},
    {"w", "w", 604'800'000},
    {"week", "w", 604'800'000},
    {"weeks", "w", 604'800'000},
    {"month", "months", 0},
    {"months", "months", 0},
    {"year", "years", 0},
    {"years", "years", 0},
};

const Unit* find_unit(std::string_view word) {
  // A month to some and a minute to others.
  if (word == "M") return nullptr;
  for (const Unit& unit : units) {
    if (equal_ignoring_case(unit.name, word)) return &unit;
  }
  return nullptr;
}

/// `1.5` of a unit as whole milliseconds; absent where there are none.
std::optional<std::int64_t> milliseconds_of(std::string_view number, std::int64_t unit_ms) {
  const std::size_t dot = number.find('.');
  const std::string_view whole = number.substr(0, dot);
  const std::string_view fraction = number.substr(dot + 1);
  // Digits that fit: so many of any unit are far beyond the limit of a span, or below 1 ms.
  constexpr std::size_t digits_max = 9;
  if (!is_digits(whole) || !is_digits(fraction)) return std::nullopt;
  if (whole.size() > digits_max || fraction.size() > digits_max) return std::nullopt;
  std::int64_t scale = 1;
  for (std::size_t i = 0; i < fraction.size(); ++i) scale *= 10;
  const std::int64_t part = std::stoll(std::string(fraction)) * unit_ms;
  if (part % scale != 0) return std::nullopt;
  return std::stoll(std::string(whole)) * unit_ms + part / scale;
}

}  // namespace

std::optional<Weekdays> read_weekdays(std::string_view word) {
  if (equal_ignoring_case(word, "weekdays") || equal_ignoring_case(word, "weekday")) {
    return working_days;
  }
  if (equal_ignoring_case(word, "weekends") || equal_ignoring_case(word, "weekend")) {
    return weekend_days;
  }
  const std::size_t dash = word.find('-');
  const std::optional<int> first = read_one_day(word.substr(0, dash));
  if (!first || dash == std::string_view::npos) {
    return first ? std::optional(range_of(*first, *first)) : std::nullopt;
  }
  const std::optional<int> last = read_one_day(word.substr(dash + 1));
  return last ? std::optional(range_of(*first, *last)) : std::nullopt;
}

std::string weekdays_text(Weekdays weekdays) {
  if (weekdays == working_days) return "weekdays";
  if (weekdays == weekend_days) return "weekends";
  std::string text;
  for (std::size_t i = 0; i < day_names.size(); ++i) {
    if (((weekdays >> i) & 1) == 0) continue;
    if (!text.empty()) text += ", ";
    text += day_names[i];
  }
  return text;
}

std::string time_text(TimeOfDay time) {
  const int seconds = time % 60;
  std::string text = fmt::format("{:02}:{:02}", time / hour, time / 60 % 60);
  return seconds == 0 ? text : fmt::format("{}:{:02}", text, seconds);
}

std::string name_text(const std::string& name) {
  const bool plain = name.find_first_of(" \t\r\n,") == std::string::npos && name.back() != ':';
  return plain ? name : fmt::format("\"{}\"", name);
}

int read_small_number(std::string_view word) {
  return is_digits(word) && word.size() <= 2 ? std::stoi(std::string(word)) : 0;
}

WordReader::WordReader(std::string_view text, std::string_view code) : code_(code) {
  read_words(text);
}

/// Words between spaces; a comma, and a colon at a word's end, are words of their own.
void WordReader::read_words(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const char c = text[i];
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
      ++i;
    } else if (c == ',') {
      words_.push_back({",", ++i, false});
    } else if (c == '"') {
      const std::size_t end = std::min(text.find('"', i + 1), text.size());
      if (end == text.size()) open_quote_ = i + 1;
      words_.push_back({std::string(text.substr(i + 1, end - i - 1)), i + 1, true});
      i = end + 1;
    } else {
      const std::size_t end = std::min(text.find_first_of(" \t\r\n,\"", i), text.size());
      std::string word(text.substr(i, end - i));
      const bool colon = word.size() > 1 && word.back() == ':';
      if (colon) word.pop_back();
      words_.push_back({std::move(word), i + 1, false});
      if (colon) words_.push_back({":", end, false});
      i = end;
    }
  }
  words_.push_back({"", text.size() + 1, false});
}

Result<void> WordReader::check() const {
  if (open_quote_ == 0) return {};
  return failure({.code = code_,
                  .message = fmt::format("column {}: the quotation mark has no twin", open_quote_),
                  .value = "\""});
}

const WordReader::Word& WordReader::word(std::size_t ahead) const {
  return words_[std::min(place_ + ahead, words_.size() - 1)];
}

const std::string& WordReader::peek(std::size_t ahead) const {
  return word(ahead).text;
}

bool WordReader::is(std::string_view text, std::size_t ahead) const {
  const Word& next = word(ahead);
  return !next.quoted && !text.empty() && equal_ignoring_case(next.text, text);
}

bool WordReader::take(std::string_view text) {
  if (!is(text)) return false;
  ++place_;
  return true;
}

tl::unexpected<Error> WordReader::refuse(std::string_view message) const {
  return failure({.code = code_,
                  .message = fmt::format("column {}: {}", word(0).column, message),
                  .value = peek()});
}

tl::unexpected<Error> WordReader::expected(std::string_view what) const {
  const std::string found = at_end() ? "the end" : fmt::format("`{}`", peek());
  return refuse(fmt::format("expected {}, found {}", what, found));
}

std::optional<WordReader::Found> WordReader::find_time() const {
  if (word(0).quoted) return std::nullopt;
  const bool half_follows = is("am", 1) || is("pm", 1);
  if (half_follows) {
    const std::optional<TimeOfDay> time = read_half_day(peek() + peek(1));
    return time ? std::optional<Found>({*time, 2}) : std::nullopt;
  }
  const std::optional<TimeOfDay> time = read_time(peek());
  return time ? std::optional<Found>({*time, 1}) : std::nullopt;
}

bool WordReader::is_time() const {
  return find_time().has_value();
}

Result<TimeOfDay> WordReader::time(EndOfDay end_of_day) {
  const std::optional<Found> found = find_time();
  const bool fits = found && (found->time < day || end_of_day == EndOfDay::allowed);
  if (!fits) return expected("a time of day, such as 09:00");
  place_ += found->words;
  return found->time;
}

Result<std::optional<TimeOfDay>> WordReader::at_time() {
  if (!take("at") && !is_time()) return std::optional<TimeOfDay>();
  TRY(found, time());
  return std::optional<TimeOfDay>(found);
}

Result<Weekdays> WordReader::weekdays() {
  Weekdays days = 0;
  while (true) {
    const std::optional<Weekdays> next = read_weekdays(peek());
    if (!next || word(0).quoted) return expected("a day of the week");
    const std::optional<int> first = read_one_day(peek());
    ++place_;
    const bool to = first && (is("to") || is("through") || is("-"));
    const std::optional<int> last = to ? read_one_day(peek(1)) : std::nullopt;
    if (last) place_ += 2;
    days = static_cast<Weekdays>(days | (last ? range_of(*first, *last) : *next));
    const std::size_t comma = is(",") ? 1 : 0;
    const std::size_t joins = comma + (is("and", comma) || is("or", comma) ? 1 : 0);
    if (joins == 0 || !read_weekdays(peek(joins))) return days;
    place_ += joins;
  }
}

bool WordReader::is_length(std::size_t ahead) const {
  const std::string& next = peek(ahead);
  if (word(ahead).quoted || number_of(next).empty()) return false;
  const bool digits = next[0] >= '0' && next[0] <= '9';
  const std::size_t end = digits ? number_end(next) : next.size();
  if (end < next.size()) return find_unit(next.substr(end)) != nullptr;
  return is("calendar", ahead + 1) || find_unit(peek(ahead + 1)) != nullptr;
}

Result<Span> WordReader::span(std::string_view what) {
  TRY(total, one_span(what));
  while (total.unit == Span::Unit::exact) {
    const std::size_t joins = is("and") ? 1 : 0;
    if (!is_length(joins)) break;
    const std::size_t back = place_;
    place_ += joins;
    TRY(next, one_span(what));
    if (next.unit != Span::Unit::exact) {
      place_ = back;
      break;
    }
    const Span sum{Span::Unit::exact, total.count + next.count};
    // Reads its own limit.
    if (!parse_span(fmt::format("{}ms", sum.count))) return refuse("the limit is 100 years");
    total = sum;
  }
  return total;
}

Result<Span> WordReader::one_span(std::string_view what) {
  const std::string number = word(0).quoted ? std::string() : number_of(peek());
  if (number.empty()) return expected(what);
  const bool named = peek()[0] < '0' || peek()[0] > '9';
  const std::string glued = named ? std::string() : peek().substr(number_end(peek()));
  std::size_t taken = 1;
  const bool calendar = glued.empty() && is("calendar", taken);
  if (calendar) ++taken;
  const std::string unit_word = glued.empty() ? peek(taken++) : glued;
  const Unit* unit = find_unit(unit_word);
  const bool fits = unit != nullptr && (!calendar || unit->unit == "d");
  if (!fits) {
    if (glued.empty()) place_ += taken - 1;
    return expected(calendar ? "`days`"
                             : "seconds, minutes, hours, days, calendar days, weeks, months or "
                               "years");
  }
  std::string text = fmt::format("{} {}", number, calendar ? "calendar days" : unit->unit);
  if (number.find('.') != std::string::npos) {
    const auto ms = calendar || unit->ms == 0 ? std::nullopt : milliseconds_of(number, unit->ms);
    if (!ms) return expected("a whole number");
    text = fmt::format("{}ms", *ms);
  }
  const Result<Span> span = parse_span(text);
  if (!span)
    return refuse(fmt::format("`{} {}` is too long, the limit is 100 years", number, unit_word));
  place_ += taken;
  return *span;
}

Result<std::string> WordReader::zone() {
  if (!take("in")) return std::string();
  if (word(0).quoted || !find_zone(peek())) return expected("a time zone, such as Europe/Paris");
  return words_[place_++].text;
}

Result<std::string> WordReader::name(std::string_view what) {
  const bool is_name = !at_end() && !peek().empty() && (word(0).quoted || peek() != ",");
  if (!is_name) return expected(what);
  return words_[place_++].text;
}

int WordReader::day_number(std::size_t ahead) const {
  std::string_view text = peek(ahead);
  if (word(ahead).quoted) return 0;
  for (const std::string_view ending : {"st", "nd", "rd", "th"}) {
    const bool ends = text.size() > 2 && equal_ignoring_case(text.substr(text.size() - 2), ending);
    if (ends) return read_small_number(text.substr(0, text.size() - 2));
  }
  return read_small_number(text);
}

}  // namespace sojourn::journeys
