#include <fmt/format.h>

#include <cmath>

#include "domain/templates/liquid_context.h"
#include "domain/templates/liquid_filters.h"
#include "domain/templates/liquid_number.h"

namespace sojourn::templates {

Number number_of(const Datum& datum) {
  if (const auto* whole = datum.as<std::int64_t>()) return *whole;
  if (const auto* real = datum.as<double>()) return *real;
  if (const Text* text = datum.as<Text>()) return Number::parse(text->view);
  return std::int64_t{0};
}

Datum datum_of(Number number) {
  return number.is_whole() ? Datum(number.whole()) : Datum(number.real());
}

namespace {

Number left(const FilterInput& input) {
  return number_of(input.value);
}
Number right(const FilterInput& input) {
  return number_of(input.argument(0));
}

Datum plus(const FilterInput& input) {
  return datum_of(sum(left(input), right(input)));
}
Datum minus(const FilterInput& input) {
  return datum_of(difference(left(input), right(input)));
}
Datum times(const FilterInput& input) {
  return datum_of(product(left(input), right(input)));
}

Datum divided_by(const FilterInput& input) {
  const std::optional<Number> result = quotient(left(input), right(input));
  return result ? datum_of(*result) : input.context.refuse("divided by 0");
}

Datum modulo(const FilterInput& input) {
  const std::optional<Number> result = remainder(left(input), right(input));
  return result ? datum_of(*result) : input.context.refuse("divided by 0");
}

/// Infinity and what is no number have no whole part.
Datum whole_part(const FilterInput& input, Number (*round_to)(Number)) {
  const Number number = left(input);
  if (std::isfinite(number.real())) return datum_of(round_to(number));
  return input.context.refuse(fmt::format("Computation results in '{}'{}",
                                          NumberText(number.real()).view(),
                                          std::isnan(number.real()) ? " (Not a Number)" : ""));
}

Datum round(const FilterInput& input) {
  const Number places = rounded_toward_zero(right(input));
  if (!std::isfinite(left(input).real())) return whole_part(input, rounded_down);
  return datum_of(rounded(left(input), places.whole()));
}

Datum ceil(const FilterInput& input) {
  return whole_part(input, rounded_up);
}
Datum floor(const FilterInput& input) {
  return whole_part(input, rounded_down);
}
Datum abs(const FilterInput& input) {
  return datum_of(absolute(left(input)));
}

Datum at_least(const FilterInput& input) {
  return datum_of(is_less(left(input), right(input)) ? right(input) : left(input));
}

Datum at_most(const FilterInput& input) {
  return datum_of(is_less(right(input), left(input)) ? right(input) : left(input));
}

constexpr Filter filters[] = {
    {"abs", abs},           {"at_least", at_least, 1, 1},     {"at_most", at_most, 1, 1},
    {"ceil", ceil},         {"divided_by", divided_by, 1, 1}, {"floor", floor},
    {"minus", minus, 1, 1}, {"modulo", modulo, 1, 1},         {"plus", plus, 1, 1},
    {"round", round, 0, 1}, {"times", times, 1, 1},
};

}  // namespace

std::span<const Filter> number_filters() {
  return filters;
}

}  // namespace sojourn::templates
