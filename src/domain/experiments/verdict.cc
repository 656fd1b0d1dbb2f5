#include "domain/experiments/verdict.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "base/ensure.h"

namespace sojourn::experiments {
namespace {

/// Tables as probable as the one at hand are found by comparing floating-point numbers.
constexpr double equal_within = 1e-7;
/// Weights fall ever faster beyond the most probable table: below this share of their sum the rest
/// of them is lost in rounding.
constexpr double negligible = 1e-20;

/// Both tails of the normal distribution beyond z.
double two_tails(double z) {
  return std::erfc(std::abs(z) / std::numbers::sqrt2);
}

/// The z beyond which both tails together hold this share.
double z_of(double share) {
  double low = 0;
  double high = 40;  // its tails are below the smallest double
  constexpr int halvings = 100;
  for (int i = 0; i < halvings; ++i) {
    const double middle = (low + high) / 2;
    (two_tails(middle) > share ? low : high) = middle;
  }
  return low;
}

/// Given how many succeeded in both arms together, the successes of the first are distributed
/// hypergeometrically where the arms do not differ. Weights are relative to that of the table at
/// hand, and each follows from its neighbour.
double fisher(const ArmCount& a, const ArmCount& b) {
  const auto people_a = static_cast<double>(a.people);
  const auto people_b = static_cast<double>(b.people);
  const auto successes = static_cast<double>(a.successes + b.successes);
  const double lowest = std::max(0.0, successes - people_b);
  const double highest = std::min(successes, people_a);
  const auto at_hand = static_cast<double>(a.successes);
  // The weight of x + 1 by that of x.
  const auto step_up = [&](double x) {
    return (successes - x) * (people_a - x) / ((x + 1) * (people_b - successes + x + 1));
  };
  double all = 1;
  double extreme = 1;
  const auto add = [&](double weight) {
    all += weight;
    if (weight <= 1 + equal_within) extreme += weight;
  };
  double weight = 1;
  for (double x = at_hand; x < highest && weight > all * negligible; ++x) add(weight *= step_up(x));
  weight = 1;
  for (double x = at_hand; x > lowest && weight > all * negligible; --x) {
    add(weight /= step_up(x - 1));
  }
  // So much less probable than another that it cannot be told.
  return std::isinf(all) ? 0 : std::min(1.0, extreme / all);
}

constexpr std::array<std::string_view, 3> kind_names = {"winner", "leading", "unclear"};

}  // namespace

std::string_view to_string(Verdict::Kind kind) {
  return kind_names[static_cast<std::size_t>(kind)];
}

double rate_of(const ArmCount& count) {
  if (count.people == 0) return 0;
  return static_cast<double>(count.successes) / static_cast<double>(count.people);
}

Interval interval_of(const ArmCount& count, double confidence) {
  if (count.people == 0) return {};
  const double z = z_of(1 - confidence / 100);
  const auto people = static_cast<double>(count.people);
  const double rate = rate_of(count);
  const double share = z * z / people;
  const double middle = (rate + share / 2) / (1 + share);
  const double reach = z / (1 + share) * std::sqrt((rate * (1 - rate) + share / 4) / people);
  // At the ends rounding would leave the interval just short of the rate.
  return {count.successes == 0 ? 0 : std::max(0.0, middle - reach),
          count.successes == count.people ? 1 : std::min(1.0, middle + reach)};
}

double chance_of(const ArmCount& a, const ArmCount& b) {
  const std::int64_t people = a.people + b.people;
  const std::int64_t successes = a.successes + b.successes;
  const bool nothing_differs = successes == 0 || successes == people;
  if (a.people == 0 || b.people == 0 || nothing_differs) return 1;
  return fisher(a, b);
}

Verdict judge(std::span<const ArmCount> arms, double confidence) {
  ENSURE(arms.size() >= 2);
  const auto lower = [](const ArmCount& a, const ArmCount& b) { return rate_of(a) < rate_of(b); };
  const ArmCount& best = *std::max_element(arms.begin(), arms.end(), lower);
  const auto shares_rate = [&](const ArmCount& arm) { return !lower(arm, best); };
  if (std::count_if(arms.begin(), arms.end(), shares_rate) > 1) return {};
  // Which arm is best was seen in the same counts: every pair might have been the one compared.
  const auto pairs = static_cast<double>(arms.size() * (arms.size() - 1) / 2);
  double chance = 0;
  for (const ArmCount& arm : arms) {
    if (&arm != &best) chance = std::max(chance, chance_of(best, arm) * pairs);
  }
  chance = std::min(1.0, chance);
  const bool is_sure = chance < 1 - confidence / 100;
  return {is_sure ? Verdict::Kind::winner : Verdict::Kind::leading, best.arm, chance};
}

}  // namespace sojourn::experiments
