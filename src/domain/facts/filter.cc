#include "domain/facts/filter.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <array>

#include "domain/definitions/reader.h"

namespace sojourn::facts {
namespace {

using definitions::Reader;

constexpr std::array<std::string_view, 26> operator_names = {"is",
                                                             "is_not",
                                                             "one_of",
                                                             "not_one_of",
                                                             "contains",
                                                             "not_contains",
                                                             "starts_with",
                                                             "ends_with",
                                                             "matches",
                                                             "greater",
                                                             "at_least",
                                                             "less",
                                                             "at_most",
                                                             "between",
                                                             "exists",
                                                             "missing",
                                                             "before",
                                                             "on",
                                                             "after",
                                                             "within_last",
                                                             "within_next",
                                                             "longer_ago",
                                                             "further_ahead",
                                                             "anniversary",
                                                             "anniversary_within_last",
                                                             "anniversary_within_next"};

tl::unexpected<Error> refuse(std::string_view code, std::string message, std::string value = {},
                             std::string limit = {}) {
  return failure({.code = std::string(code),
                  .message = std::move(message),
                  .value = std::move(value),
                  .limit = std::move(limit)});
}

Result<void> read_pattern(Filter& filter) {
  const std::string* pattern = filter.operand.as_string();
  if (pattern == nullptr) return refuse("wrong_type", "must be text");
  if (pattern->size() > pattern_bytes_max) {
    return refuse("too_long",
                  fmt::format("has {} bytes, the limit is {}", pattern->size(), pattern_bytes_max),
                  std::to_string(pattern->size()), std::to_string(pattern_bytes_max));
  }
  auto compiled = std::make_shared<RE2>(*pattern, RE2::Quiet);
  if (!compiled->ok()) return refuse("bad_pattern", compiled->error(), *pattern);
  filter.pattern = std::move(compiled);
  return {};
}

Result<void> read_list(const Filter& filter) {
  const Value::List* list = filter.operand.as_list();
  if (list == nullptr) return refuse("wrong_type", "must be a list");
  if (list->size() > operand_items_max) {
    return refuse("too_many",
                  fmt::format("has {} items, the limit is {}", list->size(), operand_items_max),
                  std::to_string(list->size()), std::to_string(operand_items_max));
  }
  return {};
}

Result<void> read_date_operand_of(Filter& filter) {
  filter.date = read_date_operand(filter.operand);
  if (filter.date) return {};
  return refuse("not_a_date",
                "must be a date such as \"2026-03-01\", a time, now, today, yesterday or tomorrow");
}

Result<void> read_span_of(Filter& filter) {
  const std::string* text = filter.operand.as_string();
  if (text == nullptr) return refuse("wrong_type", "must be a length of time such as \"7 days\"");
  TRY(span, parse_span(*text));
  filter.span = span;
  filter.operand = format_span(span);
  return {};
}

Result<void> read_operand(Filter& filter) {
  switch (operand_kind(filter.op)) {
    case OperandKind::value:
      if (filter.operand.is_null()) return refuse("wrong_type", "must not be null: use `missing`");
      return {};
    case OperandKind::list:
      return read_list(filter);
    case OperandKind::pattern:
      return read_pattern(filter);
    case OperandKind::pair: {
      const Value::List* pair = filter.operand.as_list();
      if (pair == nullptr || pair->size() != 2) {
        return refuse("wrong_type", "must be a list of the least and the greatest");
      }
      return {};
    }
    case OperandKind::none:
      filter.operand = nullptr;
      return {};
    case OperandKind::date:
      return read_date_operand_of(filter);
    case OperandKind::span:
      return read_span_of(filter);
  }
  return {};
}

/// What a member that takes no operand must be written with.
bool is_marker(Operator op, const Value& operand) {
  if (op == Operator::anniversary) return operand == Value("today");
  return operand == Value(true);
}

Value marker(Operator op) {
  return op == Operator::anniversary ? Value("today") : Value(true);
}

}  // namespace

OperandKind operand_kind(Operator op) {
  switch (op) {
    case Operator::is:
    case Operator::is_not:
    case Operator::contains:
    case Operator::not_contains:
    case Operator::starts_with:
    case Operator::ends_with:
    case Operator::greater:
    case Operator::at_least:
    case Operator::less:
    case Operator::at_most:
      return OperandKind::value;
    case Operator::one_of:
    case Operator::not_one_of:
      return OperandKind::list;
    case Operator::matches:
      return OperandKind::pattern;
    case Operator::between:
      return OperandKind::pair;
    case Operator::exists:
    case Operator::missing:
    case Operator::anniversary:
      return OperandKind::none;
    case Operator::before:
    case Operator::on:
    case Operator::after:
      return OperandKind::date;
    case Operator::within_last:
    case Operator::within_next:
    case Operator::longer_ago:
    case Operator::further_ahead:
    case Operator::anniversary_within_last:
    case Operator::anniversary_within_next:
      return OperandKind::span;
  }
  return OperandKind::value;
}

bool asks_for_time(Operator op) {
  const OperandKind kind = operand_kind(op);
  return kind == OperandKind::date || kind == OperandKind::span || op == Operator::anniversary;
}

std::string_view to_string(Operator op) {
  return operator_names[static_cast<std::size_t>(op)];
}

Result<Filter> make_filter(std::string path, Operator op, Value operand) {
  if (path.empty() || path.size() > path_bytes_max) {
    return refuse(
        "out_of_range",
        fmt::format("the name has {} bytes, it must have 1 to {}", path.size(), path_bytes_max),
        std::to_string(path.size()), std::to_string(path_bytes_max));
  }
  Filter filter{.path = std::move(path),
                .op = op,
                .operand = std::move(operand),
                .date = {},
                .span = {},
                .pattern = {}};
  TRY_VOID(read_operand(filter));
  return filter;
}

Result<Filter> read_filter(const Value& value, const std::string& path,
                           std::string_view subject_member) {
  Reader reader(value, path);
  TRY(subject, reader.text(subject_member));
  std::optional<Operator> found;
  const Value* operand = nullptr;
  for (std::size_t i = 0; i < operator_names.size(); ++i) {
    const Value* member = reader.find(operator_names[i]);
    if (member == nullptr) continue;
    if (found) return reader.refuse("two_operators", operator_names[i], "is a second operator");
    found = static_cast<Operator>(i);
    operand = member;
  }
  if (!found) return reader.refuse("missing_operator", "", "needs an operator such as `is`");
  TRY_VOID(reader.finish());
  const bool takes_none = operand_kind(*found) == OperandKind::none;
  if (takes_none && !is_marker(*found, *operand)) {
    const std::string_view expected = *found == Operator::anniversary ? "today" : "true";
    return reader.refuse("wrong_type", to_string(*found), fmt::format("must be {}", expected));
  }
  Result<Filter> filter = make_filter(std::move(subject), *found, *operand);
  if (filter) return filter;
  Error error = std::move(filter.error());
  error.field = reader.path_of(to_string(*found));
  error.message = fmt::format("{} {}", error.field, error.message);
  return failure(std::move(error));
}

Value write_filter(const Filter& filter, std::string_view subject_member) {
  Object object;
  object.append(std::string(subject_member), filter.path);
  const bool takes_none = operand_kind(filter.op) == OperandKind::none;
  object.append(std::string(to_string(filter.op)), takes_none ? marker(filter.op) : filter.operand);
  return object;
}

}  // namespace sojourn::facts
