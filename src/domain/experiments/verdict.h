#pragma once

/// What the counts of an experiment's arms say: rates with their intervals, and whether one arm is
/// better than the others beyond what chance explains.
///
/// It is a test for one look, at an instant that was set before. Who looks again and again until
/// something shows finds a winner too often, whatever the confidence.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace sojourn::experiments {

struct ArmCount {
  std::string arm;
  std::int64_t people = 0;     ///< runs that came to it
  std::int64_t successes = 0;  ///< at most as many

  friend bool operator==(const ArmCount&, const ArmCount&) = default;
};

/// Zero where nobody came.
[[nodiscard]] double rate_of(const ArmCount& count);

struct Interval {
  double low = 0;
  double high = 1;
};
/// Wilson's score interval of the rate; from 0 to 1 where nobody came.
/// E. B. Wilson, "Probable inference, the law of succession, and statistical inference", 1927.
[[nodiscard]] Interval interval_of(const ArmCount& count, double confidence);

/// The probability that two arms of one true rate differ at least so much, in either direction.
/// Fisher's exact test: given how many succeeded together, it adds up every table that is no more
/// probable than the one at hand. It is right for any counts, where the z test finds differences in
/// small ones too often. R. A. Fisher, "Statistical methods for research workers", 1934, §21.02.
/// Linear in the spread of the counts, which grows with their square root.
[[nodiscard]] double chance_of(const ArmCount& a, const ArmCount& b);

struct Verdict {
  enum class Kind : std::uint8_t {
    winner,   ///< the arm is better than each other, at the confidence
    leading,  ///< the arm has the highest rate, which chance may explain
    unclear,  ///< no arm alone has the highest rate
  };
  Kind kind = Kind::unclear;
  std::string arm;  ///< empty: none
  /// How probable so much is by chance alone: the largest among the comparisons with each other
  /// arm, times the number of pairs (Bonferroni), at most 1.
  double chance = 1;

  friend bool operator==(const Verdict&, const Verdict&) = default;
};
[[nodiscard]] std::string_view to_string(Verdict::Kind kind);

/// At least two arms; `confidence` in percent. With one look, an arm that is no better than another
/// is called the winner in at most `100 - confidence` percent of experiments.
[[nodiscard]] Verdict judge(std::span<const ArmCount> arms, double confidence);

}  // namespace sojourn::experiments
