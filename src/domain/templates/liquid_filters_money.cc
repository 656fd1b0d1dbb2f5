#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "domain/templates/liquid_context.h"
#include "domain/templates/liquid_filters.h"

namespace sojourn::templates {
namespace {

struct Currency {
  std::string_view code;
  /// Written before the amount; empty where the code is written behind it.
  std::string_view sign;
  int digits = 2;
};

/// ISO 4217: those with a sign that is its own, and those whose minor unit is no hundredth.
constexpr std::array<Currency, 32> currencies = {{
    {"AUD", "A$"},   {"BHD", "", 3}, {"BIF", "", 0},  {"BRL", "R$"},   {"CAD", "CA$"},
    {"CLP", "", 0},  {"DJF", "", 0}, {"EUR", "€"},    {"GBP", "£"},    {"GNF", "", 0},
    {"ILS", "₪"},    {"INR", "₹"},   {"IQD", "", 3},  {"ISK", "", 0},  {"JOD", "", 3},
    {"JPY", "¥", 0}, {"KMF", "", 0}, {"KRW", "₩", 0}, {"KWD", "", 3},  {"LYD", "", 3},
    {"MXN", "MX$"},  {"NZD", "NZ$"}, {"OMR", "", 3},  {"PYG", "", 0},  {"RWF", "", 0},
    {"TND", "", 3},  {"UGX", "", 0}, {"USD", "$"},    {"VND", "₫", 0}, {"XAF", "", 0},
    {"XOF", "", 0},  {"XPF", "", 0},
}};

Currency currency_of(const FilterInput& input) {
  const std::string_view code = input.has(0) ? input.text_argument(0) : std::string_view();
  const auto* const known = std::ranges::find(currencies, code, &Currency::code);
  return known == currencies.end() ? Currency{.code = code, .sign = {}} : *known;
}

/// `1,234.50`; empty, and refused, where the amount is beyond 64 bits of the smallest unit.
std::string amount_text(const FilterInput& input, int digits) {
  std::int64_t scale = 1;
  for (int i = 0; i < digits; ++i) scale *= 10;
  const Number smallest = rounded(product(number_of(input.value), scale), 0);
  if (!smallest.is_whole() || smallest.whole() == INT64_MIN) {
    input.context.refuse("the amount is too large");
    return {};
  }
  std::string written(NumberText(std::abs(smallest.whole())).view());
  const auto fraction = static_cast<std::size_t>(digits);
  if (written.size() <= fraction) written.insert(0, fraction + 1 - written.size(), '0');
  for (std::size_t at = written.size() - fraction; at > 3; at -= 3) written.insert(at - 3, ",");
  if (fraction > 0) written.insert(written.size() - fraction, ".");
  return written;
}

bool is_below_zero(const FilterInput& input) {
  return number_of(input.value).real() < 0;
}

/// `$1,234.50`, `1,234.50 CHF`.
Datum money(const FilterInput& input) {
  if (input.value.is_nil()) return {};
  const Currency currency = currency_of(input);
  std::string written = amount_text(input, currency.digits);
  written.insert(0, currency.sign);
  if (is_below_zero(input)) written.insert(0, "-");
  if (currency.sign.empty() && !currency.code.empty()) {
    written += ' ';
    written += currency.code;
  }
  return input.context.copy(written);
}

Datum money_without_currency(const FilterInput& input) {
  if (input.value.is_nil()) return {};
  std::string written = amount_text(input, currency_of(input).digits);
  if (is_below_zero(input)) written.insert(0, "-");
  return input.context.copy(written);
}

constexpr Filter filters[] = {
    {"money", money, 0, 1},
    {"money_without_currency", money_without_currency, 0, 1},
};

}  // namespace

std::span<const Filter> money_filters() {
  return filters;
}

}  // namespace sojourn::templates
