// Attributes and properties, operators, values.
#include "domain/segments/condition_parser.h"

#include "base/json.h"
#include "base/text.h"

namespace sojourn::segments {

using facts::Operator;
using Kind = Token::Kind;

namespace {

bool is_relative_day(const Token& token) {
  if (token.kind != Kind::word) return false;
  const std::string word = to_lower_ascii(token.text);
  return word == "today" || word == "yesterday" || word == "tomorrow";
}

}  // namespace

ConditionParser::Read<std::string> ConditionParser::path() {
  const bool is_name = peek().kind == Kind::word || peek().kind == Kind::string;
  if (!is_name) return expected("the name of an attribute or a property");
  return take().text;
}

ConditionParser::Read<facts::Filter> ConditionParser::made(const Token& at, std::string subject,
                                                           Operator op, Value operand) {
  Result<facts::Filter> filter = facts::make_filter(std::move(subject), op, std::move(operand));
  if (filter) return std::move(*filter);
  return refuse(at,
                fmt::format("the value of {} {}", facts::to_string(op), filter.error().message));
}

bool ConditionParser::begins_anniversary(std::size_t ahead) const {
  return is_word("anniversary", ahead) && is_word("of", ahead + 1);
}

ConditionParser::Read<facts::Filter> ConditionParser::anniversary() {
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

bool ConditionParser::begins_next() const {
  const bool in = is_word("in") || is_word("within");
  return in && (is_word("next", 1) || (is_word("the", 1) && is_word("next", 2)));
}

ConditionParser::Read<Value> ConditionParser::in_span() {
  take();
  take_word("the");
  take();
  TRY(length, span());
  return Value(format_span(length));
}

ConditionParser::Read<facts::Filter> ConditionParser::filter() {
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

auto ConditionParser::operator_and_operand() -> Read<Compared> {
  for (const WordsOfOperator& each : words_of_operators) {
    if (!take_operator(each)) continue;
    if (each.op == Operator::is && is_relative_day(peek())) {
      // A day is no text; who means the text puts it between quotation marks.
      return Compared{Operator::on, Value(to_lower_ascii(take().text))};
    }
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

bool ConditionParser::take_operator(const WordsOfOperator& form) {
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

ConditionParser::Read<Value> ConditionParser::operand_of(Operator op) {
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

ConditionParser::Read<Value> ConditionParser::list() {
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

ConditionParser::Read<Value> ConditionParser::value() {
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

}  // namespace sojourn::segments
