#include "domain/segments/condition_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <initializer_list>

#include "base/json.h"
#include "base/text.h"
#include "domain/segments/condition_lexer.h"
#include "domain/segments/condition_words.h"

namespace sojourn::segments {
namespace {

using facts::Operator;
using Kind = Token::Kind;

/// Recursive descent; each function reads one form and stands after it. Depth is bounded.
class Parser {
 public:
  explicit Parser(std::vector<Token> tokens) : tokens_(std::move(tokens)) {}

  template <typename T>
  using Read = Result<T, SyntaxError>;

  Read<Condition> run() {
    TRY(condition, disjunction(0));
    if (peek().kind != Kind::end) return expected("and, or, or the end");
    return condition;
  }

 private:
  // Tokens

  [[nodiscard]] const Token& peek(std::size_t ahead = 0) const {
    return tokens_[std::min(place_ + ahead, tokens_.size() - 1)];
  }
  const Token& take() {
    const Token& token = peek();
    if (place_ + 1 < tokens_.size()) ++place_;
    return token;
  }
  [[nodiscard]] bool is_word(std::string_view word, std::size_t ahead = 0) const {
    return peek(ahead).kind == Kind::word && equal_ignoring_case(peek(ahead).text, word);
  }
  [[nodiscard]] bool is_symbol(std::string_view symbol, std::size_t ahead = 0) const {
    return peek(ahead).kind == Kind::symbol && peek(ahead).text == symbol;
  }
  /// Takes the words where all of them come next.
  bool take_words(std::initializer_list<std::string_view> words) {
    std::size_t ahead = 0;
    for (const std::string_view word : words) {
      if (!is_word(word, ahead++)) return false;
    }
    place_ += words.size();
    return true;
  }
  bool take_word(std::string_view word) { return take_words({word}); }
  bool take_symbol(std::string_view symbol) {
    if (!is_symbol(symbol)) return false;
    take();
    return true;
  }

  [[nodiscard]] tl::unexpected<SyntaxError> refuse(const Token& at, std::string message) const {
    return tl::unexpected(SyntaxError{at.line, at.column, std::move(message)});
  }
  [[nodiscard]] tl::unexpected<SyntaxError> expected(std::string_view what) const {
    const Token& token = peek();
    const std::string found = token.kind == Kind::end      ? "the end"
                              : token.kind == Kind::string ? fmt::format("\"{}\"", token.text)
                                                           : fmt::format("`{}`", token.text);
    return refuse(token, fmt::format("expected {}, found {}", what, found));
  }
  Read<bool> need_word(std::string_view word) {
    if (take_word(word)) return true;
    return expected(fmt::format("`{}`", word));
  }
  Read<bool> need_symbol(std::string_view symbol) {
    if (take_symbol(symbol)) return true;
    return expected(fmt::format("`{}`", symbol));
  }

  // Groups

  Read<Condition> disjunction(int depth) {
    TRY(first, conjunction(depth));
    if (!is_word("or")) return first;
    std::vector<Condition> parts;
    parts.push_back(std::move(first));
    while (take_word("or")) {
      TRY(part, conjunction(depth));
      parts.push_back(std::move(part));
    }
    return Condition{AnyOf{std::move(parts)}};
  }

  Read<Condition> conjunction(int depth) {
    TRY(first, unary(depth));
    if (!is_word("and")) return first;
    std::vector<Condition> parts;
    parts.push_back(std::move(first));
    while (take_word("and")) {
      TRY(part, unary(depth));
      parts.push_back(std::move(part));
    }
    return Condition{AllOf{std::move(parts)}};
  }

  Read<Condition> unary(int depth) {
    if (depth > condition_depth_max) {
      return refuse(peek(),
                    fmt::format("this is nested more than {} levels deep", condition_depth_max));
    }
    if (++parts_ > condition_parts_max) {
      return refuse(peek(),
                    fmt::format("the limit of {} conditions is reached here", condition_parts_max));
    }
    if (take_word("not")) {
      TRY(part, unary(depth + 1));
      return Condition{Not{{std::move(part)}}};
    }
    if (take_symbol("(")) {
      TRY(inner, disjunction(depth + 1));
      TRY_VOID(need_symbol(")"));
      return inner;
    }
    for (const std::string_view word : {"all", "any"}) {
      if (!is_word(word) || !is_symbol("(", 1)) continue;
      place_ += 2;
      return group(word == "all", depth);
    }
    return question();
  }

  /// `all (a, b)`, which also says lists of one.
  Read<Condition> group(bool all, int depth) {
    std::vector<Condition> parts;
    do {
      TRY(part, disjunction(depth + 1));
      parts.push_back(std::move(part));
    } while (take_symbol(","));
    TRY_VOID(need_symbol(")"));
    if (all) return Condition{AllOf{std::move(parts)}};
    return Condition{AnyOf{std::move(parts)}};
  }

  // Questions

  Read<Condition> question() {
    if (take_word("everybody")) return Condition{AllOf{}};
    if (take_word("nobody")) return Condition{AnyOf{}};
    if (take_words({"did", "not"})) {
      TRY(done, did());
      return Condition{Not{{std::move(done)}}};
    }
    if (take_word("did")) return did();
    if (take_words({"in", "segment"})) {
      TRY(name, reference("the key or name of a segment"));
      return Condition{InSegment{std::move(name)}};
    }
    if (take_words({"in", "list"})) {
      TRY(name, reference("the key or name of a list"));
      return Condition{OnList{std::move(name)}};
    }
    if (take_words({"in", "random"})) return random_share();
    if (take_word("first")) return occurred(Occurred::Which::first);
    if (take_word("last")) return occurred(Occurred::Which::last);
    if (take_word("score")) return score();
    if (take_word("grade")) return grade();
    if (take_words({"reachable", "by"})) return reachable();
    if (take_words({"consent", "to"})) return consent();
    if (begins_anniversary()) {
      TRY(of, filter());
      return Condition{AttributeIs{std::move(of)}};
    }
    const bool is_name = peek().kind == Kind::word || peek().kind == Kind::string;
    if (!is_name) return expected("a condition, such as did \"Page Viewed\" or country is DE");
    if (peek().kind == Kind::word && is_reserved(peek().text)) {
      return expected("a condition (an attribute of this name stands in quotation marks)");
    }
    TRY(passed, filter());
    return Condition{AttributeIs{std::move(passed)}};
  }

  Read<std::string> reference(std::string_view what) {
    if (peek().kind != Kind::word && peek().kind != Kind::string) return expected(what);
    return take().text;
  }

  Read<facts::EventMatch> match() {
    facts::EventMatch match;
    TRY(event, reference("the name of an event"));
    match.event = std::move(event);
    if (!take_word("where")) return match;
    do {
      const Token& at = peek();
      TRY(each, filter());
      match.where.push_back(std::move(each));
      if (match.where.size() > facts::filters_max) {
        return refuse(at,
                      fmt::format("the limit of {} filters is reached here", facts::filters_max));
      }
    } while (continues_where());
    return match;
  }

  /// Takes the `and` where a further filter of the event follows it.
  bool continues_where() {
    if (!is_word("and")) return false;
    const Token& next = peek(1);
    const bool is_name =
        next.kind == Kind::string || (next.kind == Kind::word && !is_reserved(next.text));
    if (!is_name && !begins_anniversary(1)) return false;
    take();
    return true;
  }

  Read<Condition> did() {
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

  Read<bool> measure(Did& did) {
    if (!take_word("with")) return false;
    static constexpr std::pair<std::string_view, Measure> words[] = {
        {"sum", Measure::sum},     {"average", Measure::average},
        {"avg", Measure::average}, {"minimum", Measure::minimum},
        {"min", Measure::minimum}, {"maximum", Measure::maximum},
        {"max", Measure::maximum}, {"distinct", Measure::distinct}};
    for (const auto& [word, measure] : words) {
      if (!take_word(word)) continue;
      did.measure = measure;
      TRY_VOID(need_word("of"));
      TRY(property, reference("the name of a property"));
      did.property = std::move(property);
      return true;
    }
    return expected("sum, average, minimum, maximum or distinct");
  }

  Read<bool> comparison(Did& did) {
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

  Read<double> number(std::string_view what) {
    if (peek().kind != Kind::number) return expected(what);
    const Result<Value> value = parse_json(peek().text);
    if (!value || !value->is_number()) return expected(what);
    take();
    return value->number();
  }

  Read<Span> span() {
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

  Read<Bound> bound() {
    const bool is_date = (peek().kind == Kind::number || peek().kind == Kind::string) &&
                         facts::parse_date(peek().text);
    if (!is_date) return expected("a date, such as 2026-03-01");
    return Bound{take().text, {}};
  }

  [[nodiscard]] bool begins_last() const {
    const bool in = is_word("in") || is_word("within");
    return in && (is_word("last", 1) || (is_word("the", 1) && is_word("last", 2)));
  }

  /// Any of: in last SPAN, since DATE, before DATE, between DATE and DATE, ever.
  Read<Window> window() {
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

  Read<Condition> occurred(Occurred::Which which) {
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

  Read<Condition> sequence(facts::EventMatch first) {
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

  Read<Condition> random_share() {
    RandomShare share;
    const Token at = peek();
    TRY(percent, number("a percentage, such as 10%"));
    share.percent = percent;
    if (!(percent >= 0 && percent <= 100)) {
      return refuse(at, fmt::format("the share is {}, it must be from 0 to 100", percent));
    }
    TRY_VOID(need_symbol("%"));
    if (take_word("of")) {
      TRY(seed, reference("a seed, such as \"autumn\""));
      share.seed = std::move(seed);
    }
    return Condition{std::move(share)};
  }

  Read<Condition> score() {
    ScoreIs question;
    TRY(key, reference("the key of a score"));
    question.score = std::move(key);
    if (take_word("is")) {
      TRY(threshold, reference("the key of a threshold"));
      question.threshold = std::move(threshold);
      return Condition{std::move(question)};
    }
    if (take_symbol(">=") || take_words({"at", "least"})) {
      TRY(least, number("a number"));
      question.at_least = least;
    } else if (take_symbol("<") || take_word("below")) {
      TRY(below, number("a number"));
      question.below = below;
    } else if (take_word("from")) {
      TRY(least, number("a number"));
      question.at_least = least;
      TRY_VOID(need_word("to"));
      TRY_VOID(need_word("below"));
      TRY(below, number("a number"));
      question.below = below;
    } else {
      return expected("`>=`, `<`, from ... to below ..., or is and a threshold");
    }
    return Condition{std::move(question)};
  }

  Read<Condition> grade() {
    GradeIs question;
    TRY(key, reference("the key of a grade"));
    question.grade = std::move(key);
    if (take_word("is")) {
      TRY(one, reference("a grade, such as A1"));
      question.one_of.push_back(std::move(one));
      return Condition{std::move(question)};
    }
    TRY_VOID(need_word("in"));
    TRY_VOID(need_symbol("("));
    do {
      TRY(one, reference("a grade, such as A1"));
      question.one_of.push_back(std::move(one));
    } while (take_symbol(","));
    TRY_VOID(need_symbol(")"));
    return Condition{std::move(question)};
  }

  Read<bool> channel_and_topic(std::string& channel, std::string& topic) {
    if (!take_word("email")) return expected("`email`");
    channel = "email";
    if (take_word("about")) {
      TRY(key, reference("the key of a topic"));
      topic = std::move(key);
    }
    return true;
  }

  Read<Condition> reachable() {
    Reachable question;
    TRY_VOID(channel_and_topic(question.channel, question.topic));
    return Condition{std::move(question)};
  }

  Read<Condition> consent() {
    static constexpr std::pair<std::string_view, ConsentIs::State> states[] = {
        {"opted_in", ConsentIs::State::opted_in},
        {"opted_out", ConsentIs::State::opted_out},
        {"unknown", ConsentIs::State::unknown},
        {"suppressed", ConsentIs::State::suppressed}};
    ConsentIs question;
    TRY_VOID(channel_and_topic(question.channel, question.topic));
    TRY_VOID(need_word("is"));
    for (const auto& [word, state] : states) {
      if (!take_word(word)) continue;
      question.state = state;
      return Condition{std::move(question)};
    }
    return expected("opted_in, opted_out, unknown or suppressed");
  }

  // Filters

  Read<std::string> path() {
    const bool is_name = peek().kind == Kind::word || peek().kind == Kind::string;
    if (!is_name) return expected("the name of an attribute or a property");
    return take().text;
  }

  Read<facts::Filter> made(const Token& at, std::string subject, Operator op, Value operand) {
    Result<facts::Filter> filter = facts::make_filter(std::move(subject), op, std::move(operand));
    if (filter) return std::move(*filter);
    return refuse(at,
                  fmt::format("the value of {} {}", facts::to_string(op), filter.error().message));
  }

  [[nodiscard]] bool begins_anniversary(std::size_t ahead = 0) const {
    return is_word("anniversary", ahead) && is_word("of", ahead + 1);
  }

  /// After `anniversary of`.
  Read<facts::Filter> anniversary() {
    TRY(subject, path());
    const Token at = peek();
    Operator op = Operator::anniversary;
    Value operand;
    if (take_words({"is", "today"}) || take_word("today")) {
    } else if (begins_last()) {
      op = Operator::anniversary_within_last;
      TRY(length, in_span());
      operand = std::move(length);
    } else if (begins_next()) {
      op = Operator::anniversary_within_next;
      TRY(length, in_span());
      operand = std::move(length);
    } else {
      return expected("is today, in last 7 days or in next 7 days");
    }
    return made(at, std::move(subject), op, std::move(operand));
  }

  [[nodiscard]] bool begins_next() const {
    const bool in = is_word("in") || is_word("within");
    return in && (is_word("next", 1) || (is_word("the", 1) && is_word("next", 2)));
  }

  /// After begins_last() or begins_next().
  Read<Value> in_span() {
    take();
    take_word("the");
    take();
    TRY(length, span());
    return Value(format_span(length));
  }

  Read<facts::Filter> filter() {
    if (begins_anniversary()) {
      take();
      take();
      return anniversary();
    }
    TRY(subject, path());
    const Token at = peek();
    TRY(comparison, operator_and_operand());
    return made(at, std::move(subject), comparison.first, std::move(comparison.second));
  }

  using Compared = std::pair<Operator, Value>;

  Read<Compared> operator_and_operand() {
    for (const WordsOfOperator& each : words_of_operators) {
      if (!take_operator(each)) continue;
      TRY(operand, operand_of(each.op));
      return Compared{each.op, std::move(operand)};
    }
    if (begins_last()) {
      TRY(length, in_span());
      return Compared{Operator::within_last, std::move(length)};
    }
    if (begins_next()) {
      TRY(length, in_span());
      return Compared{Operator::within_next, std::move(length)};
    }
    if (take_words({"in", "more", "than"})) {
      TRY(length, span());
      return Compared{Operator::further_ahead, format_span(length)};
    }
    if (take_words({"more", "than"})) {
      TRY(length, span());
      TRY_VOID(need_word("ago"));
      return Compared{Operator::longer_ago, format_span(length)};
    }
    return expected("an operator, such as is, contains, > or in last 7 days");
  }

  bool take_operator(const WordsOfOperator& form) {
    std::size_t ahead = 0;
    for (const std::string_view word : split(form.words, ' ')) {
      const bool here = is_word(word, ahead) || is_symbol(word, ahead);
      if (!here) return false;
      ++ahead;
    }
    // `in (…)` is a list; `in last …` is not.
    if (facts::operand_kind(form.op) == facts::OperandKind::list && !is_symbol("(", ahead)) {
      return false;
    }
    place_ += ahead;
    return true;
  }

  Read<Value> operand_of(Operator op) {
    switch (facts::operand_kind(op)) {
      case facts::OperandKind::none:
        return Value();
      case facts::OperandKind::list:
        return list();
      case facts::OperandKind::pair: {
        TRY(least, value());
        TRY_VOID(need_word("and"));
        TRY(greatest, value());
        return Value(Value::List{std::move(least), std::move(greatest)});
      }
      case facts::OperandKind::value:
      case facts::OperandKind::pattern:
      case facts::OperandKind::date:
        return value();
      case facts::OperandKind::span: {
        TRY(length, span());
        return Value(format_span(length));
      }
    }
    return Value();
  }

  Read<Value> list() {
    TRY_VOID(need_symbol("("));
    Value::List items;
    if (take_symbol(")")) return Value(std::move(items));
    do {
      TRY(item, value());
      items.push_back(std::move(item));
    } while (take_symbol(","));
    TRY_VOID(need_symbol(")"));
    return Value(std::move(items));
  }

  Read<Value> value() {
    const Token& token = peek();
    switch (token.kind) {
      case Kind::string:
        return Value(take().text);
      case Kind::word:
        if (is_word("true") || is_word("false"))
          return Value(equal_ignoring_case(take().text, "true"));
        if (is_reserved(token.text)) break;
        return Value(take().text);
      case Kind::number: {
        Result<Value> number = parse_json(token.text);
        if (number && number->is_number()) {
          take();
          return std::move(*number);
        }
        // A date, or another text that begins with a digit.
        return Value(take().text);
      }
      case Kind::json: {
        Result<Value> json = parse_json(token.text);
        if (!json) return refuse(token, json.error().message);
        take();
        return std::move(*json);
      }
      case Kind::symbol:
      case Kind::end:
        break;
    }
    return expected("a value");
  }

  const std::vector<Token> tokens_;
  std::size_t place_ = 0;
  int parts_ = 0;
};

}  // namespace

Error to_error(const SyntaxError& error) {
  return {.code = "bad_condition",
          .message = fmt::format("line {}, column {}: {}", error.line, error.column, error.message),
          .value = fmt::format("{}:{}", error.line, error.column)};
}

Result<Condition, SyntaxError> parse_condition(std::string_view text) {
  TRY(tokens, tokens_of(text));
  return Parser(std::move(tokens)).run();
}

}  // namespace sojourn::segments
