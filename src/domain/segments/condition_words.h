#pragma once

/// The vocabulary that the parser and the printer of conditions share. Internal to them.

#include <optional>
#include <string_view>

#include "base/result.h"
#include "domain/facts/filter.h"

namespace sojourn::segments {

/// One way to say an operator. Where two begin alike, the longer stands first. Spans have forms of
/// their own in the parser.
struct WordsOfOperator {
  std::string_view words;
  facts::Operator op;
};
inline constexpr WordsOfOperator words_of_operators[] = {
    {"in", facts::Operator::one_of},
    {"not in", facts::Operator::not_one_of},
    {"!=", facts::Operator::is_not},
    {"<>", facts::Operator::is_not},
    {"==", facts::Operator::is},
    {"=", facts::Operator::is},
    {">", facts::Operator::greater},
    {">=", facts::Operator::at_least},
    {"<", facts::Operator::less},
    {"<=", facts::Operator::at_most},
    {"does not contain", facts::Operator::not_contains},
    {"not contains", facts::Operator::not_contains},
    {"contains", facts::Operator::contains},
    {"starts with", facts::Operator::starts_with},
    {"ends with", facts::Operator::ends_with},
    {"matches", facts::Operator::matches},
    {"between", facts::Operator::between},
    {"exists", facts::Operator::exists},
    {"does not exist", facts::Operator::missing},
    {"before", facts::Operator::before},
    {"on", facts::Operator::on},
    {"after", facts::Operator::after},
    {"is not set", facts::Operator::missing},
    {"is not null", facts::Operator::exists},
    {"is null", facts::Operator::missing},
    {"is missing", facts::Operator::missing},
    {"is set", facts::Operator::exists},
    {"is not one of", facts::Operator::not_one_of},
    {"is not in", facts::Operator::not_one_of},
    {"is one of", facts::Operator::one_of},
    {"is in", facts::Operator::one_of},
    {"is between", facts::Operator::between},
    {"is greater than", facts::Operator::greater},
    {"is more than", facts::Operator::greater},
    {"is at least", facts::Operator::at_least},
    {"is less than", facts::Operator::less},
    {"is at most", facts::Operator::at_most},
    {"is before", facts::Operator::before},
    {"is on", facts::Operator::on},
    {"is after", facts::Operator::after},
    {"is not", facts::Operator::is_not},
    {"is", facts::Operator::is},
};

/// The words with which the operator is printed. Not of operators with a span.
[[nodiscard]] std::string_view words_of(facts::Operator op);

/// Words that begin a condition: an attribute of such a name stands in quotation marks.
[[nodiscard]] bool is_reserved(std::string_view word);
/// Words that would be read as something else where a value stands, as `set` in `is set`: they
/// stand in quotation marks there.
[[nodiscard]] bool is_ambiguous(std::string_view word);

/// Why a property cannot be measured; absent where it can.
[[nodiscard]] std::optional<Error> check_measured(std::string_view property);

}  // namespace sojourn::segments
