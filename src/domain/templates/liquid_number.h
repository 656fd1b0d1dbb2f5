#pragma once

/// Numbers as the filters compute them: whole numbers exactly, the others as the decimals that a
/// person wrote, so that 0.1 + 0.2 is 0.3 and 1.005 rounds to 1.01.

#include <cstdint>
#include <optional>
#include <string_view>

namespace sojourn::templates {

class Number {
 public:
  Number(std::int64_t whole) : is_whole_(true), whole_(whole) {}
  Number(double real) : is_whole_(false), real_(real) {}

  /// `12.50` is a decimal, `12 apples` is 12, anything else is 0.
  [[nodiscard]] static Number parse(std::string_view text);

  [[nodiscard]] bool is_whole() const { return is_whole_; }
  /// 0 where it is not whole.
  [[nodiscard]] std::int64_t whole() const { return whole_; }
  [[nodiscard]] double real() const { return is_whole_ ? static_cast<double>(whole_) : real_; }

 private:
  bool is_whole_;
  std::int64_t whole_ = 0;
  double real_ = 0;
};

/// Whole where both are whole and the result fits in 64 bits.
[[nodiscard]] Number sum(Number a, Number b);
[[nodiscard]] Number difference(Number a, Number b);
[[nodiscard]] Number product(Number a, Number b);
/// Between whole numbers rounded down, and absent where b is 0; a fraction by 0 is infinite.
[[nodiscard]] std::optional<Number> quotient(Number a, Number b);
/// Has the sign of b. Absent where b is 0.
[[nodiscard]] std::optional<Number> remainder(Number a, Number b);

[[nodiscard]] Number absolute(Number number);
/// Halves away from zero. Whole where `places` is not above 0; negative ones round to tens,
/// hundreds...
[[nodiscard]] Number rounded(Number number, std::int64_t places);
[[nodiscard]] Number rounded_up(Number number);
[[nodiscard]] Number rounded_down(Number number);
[[nodiscard]] Number rounded_toward_zero(Number number);
[[nodiscard]] bool is_less(Number a, Number b);

/// The digits of a number, without an allocation.
class NumberText {
 public:
  explicit NumberText(std::int64_t whole);
  /// The shortest exact form with a fraction: `3.0`, `0.1`, `1.0e+20`.
  explicit NumberText(double real);
  [[nodiscard]] std::string_view view() const { return {buffer_, size_}; }

 private:
  char buffer_[48] = {};
  std::size_t size_ = 0;
};

}  // namespace sojourn::templates
