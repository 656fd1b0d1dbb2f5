// Waits as text: parsing and printing.
#include <fmt/format.h>

#include "domain/journeys/wait_expression.h"
#include "domain/journeys/wait_words.h"

namespace sojourn::journeys {
namespace {

constexpr std::string_view code = "bad_wait";

class WaitParser {
 public:
  explicit WaitParser(std::string_view text) : words_(text, code) {}

  Result<WaitExpression> run() {
    TRY_VOID(words_.check());
    WaitExpression wait;
    words_.take("wait");
    while (true) {
      TRY(part, one_part());
      wait.parts.push_back(std::move(part));
      if (wait.parts.size() > wait_parts_max) {
        return words_.refuse(fmt::format("the limit of {} parts is passed", wait_parts_max));
      }
      const bool comma = words_.take(",");
      if (words_.is("if")) {
        TRY(if_past, past());
        wait.if_past = if_past;
        break;
      }
      const bool joined = words_.take("and");
      const bool follows = words_.take("then") || joined || comma || begins_part();
      if (!follows) break;
    }
    if (!words_.at_end()) return words_.expected("`then`, `if past` or the end");
    return wait;
  }

 private:
  [[nodiscard]] bool begins_part() const {
    return words_.is("until") || words_.is("between") || words_.is_length();
  }

  Result<IfPast> past() {
    words_.take("if");
    if (!words_.take("past")) return words_.expected("`past`");
    words_.take(":");
    if (words_.take("continue")) return IfPast::go_on;
    if (words_.take("skip")) return IfPast::skip;
    if (words_.take("exit")) return IfPast::exit;
    return words_.expected("`continue`, `skip` or `exit`");
  }

  Result<WaitPart> one_part() {
    WaitPart part;
    TRY(form, one_form());
    part.form = std::move(form);
    TRY(zone, words_.zone());
    part.zone = std::move(zone);
    return part;
  }

  Result<WaitPart::Form> one_form() {
    if (words_.take("until") || words_.take("at") || words_.take("on")) return until();
    if (words_.is("tomorrow")) return until();
    if (words_.take("between")) return window();
    const bool before_length = words_.take("for") || words_.take("in") || words_.take("after");
    TRY(length,
        words_.span(before_length ? "a length of time such as 2 days"
                                  : "a length of time such as 2 days, `until` or `between`"));
    return WaitPart::Form(WaitSpan{length});
  }

  Result<WaitPart::Form> window() {
    WaitWindow window;
    TRY(from, words_.time());
    window.from = from;
    if (!words_.take("and")) return words_.expected("`and`");
    TRY(to, words_.time(WordReader::EndOfDay::allowed));
    if (to == from) return words_.refuse("the window opens and closes at the same time");
    window.to = to;
    TRY(days, on_days());
    window.weekdays = days;
    return WaitPart::Form(window);
  }

  Result<WaitPart::Form> until() {
    words_.take("the");
    if (words_.is_time()) {
      TRY(at, words_.time());
      TRY(days, on_days());
      return WaitPart::Form(WaitTime{at, days});
    }
    const bool next = words_.take("next");
    if (next || read_weekdays(words_.peek())) {
      TRY(days, words_.weekdays());
      TRY(at, words_.at_time());
      return WaitPart::Form(WaitTime{at.value_or(0), days, next});
    }
    if (words_.take("tomorrow")) {
      TRY(at, words_.at_time());
      return WaitPart::Form(WaitTomorrow{at.value_or(0)});
    }
    if (words_.is("attribute") || words_.is("anniversary")) return attribute(WaitAttribute{});
    const std::string& word = words_.peek();
    const bool is_meant_as_time = word.size() <= 8 && word.find(':') != std::string::npos;
    if (is_meant_as_time) return words_.expected("a time of day from 00:00 to 23:59");
    const bool is_date = word.size() >= 10 && word[4] == '-';
    if (is_date) return date();
    // A bare number might be an hour.
    const bool is_ordinal = words_.day_number() != 0 && read_small_number(word) == 0;
    if (words_.is("day") || words_.is("last") || is_ordinal) return day_of_month();
    return offset();
  }

  Result<WaitPart::Form> day_of_month() {
    constexpr int days_max = 31;
    WaitDayOfMonth wait;
    if (words_.take("last")) {
      if (!words_.take("day")) return words_.expected("`day`");
      wait.day = days_max;
    } else {
      words_.take("day");
      wait.day = words_.day_number();
      if (wait.day < 1 || wait.day > days_max) return words_.expected("a day from 1 to 31");
      words_.skip();
    }
    if (words_.take("of")) {
      words_.take("the");
      if (!words_.take("month")) return words_.expected("`month`");
    }
    TRY(at, words_.at_time());
    wait.time = at.value_or(0);
    return WaitPart::Form(wait);
  }

  Result<WaitPart::Form> date() {
    const std::string& text = words_.peek();
    const std::optional<facts::DateValue> date = facts::parse_date(text);
    if (!date) return words_.expected("a date, such as 2026-03-08");
    if (const auto* day = std::get_if<absl::CivilDay>(&*date)) {
      const absl::CivilSecond midnight(*day);
      words_.skip();
      TRY(at, words_.at_time());
      return WaitPart::Form(WaitDate{midnight + at.value_or(0)});
    }
    // parse_date reads a time without an offset as UTC; here it is the contact's.
    const bool has_offset = text.back() == 'Z' || text.back() == 'z' ||
                            text.find_first_of("+-", 11) != std::string::npos;
    if (has_offset) {
      const Timestamp at = std::get<Timestamp>(*date);
      // An offset may lead out of the years that four digits can write.
      const auto year = absl::CivilYear(local_time(at, absl::UTCTimeZone())).year();
      if (year < 0 || year > 9999) return words_.expected("a date, such as 2026-03-08");
      words_.skip();
      return WaitPart::Form(WaitDate{at});
    }
    absl::CivilSecond local;
    if (!absl::ParseLenientCivilTime({text.data(), text.size()}, &local)) {
      return words_.expected("a local time in whole seconds, such as 2026-03-08T09:00:00");
    }
    words_.skip();
    return WaitPart::Form(WaitDate{local});
  }

  Result<WaitPart::Form> offset() {
    WaitAttribute wait;
    TRY(length, words_.span("a time such as 09:00, a weekday, a date, a day of the month, "
                            "`tomorrow`, `attribute` or a length of time"));
    wait.offset = length;
    if (words_.take("before")) {
      wait.side = WaitAttribute::Side::before;
    } else if (words_.take("after")) {
      wait.side = WaitAttribute::Side::after;
    } else {
      return words_.expected("`before` or `after`");
    }
    words_.take("the");
    return attribute(std::move(wait));
  }

  Result<WaitPart::Form> attribute(WaitAttribute wait) {
    if (words_.take("anniversary")) {
      if (!words_.take("of")) return words_.expected("`of`");
      wait.anniversary = true;
    }
    if (!words_.take("attribute")) return words_.expected("`attribute`");
    TRY(path, words_.name("the name of an attribute"));
    wait.path = std::move(path);
    TRY(at, words_.at_time());
    wait.time = at;
    return WaitPart::Form(std::move(wait));
  }

  Result<Weekdays> on_days() {
    if (!words_.take("on")) return every_day;
    return words_.weekdays();
  }

  WordReader words_;
};

Error too_long(std::string_view which, std::size_t bytes) {
  return {
      .code = std::string(code),
      .message = fmt::format("{} has {} bytes, the limit is {}", which, bytes, wait_text_bytes_max),
      .value = std::to_string(bytes),
      .limit = std::to_string(wait_text_bytes_max)};
}

std::string on_text(Weekdays weekdays) {
  return weekdays == every_day ? std::string() : " on " + weekdays_text(weekdays);
}

struct FormDescriber {
  std::string operator()(const WaitSpan& wait) const { return describe_span(wait.span); }
  std::string operator()(const WaitTime& wait) const {
    if (!wait.next) return fmt::format("until {}{}", time_text(wait.time), on_text(wait.weekdays));
    return fmt::format("until next {} at {}", weekdays_text(wait.weekdays), time_text(wait.time));
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
  if (text.size() > wait_text_bytes_max) return failure(too_long("the text", text.size()));
  TRY(wait, WaitParser(text).run());
  // Abbreviations grow: what is read must be readable as it is written.
  const std::size_t written = describe(wait).size();
  if (written > wait_text_bytes_max) return failure(too_long("the text in full words", written));
  return wait;
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
