// How a filter answers for a value.
#include <re2/re2.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <compare>

#include "domain/facts/filter.h"

namespace sojourn::facts {
namespace {

std::optional<double> as_number(const Value& value) {
  if (value.is_number()) return value.number();
  const std::string* text = value.as_string();
  if (text == nullptr || text->empty()) return std::nullopt;
  double number = 0;
  const auto [end, status] = std::from_chars(text->data(), text->data() + text->size(), number);
  if (status != std::errc() || end != text->data() + text->size()) return std::nullopt;
  // "nan" and "inf" are words: a name or a code, no numbers.
  if (!std::isfinite(number)) return std::nullopt;
  return number;
}

bool equal(const Value& a, const Value& b) {
  if (a.is_number() || b.is_number()) {
    const std::optional<double> x = as_number(a);
    const std::optional<double> y = as_number(b);
    return x && y && *x == *y;
  }
  return a == b;
}

/// How `a` stands to `b`; unordered where they cannot be compared.
std::partial_ordering compare(const Value& a, const Value& b) {
  const std::optional<double> x = as_number(a);
  const std::optional<double> y = as_number(b);
  if (x && y) return *x <=> *y;
  const std::string* s = a.as_string();
  const std::string* t = b.as_string();
  // RFC 3339 times in UTC order as their text does.
  if (s != nullptr && t != nullptr) return *s <=> *t;
  return std::partial_ordering::unordered;
}

bool contains(const Value& actual, const Value& operand) {
  if (const Value::List* list = actual.as_list()) {
    return std::any_of(list->begin(), list->end(),
                       [&](const Value& item) { return equal(item, operand); });
  }
  const std::string* text = actual.as_string();
  const std::string* part = operand.as_string();
  return text != nullptr && part != nullptr && text->find(*part) != std::string::npos;
}

bool one_of(const Value& actual, const Value& operand) {
  const Value::List* list = operand.as_list();
  return list != nullptr && std::any_of(list->begin(), list->end(),
                                        [&](const Value& item) { return equal(actual, item); });
}

bool is_between(const Value& actual, const Value& operand) {
  const Value::List& pair = *operand.as_list();
  return compare(actual, pair[0]) >= 0 && compare(actual, pair[1]) <= 0;
}

template <typename Check>
bool texts(const Value& actual, const Value& operand, Check check) {
  const std::string* text = actual.as_string();
  const std::string* part = operand.as_string();
  return text != nullptr && part != nullptr && check(*text, *part);
}

/// The operator of which this one is the negation; absent where it is none.
std::optional<Operator> negated(Operator op) {
  if (op == Operator::is_not) return Operator::is;
  if (op == Operator::not_one_of) return Operator::one_of;
  if (op == Operator::not_contains) return Operator::contains;
  if (op == Operator::missing) return Operator::exists;
  return std::nullopt;
}

template <typename Check>
Verdict dates(const Value& actual, Check check) {
  const std::optional<DateValue> date = read_date(actual);
  return date ? check(*date) : Verdict();
}

/// Answers an operator that is no negation, for a value that is there.
Verdict answer(Operator op, const Filter& filter, const Value& actual, const Moment& moment) {
  const Value& operand = filter.operand;
  const auto stands_to = [&](Order order) {
    return dates(actual,
                 [&](const DateValue& date) { return stands(date, order, *filter.date, moment); });
  };
  const auto in_span = [&](Verdict (*check)(const DateValue&, Span, const Moment&)) {
    return dates(actual, [&](const DateValue& date) { return check(date, filter.span, moment); });
  };
  switch (op) {
    case Operator::is:
      return {equal(actual, operand)};
    case Operator::one_of:
      return {one_of(actual, operand)};
    case Operator::contains:
      return {contains(actual, operand)};
    case Operator::starts_with:
      return {texts(actual, operand, [](const std::string& text, const std::string& part) {
        return text.starts_with(part);
      })};
    case Operator::ends_with:
      return {texts(actual, operand, [](const std::string& text, const std::string& part) {
        return text.ends_with(part);
      })};
    case Operator::matches: {
      const std::string* text = actual.as_string();
      return {text != nullptr && RE2::PartialMatch(*text, *filter.pattern)};
    }
    case Operator::greater:
      return {compare(actual, operand) > 0};
    case Operator::at_least:
      return {compare(actual, operand) >= 0};
    case Operator::less:
      return {compare(actual, operand) < 0};
    case Operator::at_most:
      return {compare(actual, operand) <= 0};
    case Operator::between:
      return {is_between(actual, operand)};
    case Operator::exists:
      return {true};
    case Operator::before:
      return stands_to(Order::before);
    case Operator::on:
      return stands_to(Order::on);
    case Operator::after:
      return stands_to(Order::after);
    case Operator::within_last:
      return in_span(is_within_last);
    case Operator::within_next:
      return in_span(is_within_next);
    case Operator::longer_ago:
      return in_span(is_longer_ago);
    case Operator::further_ahead:
      return in_span(is_further_ahead);
    case Operator::anniversary:
      return dates(actual,
                   [&](const DateValue& date) { return has_anniversary_today(date, moment); });
    case Operator::anniversary_within_last:
      return in_span(has_anniversary_in_last);
    case Operator::anniversary_within_next:
      return in_span(has_anniversary_in_next);
    case Operator::is_not:
    case Operator::not_one_of:
    case Operator::not_contains:
    case Operator::missing:
      // Asked by what they negate.
      return {};
  }
  return {};
}

constexpr std::string_view every_item = ".*";

void add(Verdict& whole, const Verdict& part) {
  whole.value = whole.value || part.value;
  whole.recheck = std::min(whole.recheck, part.recheck);
}

/// True where any of the values at the path passes. `actual` is the value at the path up to its
/// first star; `rest` is the path from that star on, empty where it has none.
Verdict any_passes(Operator op, const Filter& filter, const Value* actual, std::string_view rest,
                   const Moment& moment) {
  if (actual == nullptr || actual->is_null()) return {};
  if (rest.empty()) return answer(op, filter, *actual, moment);
  const Value::List* list = actual->as_list();
  if (list == nullptr) return {};
  rest.remove_prefix(every_item.size());
  if (rest.starts_with('.')) rest.remove_prefix(1);
  const std::size_t star = rest.find(every_item);
  Verdict verdict;
  for (const Value& item : *list) {
    const Value* inner = &item;
    if (!rest.empty()) {
      const Object* object = item.as_object();
      inner = object == nullptr ? nullptr : find_path(*object, rest.substr(0, star));
    }
    const std::string_view further =
        star == std::string_view::npos ? std::string_view() : rest.substr(star);
    add(verdict, any_passes(op, filter, inner, further, moment));
  }
  return verdict;
}

}  // namespace

std::string_view path_head(const Filter& filter) {
  return std::string_view(filter.path).substr(0, filter.path.find(every_item));
}

Verdict holds(const Filter& filter, const Value* head, const Moment& moment) {
  const std::optional<Operator> positive = negated(filter.op);
  const std::string_view rest = std::string_view(filter.path).substr(path_head(filter).size());
  Verdict verdict = any_passes(positive.value_or(filter.op), filter, head, rest, moment);
  if (positive) verdict.value = !verdict.value;
  return verdict;
}

Verdict holds(const Filter& filter, const Object& object, const Moment& moment) {
  return holds(filter, find_path(object, path_head(filter)), moment);
}

}  // namespace sojourn::facts
