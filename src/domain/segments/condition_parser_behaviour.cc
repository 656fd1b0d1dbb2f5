// Behaviour: what somebody did, how often, when, and in which order.
#include "domain/segments/condition_parser.h"

#include "base/json.h"

namespace sojourn::segments {

using Kind = Token::Kind;

ConditionParser::Read<facts::EventMatch> ConditionParser::match() {
  facts::EventMatch match;
  TRY(event, reference("the name of an event"));
  match.event = std::move(event);
  if (!take_word("where")) return match;
  do {
    const Token& at = peek();
    TRY(each, filter());
    match.where.push_back(std::move(each));
    if (match.where.size() > facts::filters_max) {
      return refuse(at, fmt::format("the limit of {} filters is reached here", facts::filters_max));
    }
  } while (continues_where());
  return match;
}

bool ConditionParser::continues_where() {
  if (!is_word("and")) return false;
  const Token& next = peek(1);
  const bool is_name =
      next.kind == Kind::string || (next.kind == Kind::word && !is_reserved(next.text));
  if (!is_name && !begins_anniversary(1)) return false;
  take();
  return true;
}

ConditionParser::Read<Condition> ConditionParser::did() {
  Did did;
  TRY(event, match());
  did.match = std::move(event);
  if (is_word("then")) return sequence(std::move(did.match));
  const Token at = peek();
  TRY(measured, measure(did));
  TRY(compared, comparison(did));
  if (measured && !compared) return expected("a comparison, such as at least 100");
  if (compared && !measured) {
    if (!take_word("times")) take_word("time");
  }
  if (const std::optional<Error> wrong = check_amounts(did)) {
    return refuse(at, fmt::format("the number {}", wrong->message));
  }
  TRY(seen, window());
  did.window = std::move(seen);
  return Condition{std::move(did)};
}

ConditionParser::Read<bool> ConditionParser::measure(Did& did) {
  if (!take_word("with")) return false;
  static constexpr std::pair<std::string_view, Measure> words[] = {
      {"sum", Measure::sum},         {"average", Measure::average},  {"avg", Measure::average},
      {"minimum", Measure::minimum}, {"min", Measure::minimum},      {"maximum", Measure::maximum},
      {"max", Measure::maximum},     {"distinct", Measure::distinct}};
  for (const auto& [word, measure] : words) {
    if (!take_word(word)) continue;
    did.measure = measure;
    TRY_VOID(need_word("of"));
    const Token at = peek();
    TRY(property, reference("the name of a property"));
    if (const std::optional<Error> wrong = check_measured(property)) {
      return refuse(at, fmt::format("the property {}", wrong->message));
    }
    did.property = std::move(property);
    return true;
  }
  return expected("sum, average, minimum, maximum or distinct");
}

ConditionParser::Read<bool> ConditionParser::comparison(Did& did) {
  struct Form {
    std::initializer_list<std::string_view> words;
    std::string_view symbol;
    Comparison comparison;
  };
  static constexpr std::string_view none;
  const Form forms[] = {{{"at", "least"}, ">=", Comparison::at_least},
                        {{"at", "most"}, "<=", Comparison::at_most},
                        {{"exactly"}, "=", Comparison::exactly},
                        {{"more", "than"}, ">", Comparison::more_than},
                        {{"less", "than"}, "<", Comparison::less_than},
                        {{"fewer", "than"}, none, Comparison::less_than}};
  for (const Form& form : forms) {
    if (!take_words(form.words) && (form.symbol.empty() || !take_symbol(form.symbol))) continue;
    did.comparison = form.comparison;
    TRY(amount, number("a number"));
    did.amount = amount;
    return true;
  }
  const bool is_pair = is_word("between") && !facts::parse_date(peek(1).text);
  if (!is_pair) return false;
  take();
  did.comparison = Comparison::between;
  TRY(amount, number("a number"));
  did.amount = amount;
  TRY_VOID(need_word("and"));
  TRY(upper, number("a number"));
  did.upper = upper;
  return true;
}

ConditionParser::Read<double> ConditionParser::number(std::string_view what) {
  if (peek().kind != Kind::number) return expected(what);
  const Result<Value> value = parse_json(peek().text);
  if (!value || !value->is_number()) return expected(what);
  take();
  return value->number();
}

ConditionParser::Read<Span> ConditionParser::span() {
  constexpr std::string_view what = "a length of time, such as 7 days";
  if (peek().kind != Kind::number) return expected(what);
  std::string text = peek().text;
  std::size_t words = 0;
  const bool is_compact = text.find_first_not_of("0123456789") != std::string::npos;
  if (!is_compact) {
    if (is_word("calendar", 1)) text += " calendar", ++words;
    if (peek(words + 1).kind != Kind::word) {
      take();
      return expected("a unit, such as days");
    }
    text += " " + to_lower_ascii(peek(words + 1).text);
    ++words;
  }
  const Result<Span> span = parse_span(text);
  if (!span) return refuse(peek(), span.error().message);
  place_ += words + 1;
  return *span;
}

ConditionParser::Read<Bound> ConditionParser::bound() {
  const bool is_date = (peek().kind == Kind::number || peek().kind == Kind::string) &&
                       facts::parse_date(peek().text);
  if (!is_date) return expected("a date, such as 2026-03-01");
  return Bound{take().text, {}};
}

bool ConditionParser::begins_last() const {
  const bool in = is_word("in") || is_word("within");
  return in && (is_word("last", 1) || (is_word("the", 1) && is_word("last", 2)));
}

ConditionParser::Read<Window> ConditionParser::window() {
  Window window;
  if (take_word("ever")) return window;
  if (begins_last()) {
    take();
    take_word("the");
    take();
    TRY(length, span());
    window.last = length;
  }
  if (take_word("between")) {
    TRY(since, bound());
    window.since = std::move(since);
    TRY_VOID(need_word("and"));
    TRY(until, bound());
    window.until = std::move(until);
    return window;
  }
  if (take_word("since") || take_word("from")) {
    TRY(since, bound());
    window.since = std::move(since);
  }
  if (take_word("before") || take_word("until")) {
    TRY(until, bound());
    window.until = std::move(until);
  }
  return window;
}

ConditionParser::Read<Condition> ConditionParser::occurred(Occurred::Which which) {
  take_word("time");
  Occurred occurred{.which = which, .match = {}, .window = {}, .longer_ago = {}};
  TRY(event, match());
  occurred.match = std::move(event);
  if (take_words({"more", "than"})) {
    TRY(length, span());
    occurred.longer_ago = length;
    TRY_VOID(need_word("ago"));
    return Condition{std::move(occurred)};
  }
  const bool has_window = begins_last() || is_word("since") || is_word("from") ||
                          is_word("before") || is_word("until") || is_word("between") ||
                          is_word("ever");
  if (!has_window) {
    return expected("when: in last 7 days, more than 7 days ago, since or before a date");
  }
  TRY(seen, window());
  occurred.window = std::move(seen);
  return Condition{std::move(occurred)};
}

ConditionParser::Read<Condition> ConditionParser::sequence(facts::EventMatch first) {
  const Token at = peek();
  Sequence sequence;
  sequence.stages.push_back({.match = std::move(first)});
  while (take_word("then")) {
    Sequence::Stage stage;
    stage.never = take_word("not");
    TRY(event, match());
    stage.match = std::move(event);
    if (is_word("within") && !begins_last()) {
      take();
      TRY(length, span());
      stage.within = length;
    }
    sequence.stages.push_back(std::move(stage));
  }
  TRY(seen, window());
  sequence.window = std::move(seen);
  if (const std::optional<Error> wrong = check_stages(sequence)) {
    return refuse(at, fmt::format("the sequence {}", wrong->message));
  }
  return Condition{std::move(sequence)};
}

}  // namespace sojourn::segments
