// Waits as text: parsing and printing.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "domain/journeys/wait_expression.h"

namespace sojourn::journeys {
namespace {

constexpr std::array<std::string_view, 7> day_names = {
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};
constexpr Weekdays working_days = 0x1f;
constexpr Weekdays weekend_days = 0x60;

struct Word {
  std::string text;
  std::size_t column = 1;  ///< in bytes, from 1
  bool quoted = false;
};

/// Words between spaces; a comma, and a colon at a word's end, are words of their own.
std::vector<Word> words_of(std::string_view text) {
  std::vector<Word> words;
  for (std::size_t i = 0; i < text.size();) {
    const char c = text[i];
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
      ++i;
    } else if (c == ',') {
      words.push_back({",", ++i, false});
    } else if (c == '"') {
      const std::size_t end = std::min(text.find('"', i + 1), text.size());
      words.push_back({std::string(text.substr(i + 1, end - i - 1)), i + 1, true});
      i = end + 1;
    } else {
      const std::size_t end = std::min(text.find_first_of(" \t\r\n,\"", i), text.size());
      std::string word(text.substr(i, end - i));
      const bool colon = word.size() > 1 && word.back() == ':';
      if (colon) word.pop_back();
      words.push_back({std::move(word), i + 1, false});
      if (colon) words.push_back({":", end, false});
      i = end;
    }
  }
  words.push_back({"", text.size() + 1, false});
  return words;
}

bool is_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// `09:00` or `09:00:30`; 24:00 only where it may be the end of a day.
std::optional<TimeOfDay> read_time(std::string_view text) {
  if (equal_ignoring_case(text, "midnight")) return 0;
  if (equal_ignoring_case(text, "noon")) return 12 * 3600;
  const std::vector<std::string_view> parts = split(text, ':');
  if (parts.size() < 2 || parts.size() > 3) return std::nullopt;
  std::array<int, 3> numbers{};
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const bool short_hour = i == 0 && parts[i].size() == 1;
    if (!is_digits(parts[i]) || (parts[i].size() != 2 && !short_hour)) return std::nullopt;
    for (const char digit : parts[i]) numbers[i] = numbers[i] * 10 + (digit - '0');
  }
  const TimeOfDay time = numbers[0] * 3600 + numbers[1] * 60 + numbers[2];
  const bool in_range = numbers[1] < 60 && numbers[2] < 60 && time <= 86'400;
  return in_range ? std::optional(time) : std::nullopt;
}

std::optional<Weekdays> read_weekday(std::string_view text) {
  if (equal_ignoring_case(text, "weekdays") || equal_ignoring_case(text, "weekday")) {
    return working_days;
  }
  if (equal_ignoring_case(text, "weekends") || equal_ignoring_case(text, "weekend")) {
    return weekend_days;
  }
  for (std::size_t i = 0; i < day_names.size(); ++i) {
    const std::string_view name = day_names[i];
    const bool full = equal_ignoring_case(text, name);
    const bool plural = equal_ignoring_case(text, std::string(name) + "s");
    const bool brief = equal_ignoring_case(text, name.substr(0, 3));
    if (full || plural || brief) return static_cast<Weekdays>(1 << i);
  }
  return std::nullopt;
}

class WaitParser {
 public:
  explicit WaitParser(std::string_view text) : words_(words_of(text)) {}

  Result<WaitExpression> run() {
    WaitExpression wait;
    while (true) {
      TRY(part, one_part());
      wait.parts.push_back(std::move(part));
      if (wait.parts.size() > wait_parts_max) {
        return refuse(fmt::format("the limit of {} parts is passed", wait_parts_max));
      }
      const bool comma = take(",");
      if (is("if")) {
        TRY(if_past, past());
        wait.if_past = if_past;
        break;
      }
      if (!take("then") && !comma) break;
    }
    if (!at_end()) return expected("`then`, `if past` or the end");
    return wait;
  }

 private:
  [[nodiscard]] const Word& peek(std::size_t ahead = 0) const {
    return words_[std::min(place_ + ahead, words_.size() - 1)];
  }
  [[nodiscard]] bool at_end() const { return place_ + 1 == words_.size(); }
  [[nodiscard]] bool is(std::string_view word, std::size_t ahead = 0) const {
    return !peek(ahead).quoted && equal_ignoring_case(peek(ahead).text, word) && !word.empty();
  }
  bool take(std::string_view word) {
    if (!is(word)) return false;
    ++place_;
    return true;
  }

  [[nodiscard]] tl::unexpected<Error> refuse(std::string_view message) const {
    return failure({.code = "bad_wait",
                    .message = fmt::format("column {}: {}", peek().column, message),
                    .value = peek().text});
  }
  [[nodiscard]] tl::unexpected<Error> expected(std::string_view what) const {
    const std::string found = at_end() ? "the end" : fmt::format("`{}`", peek().text);
    return refuse(fmt::format("expected {}, found {}", what, found));
  }

  Result<IfPast> past() {
    take("if");
    if (!take("past")) return expected("`past`");
    take(":");
    if (take("continue")) return IfPast::go_on;
    if (take("skip")) return IfPast::skip;
    if (take("exit")) return IfPast::exit;
    return expected("`continue`, `skip` or `exit`");
  }

  Result<WaitPart> one_part() {
    WaitPart part;
    TRY(form, one_form());
    part.form = std::move(form);
    if (is("in") && peek(1).text.find('/') == std::string::npos && !is("UTC", 1)) {
      ++place_;
      return expected("a time zone, such as Europe/Paris");
    }
    if (take("in")) {
      if (!find_zone(peek().text)) return expected("a time zone, such as Europe/Paris");
      part.zone = peek().text;
      ++place_;
    }
    return part;
  }

  Result<WaitPart::Form> one_form() {
    if (take("until")) return until();
    if (take("between")) {
      WaitWindow window;
      TRY(from, time());
      window.from = from;
      if (!take("and")) return expected("`and`");
      TRY(to, time(EndOfDay::allowed));
      window.to = to;
      TRY(days, on_days());
      window.weekdays = days;
      return WaitPart::Form(window);
    }
    TRY(length, span("a length of time such as 2 days, `until` or `between`"));
    return WaitPart::Form(WaitSpan{length});
  }

  Result<WaitPart::Form> until() {
    take("the");
    if (read_time(peek().text)) {
      TRY(at, time());
      TRY(days, on_days());
      return WaitPart::Form(WaitTime{at, days});
    }
    take("next");
    if (read_weekday(peek().text)) {
      TRY(days, weekdays());
      TRY(at, at_time());
      return WaitPart::Form(WaitTime{at.value_or(0), days});
    }
    if (take("tomorrow")) {
      TRY(at, at_time());
      return WaitPart::Form(WaitTomorrow{at.value_or(0)});
    }
    if (is("day") || is("last")) return day_of_month();
    if (is("attribute") || is("anniversary")) return attribute(WaitAttribute{});
    const bool is_date = peek().text.size() >= 10 && peek().text[4] == '-';
    if (is_date) return date();
    return offset();
  }

  Result<WaitPart::Form> day_of_month() {
    WaitDayOfMonth wait;
    if (take("last")) {
      if (!take("day")) return expected("`day`");
      wait.day = 31;
    } else {
      take("day");
      int day = 0;
      if (is_digits(peek().text) && peek().text.size() <= 2) day = std::stoi(peek().text);
      if (day < 1 || day > 31) return expected("a day from 1 to 31");
      wait.day = day;
      ++place_;
    }
    if (take("of")) {
      take("the");
      if (!take("month")) return expected("`month`");
    }
    TRY(at, at_time());
    wait.time = at.value_or(0);
    return WaitPart::Form(wait);
  }

  Result<WaitPart::Form> date() {
    const std::string& text = peek().text;
    const std::optional<facts::DateValue> date = facts::parse_date(text);
    if (const auto* day = date ? std::get_if<absl::CivilDay>(&*date) : nullptr) {
      ++place_;
      TRY(at, at_time());
      return WaitPart::Form(WaitDate{absl::CivilSecond(*day) + at.value_or(0)});
    }
    // parse_date reads a time without an offset as UTC; here it is the contact's.
    const bool has_offset = text.back() == 'Z' || text.find_first_of("+-", 11) != std::string::npos;
    absl::CivilSecond local;
    const bool is_local =
        !has_offset && date && absl::ParseLenientCivilTime({text.data(), text.size()}, &local);
    if (is_local) {
      ++place_;
      return WaitPart::Form(WaitDate{local});
    }
    if (!date) return expected("a date, such as 2026-03-08");
    ++place_;
    return WaitPart::Form(WaitDate{std::get<Timestamp>(*date)});
  }

  Result<WaitPart::Form> offset() {
    WaitAttribute wait;
    TRY(length, span("a time such as 09:00, a weekday, a date, `attribute` or a length of time"));
    wait.offset = length;
    if (take("before")) {
      wait.side = WaitAttribute::Side::before;
    } else if (take("after")) {
      wait.side = WaitAttribute::Side::after;
    } else {
      return expected("`before` or `after`");
    }
    take("the");
    return attribute(std::move(wait));
  }

  Result<WaitPart::Form> attribute(WaitAttribute wait) {
    if (take("anniversary")) {
      if (!take("of")) return expected("`of`");
      wait.anniversary = true;
    }
    if (!take("attribute")) return expected("`attribute`");
    if (at_end() || is(",")) return expected("the name of an attribute");
    wait.path = peek().text;
    ++place_;
    TRY(at, at_time());
    wait.time = at;
    return WaitPart::Form(std::move(wait));
  }

  enum class EndOfDay : std::uint8_t { refused, allowed };
  Result<TimeOfDay> time(EndOfDay end_of_day = EndOfDay::refused) {
    const std::optional<TimeOfDay> time = read_time(peek().text);
    const bool fits = time && (*time < 86'400 || end_of_day == EndOfDay::allowed);
    if (!fits) return expected("a time of day, such as 09:00");
    ++place_;
    return *time;
  }

  Result<std::optional<TimeOfDay>> at_time() {
    if (!take("at")) return std::optional<TimeOfDay>();
    TRY(found, time());
    return std::optional<TimeOfDay>(found);
  }

  Result<Weekdays> on_days() {
    if (!take("on")) return every_day;
    return weekdays();
  }

  Result<Weekdays> weekdays() {
    Weekdays days = 0;
    while (true) {
      const std::optional<Weekdays> day = read_weekday(peek().text);
      if (!day) return expected("a day of the week");
      days = static_cast<Weekdays>(days | *day);
      ++place_;
      const std::size_t comma = is(",") ? 1 : 0;
      const std::size_t joins = comma + (is("and", comma) || is("or", comma) ? 1 : 0);
      if (joins == 0 || !read_weekday(peek(joins).text)) return days;
      place_ += joins;
    }
  }

  Result<Span> span(std::string_view what) {
    std::string text = peek().text;
    std::size_t taken = 1;
    if (is_digits(text)) {
      if (is("calendar", taken)) {
        text += " calendar";
        ++taken;
      }
      text += " " + to_lower_ascii(peek(taken).text);
      ++taken;
    }
    const bool begins_with_digit = !text.empty() && is_digits(text.substr(0, 1));
    if (!begins_with_digit) return expected(what);
    const Result<Span> span = parse_span(text);
    if (!span) return refuse(span.error().message);
    place_ += taken;
    return *span;
  }

  const std::vector<Word> words_;
  std::size_t place_ = 0;
};

std::string time_text(TimeOfDay time) {
  const int seconds = time % 60;
  std::string text = fmt::format("{:02}:{:02}", time / 3600, time / 60 % 60);
  return seconds == 0 ? text : fmt::format("{}:{:02}", text, seconds);
}

std::string days_text(Weekdays weekdays) {
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

std::string on_text(Weekdays weekdays) {
  return weekdays == every_day ? std::string() : " on " + days_text(weekdays);
}

std::string name_text(const std::string& name) {
  const bool plain = name.find_first_of(" \t,") == std::string::npos && name.back() != ':';
  return plain ? name : fmt::format("\"{}\"", name);
}

struct FormDescriber {
  std::string operator()(const WaitSpan& wait) const { return describe_span(wait.span); }
  std::string operator()(const WaitTime& wait) const {
    return fmt::format("until {}{}", time_text(wait.time), on_text(wait.weekdays));
  }
  std::string operator()(const WaitDayOfMonth& wait) const {
    const std::string day =
        wait.day == 31 ? std::string("the last day of the month") : fmt::format("day {}", wait.day);
    return fmt::format("until {} at {}", day, time_text(wait.time));
  }
  std::string operator()(const WaitTomorrow& wait) const {
    return fmt::format("until tomorrow at {}", time_text(wait.time));
  }
  std::string operator()(const WaitDate& wait) const {
    if (const auto* at = std::get_if<Timestamp>(&wait.date)) {
      return fmt::format("until {}", format_timestamp(*at));
    }
    const absl::CivilSecond& local = std::get<absl::CivilSecond>(wait.date);
    const absl::CivilDay day(local);
    const auto time = static_cast<TimeOfDay>(local - absl::CivilSecond(day));
    return fmt::format("until {:04}-{:02}-{:02} at {}", day.year(), day.month(), day.day(),
                       time_text(time));
  }
  std::string operator()(const WaitAttribute& wait) const {
    std::string text = "until ";
    if (wait.side != WaitAttribute::Side::on) {
      const bool before = wait.side == WaitAttribute::Side::before;
      text += fmt::format("{} {} ", describe_span(wait.offset), before ? "before" : "after");
    }
    if (wait.anniversary) text += "the anniversary of ";
    text += fmt::format("attribute {}", name_text(wait.path));
    if (wait.time) text += fmt::format(" at {}", time_text(*wait.time));
    return text;
  }
  std::string operator()(const WaitWindow& wait) const {
    return fmt::format("between {} and {}{}", time_text(wait.from), time_text(wait.to),
                       on_text(wait.weekdays));
  }
};

}  // namespace

Result<WaitExpression> parse_wait(std::string_view text) {
  if (text.size() > wait_text_bytes_max) {
    return failure({.code = "bad_wait",
                    .message = fmt::format("the text has {} bytes, the limit is {}", text.size(),
                                           wait_text_bytes_max),
                    .value = std::to_string(text.size()),
                    .limit = std::to_string(wait_text_bytes_max)});
  }
  return WaitParser(text).run();
}

std::string describe(const WaitExpression& wait) {
  std::string text;
  for (const WaitPart& part : wait.parts) {
    if (!text.empty()) text += " then ";
    text += std::visit(FormDescriber(), part.form);
    if (!part.zone.empty()) text += fmt::format(" in {}", part.zone);
  }
  if (wait.if_past == IfPast::skip) text += ", if past: skip";
  if (wait.if_past == IfPast::exit) text += ", if past: exit";
  return text;
}

}  // namespace sojourn::journeys
