#include "domain/facts/filter.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <compare>
#include <memory>
#include <optional>

#include "base/json.h"
#include "domain/definitions/reader.h"

namespace sojourn::facts {
namespace {

using definitions::Reader;

constexpr std::array<std::string_view, 15> operator_names = {
    "is",           "is_not",      "one_of",    "not_one_of", "contains",
    "not_contains", "starts_with", "ends_with", "matches",    "greater",
    "at_least",     "less",        "at_most",   "exists",     "missing"};

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
  if (list == nullptr) return equal(actual, operand);
  return std::any_of(list->begin(), list->end(),
                     [&](const Value& item) { return equal(actual, item); });
}

bool matches(const Value& actual, const Value& operand) {
  const std::string* text = actual.as_string();
  const std::string* pattern = operand.as_string();
  if (text == nullptr || pattern == nullptr) return false;
  // Compiled once a thread for the pattern used last: rules ask with the same one again and again.
  thread_local std::unique_ptr<RE2> compiled;
  if (compiled == nullptr || compiled->pattern() != *pattern) {
    compiled = std::make_unique<RE2>(*pattern, RE2::Quiet);
  }
  return compiled->ok() && RE2::PartialMatch(*text, *compiled);
}

template <typename Check>
bool affix(const Value& actual, const Value& operand, Check check) {
  const std::string* text = actual.as_string();
  const std::string* part = operand.as_string();
  return text != nullptr && part != nullptr && check(*text, *part);
}

bool needs_operand(Operator op) {
  return op != Operator::exists && op != Operator::missing;
}

}  // namespace

std::string_view to_string(Operator op) {
  return operator_names[static_cast<std::size_t>(op)];
}

bool holds(const Filter& filter, const Value* actual) {
  const bool absent = actual == nullptr || actual->is_null();
  if (absent) {
    return filter.op == Operator::missing || filter.op == Operator::is_not ||
           filter.op == Operator::not_one_of || filter.op == Operator::not_contains;
  }
  const Value& value = *actual;
  const Value& operand = filter.operand;
  switch (filter.op) {
    case Operator::is:
      return equal(value, operand);
    case Operator::is_not:
      return !equal(value, operand);
    case Operator::one_of:
      return one_of(value, operand);
    case Operator::not_one_of:
      return !one_of(value, operand);
    case Operator::contains:
      return contains(value, operand);
    case Operator::not_contains:
      return !contains(value, operand);
    case Operator::starts_with:
      return affix(value, operand, [](const std::string& text, const std::string& part) {
        return text.starts_with(part);
      });
    case Operator::ends_with:
      return affix(value, operand, [](const std::string& text, const std::string& part) {
        return text.ends_with(part);
      });
    case Operator::matches:
      return matches(value, operand);
    case Operator::greater:
      return compare(value, operand) > 0;
    case Operator::at_least:
      return compare(value, operand) >= 0;
    case Operator::less:
      return compare(value, operand) < 0;
    case Operator::at_most:
      return compare(value, operand) <= 0;
    case Operator::exists:
      return true;
    case Operator::missing:
      return false;
  }
  return false;
}

Result<Filter> read_filter(const Value& value, const std::string& path,
                           std::string_view subject_member) {
  Reader reader(value, path);
  Filter filter;
  TRY(subject, reader.text(subject_member));
  filter.path = std::move(subject);
  bool found = false;
  for (std::size_t i = 0; i < operator_names.size(); ++i) {
    const Value* operand = reader.find(operator_names[i]);
    if (operand == nullptr) continue;
    if (found) return reader.refuse("two_operators", operator_names[i], "is a second operator");
    found = true;
    filter.op = static_cast<Operator>(i);
    filter.operand = *operand;
  }
  if (!found) return reader.refuse("missing_operator", "", "needs an operator such as `is`");
  if (!needs_operand(filter.op)) {
    const bool* asked = filter.operand.as_bool();
    if (asked == nullptr || !*asked) {
      return reader.refuse("wrong_type", to_string(filter.op), "must be true");
    }
    filter.operand = nullptr;
  }
  const bool listed = filter.op == Operator::one_of || filter.op == Operator::not_one_of;
  if (listed && filter.operand.as_list() == nullptr) {
    return reader.refuse("wrong_type", to_string(filter.op), "must be a list");
  }
  if (filter.op == Operator::matches) {
    const std::string* pattern = filter.operand.as_string();
    if (pattern == nullptr) return reader.refuse("wrong_type", "matches", "must be text");
    if (pattern->size() > pattern_bytes_max) {
      return reader.refuse(
          "too_long", "matches",
          fmt::format("has {} bytes, the limit is {}", pattern->size(), pattern_bytes_max));
    }
    const RE2 compiled(*pattern, RE2::Quiet);
    if (!compiled.ok()) return reader.refuse("bad_pattern", "matches", compiled.error());
  }
  TRY_VOID(reader.finish());
  return filter;
}

Value write_filter(const Filter& filter, std::string_view subject_member) {
  Object object;
  object.append(std::string(subject_member), filter.path);
  object.append(std::string(to_string(filter.op)),
                needs_operand(filter.op) ? filter.operand : Value(true));
  return object;
}

std::string describe(const Filter& filter) {
  static constexpr std::array<std::string_view, 15> words = {
      "is",          "is not",    "is one of", "is none of",      "contains",    "does not contain",
      "starts with", "ends with", "matches",   "is greater than", "is at least", "is less than",
      "is at most",  "is set",    "is not set"};
  const std::string_view verb = words[static_cast<std::size_t>(filter.op)];
  if (!needs_operand(filter.op)) return fmt::format("{} {}", filter.path, verb);
  return fmt::format("{} {} {}", filter.path, verb, to_json(filter.operand));
}

}  // namespace sojourn::facts
