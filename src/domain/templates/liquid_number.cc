#include "domain/templates/liquid_number.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>
#include <string>

#include "base/text.h"

namespace sojourn::templates {
namespace {

using Wide = __int128;

/// digits * 10^exponent, with at most 19 digits when it is made from a Number.
struct Decimal {
  Wide digits = 0;
  int exponent = 0;
};

// Two numbers of 19 digits, one scaled by this many more, stay within 38 digits of an __int128.
constexpr int alignment_max = 18;
constexpr int places_max = 400;

Wide power_of_ten(int exponent) {
  Wide power = 1;
  for (int i = 0; i < exponent; ++i) power *= 10;
  return power;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// Absent for infinities.
std::optional<Decimal> to_decimal(Number number) {
  if (number.is_whole()) return Decimal{.digits = number.whole(), .exponent = 0};
  const double real = number.real();
  if (!std::isfinite(real)) return std::nullopt;
  char text[40];
  const auto [end, status] =
      std::to_chars(text, text + sizeof text, real, std::chars_format::scientific);
  Decimal decimal;
  const char* at = text;
  const bool negative = *at == '-';
  bool in_fraction = false;
  for (; at != end && *at != 'e'; ++at) {
    if (*at == '.') in_fraction = true;
    if (!is_digit(*at)) continue;
    decimal.digits = decimal.digits * 10 + (*at - '0');
    if (in_fraction) --decimal.exponent;
  }
  ++at;
  if (*at == '+') ++at;
  int power = 0;
  std::from_chars(at, end, power);
  decimal.exponent += power;
  if (negative) decimal.digits = -decimal.digits;
  return decimal;
}

double to_double(Decimal decimal) {
  char text[64];
  char* at = text + 44;
  char* const digits_end = at;
  const bool negative = decimal.digits < 0;
  Wide rest = negative ? -decimal.digits : decimal.digits;
  do {
    *--at = static_cast<char>('0' + static_cast<int>(rest % 10));
    rest /= 10;
  } while (rest != 0);
  if (negative) *--at = '-';
  *digits_end = 'e';
  const auto [end, status] = std::to_chars(digits_end + 1, text + sizeof text, decimal.exponent);
  double real = 0;
  const auto read = std::from_chars(at, end, real);
  if (read.ec == std::errc::result_out_of_range && decimal.exponent > 0) {
    return negative ? -HUGE_VAL : HUGE_VAL;
  }
  return real;
}

Number to_whole(Decimal decimal) {
  if (decimal.exponent > alignment_max) return to_double(decimal);
  const Wide value = decimal.digits * power_of_ten(decimal.exponent);
  if (value > std::numeric_limits<std::int64_t>::max()) return to_double(decimal);
  if (value < std::numeric_limits<std::int64_t>::min()) return to_double(decimal);
  return static_cast<std::int64_t>(value);
}

/// The two with one exponent; absent where their sizes are too far apart.
struct Aligned {
  Wide a = 0;
  Wide b = 0;
  int exponent = 0;
};

std::optional<Aligned> aligned(Number a, Number b) {
  const std::optional<Decimal> left = to_decimal(a);
  const std::optional<Decimal> right = to_decimal(b);
  if (!left || !right) return std::nullopt;
  const int exponent = std::min(left->exponent, right->exponent);
  const int left_shift = left->digits == 0 ? 0 : left->exponent - exponent;
  const int right_shift = right->digits == 0 ? 0 : right->exponent - exponent;
  if (std::max(left_shift, right_shift) > alignment_max) return std::nullopt;
  return Aligned{.a = left->digits * power_of_ten(left_shift),
                 .b = right->digits * power_of_ten(right_shift),
                 .exponent = exponent};
}

bool are_whole(Number a, Number b) {
  return a.is_whole() && b.is_whole();
}

Wide divided_down(Wide a, Wide b) {
  const Wide cut = a / b;
  const bool has_rest = a % b != 0;
  return has_rest && ((a < 0) != (b < 0)) ? cut - 1 : cut;
}

enum class Direction { nearest, up, down };

/// The digits left when the last `count` are rounded away.
Wide rounded_digits(Wide digits, int count, Direction direction) {
  if (count > 37) count = 37;  // nothing but the sign is left of any number
  const Wide unit = power_of_ten(count);
  switch (direction) {
    case Direction::down:
      return divided_down(digits, unit);
    case Direction::up:
      return -divided_down(-digits, unit);
    case Direction::nearest:
      break;
  }
  const Wide magnitude = digits < 0 ? -digits : digits;
  const Wide nearest = magnitude / unit + (magnitude % unit >= (unit + 1) / 2 ? 1 : 0);
  return digits < 0 ? -nearest : nearest;
}

Number rounded_whole(Number number, Direction direction) {
  if (number.is_whole()) return number;
  const std::optional<Decimal> decimal = to_decimal(number);
  if (!decimal) return number;
  if (decimal->exponent >= 0) return to_whole(*decimal);
  return to_whole({.digits = rounded_digits(decimal->digits, -decimal->exponent, direction)});
}

/// Ruby's decimals keep the sign of a zero.
Number signed_zero(Number result, Number a, Number b) {
  const bool is_negative = std::signbit(a.real()) != std::signbit(b.real());
  return result.real() == 0 && is_negative ? Number(-0.0) : result;
}

/// `1_000`: Ruby steps over single underscores between digits.
Number parse_grouped(std::string_view text) {
  std::string digits;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool parts = text[i] == '_' && i + 1 < text.size() && is_digit(text[i + 1]);
    if (!parts && !is_digit(text[i]) && !(i == 0 && text[i] == '-')) break;
    if (!parts) digits += text[i];
  }
  return Number::parse(digits);
}

}  // namespace

Number Number::parse(std::string_view text) {
  text = trimmed(text);
  const char* begin = text.data();
  const char* const end = begin + text.size();
  if (begin != end && *begin == '+') ++begin;
  const char* at = begin;
  if (at != end && *at == '-') ++at;
  const char* const whole_begin = at;
  while (at != end && is_digit(*at)) ++at;
  if (at == whole_begin) return std::int64_t{0};
  if (end - at >= 2 && *at == '_' && is_digit(at[1])) return parse_grouped({begin, end});
  const char* const whole_end = at;
  if (end - at >= 2 && *at == '.' && std::all_of(at + 1, end, is_digit)) {
    double real = 0;
    std::from_chars(begin, end, real);
    return real;
  }
  std::int64_t whole = 0;
  const auto read = std::from_chars(begin, whole_end, whole);
  if (read.ec == std::errc()) return whole;
  double real = 0;
  std::from_chars(begin, whole_end, real);
  return real;
}

Number sum(Number a, Number b) {
  if (const std::optional<Aligned> both = aligned(a, b)) {
    const Decimal total{.digits = both->a + both->b, .exponent = both->exponent};
    return are_whole(a, b) ? to_whole(total) : Number(to_double(total));
  }
  return a.real() + b.real();
}

Number difference(Number a, Number b) {
  if (const std::optional<Aligned> both = aligned(a, b)) {
    const Decimal rest{.digits = both->a - both->b, .exponent = both->exponent};
    return are_whole(a, b) ? to_whole(rest) : Number(to_double(rest));
  }
  return a.real() - b.real();
}

Number product(Number a, Number b) {
  const std::optional<Decimal> left = to_decimal(a);
  const std::optional<Decimal> right = to_decimal(b);
  if (!left || !right) return a.real() * b.real();
  const Decimal result{.digits = left->digits * right->digits,
                       .exponent = left->exponent + right->exponent};
  return are_whole(a, b) ? to_whole(result) : signed_zero(to_double(result), a, b);
}

std::optional<Number> quotient(Number a, Number b) {
  if (b.real() == 0 && are_whole(a, b)) return std::nullopt;
  if (b.real() == 0) return a.real() / b.real();
  const std::optional<Decimal> left = to_decimal(a);
  const std::optional<Decimal> right = to_decimal(b);
  if (!left || !right) return a.real() / b.real();
  if (are_whole(a, b)) {
    return to_whole({.digits = divided_down(left->digits, right->digits)});
  }
  // As many digits as fit: at least 18 of the quotient are exact, a double holds 17.
  Decimal result{.digits = left->digits, .exponent = left->exponent - right->exponent};
  const Wide room = power_of_ten(37);
  while (result.digits != 0 && result.digits < room && result.digits > -room) {
    result.digits *= 10;
    --result.exponent;
  }
  result.digits /= right->digits;
  return signed_zero(to_double(result), a, b);
}

std::optional<Number> remainder(Number a, Number b) {
  if (b.real() == 0) return std::nullopt;
  if (const std::optional<Aligned> both = aligned(a, b)) {
    const Wide rest = both->a - divided_down(both->a, both->b) * both->b;
    const Decimal result{.digits = rest, .exponent = both->exponent};
    return are_whole(a, b) ? to_whole(result) : Number(to_double(result));
  }
  const double rest = std::fmod(a.real(), b.real());
  return Number(rest != 0 && (rest < 0) != (b.real() < 0) ? rest + b.real() : rest);
}

Number absolute(Number number) {
  if (!number.is_whole()) return std::fabs(number.real());
  return number.whole() < 0 ? difference(std::int64_t{0}, number) : number;
}

Number rounded(Number number, std::int64_t places) {
  const std::optional<Decimal> decimal = to_decimal(number);
  if (!decimal) return number;
  const int kept = static_cast<int>(std::clamp<std::int64_t>(places, -places_max, places_max));
  if (-decimal->exponent <= kept) {
    return kept == 0 && !number.is_whole() ? to_whole(*decimal) : number;
  }
  const Decimal result{
      .digits = rounded_digits(decimal->digits, -decimal->exponent - kept, Direction::nearest),
      .exponent = -kept};
  return number.is_whole() || kept <= 0 ? to_whole(result) : Number(to_double(result));
}

Number rounded_up(Number number) {
  return rounded_whole(number, Direction::up);
}
Number rounded_down(Number number) {
  return rounded_whole(number, Direction::down);
}

Number rounded_toward_zero(Number number) {
  return number.real() < 0 ? rounded_up(number) : rounded_down(number);
}

bool is_less(Number a, Number b) {
  if (are_whole(a, b)) return a.whole() < b.whole();
  return a.real() < b.real();
}

NumberText::NumberText(std::int64_t whole) {
  const auto [end, status] = std::to_chars(buffer_, buffer_ + sizeof buffer_, whole);
  size_ = static_cast<std::size_t>(end - buffer_);
}

NumberText::NumberText(double real) {
  if (!std::isfinite(real)) {
    const std::string_view word = std::isnan(real) ? "NaN" : real < 0 ? "-Infinity" : "Infinity";
    size_ = word.copy(buffer_, sizeof buffer_);
    return;
  }
  // Beyond these magnitudes Ruby, and so Liquid, changes to the exponent form.
  const double magnitude = std::fabs(real);
  const bool is_plain = magnitude == 0 || (magnitude >= 1e-4 && magnitude < 1e15);
  const auto format = is_plain ? std::chars_format::fixed : std::chars_format::scientific;
  char* const last = buffer_ + sizeof buffer_;
  char* end = std::to_chars(buffer_, last, real, format).ptr;
  char* const power = std::find(buffer_, end, 'e');
  if (std::find(buffer_, power, '.') == power) {
    std::memmove(power + 2, power, static_cast<std::size_t>(end - power));
    power[0] = '.';
    power[1] = '0';
    end += 2;
  }
  size_ = static_cast<std::size_t>(end - buffer_);
}

}  // namespace sojourn::templates
