#include "domain/segments/condition_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"

namespace sojourn::segments {
namespace {

template <std::size_t count>
bool holds(const std::array<std::string_view, count>& words, std::string_view word) {
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view each) { return equal_ignoring_case(each, word); });
}

}  // namespace

std::string_view words_of(facts::Operator op) {
  using enum facts::Operator;
  // The readable way, where it is not the first of the table.
  if (op == is) return "is";
  if (op == is_not) return "is not";
  if (op == exists) return "is set";
  if (op == missing) return "is not set";
  for (const WordsOfOperator& each : words_of_operators) {
    if (each.op == op) return each.words;
  }
  return {};
}

bool is_reserved(std::string_view word) {
  static constexpr std::array<std::string_view, 16> words = {
      "and",  "or",    "not",   "did",       "in",      "first",       "last",      "score",
      "then", "grade", "where", "reachable", "consent", "anniversary", "everybody", "nobody"};
  return holds(words, word);
}

bool is_ambiguous(std::string_view word) {
  static constexpr std::array<std::string_view, 12> words = {
      "true",   "false", "null",    "set",   "missing",   "on",
      "before", "after", "between", "today", "yesterday", "tomorrow"};
  return is_reserved(word) || holds(words, word);
}

std::optional<Error> check_measured(std::string_view property) {
  const bool is_of_several = property == "*" || property.starts_with("*.") ||
                             property.ends_with(".*") ||
                             property.find(".*.") != std::string_view::npos;
  if (!is_of_several) return std::nullopt;
  return Error{
      .code = "out_of_range",
      .message = fmt::format("is {}, and * stands for several values: of each event one is "
                             "measured, such as products.0.price",
                             property)};
}

}  // namespace sojourn::segments
