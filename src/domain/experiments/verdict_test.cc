#include "domain/experiments/verdict.h"

#include <gtest/gtest.h>

#include <cmath>
#include <ostream>
#include <vector>

namespace sojourn::experiments {
namespace {

ArmCount arm(std::int64_t successes, std::int64_t people, std::string name = "a") {
  return {std::move(name), people, successes};
}

struct Pair {
  const char* name;
  ArmCount a;
  ArmCount b;
  double chance;

  friend std::ostream& operator<<(std::ostream& out, const Pair& pair) { return out << pair.name; }
};

class Chance : public ::testing::TestWithParam<Pair> {};

TEST_P(Chance, IsThatOfTheTest) {
  const Pair& pair = GetParam();
  EXPECT_NEAR(chance_of(pair.a, pair.b), pair.chance, 1e-9);
  EXPECT_NEAR(chance_of(pair.b, pair.a), pair.chance, 1e-9) << "the other way round";
}

// Sums of math.comb() over all tables, as exact fractions, in Python. The first is Fisher's own,
// the second that of many textbooks.
INSTANTIATE_TEST_SUITE_P(
    Exact, Chance,
    ::testing::Values(Pair{"lady tasting tea", arm(3, 4), arm(1, 4), 0.4857142857142857},
                      Pair{"studying", arm(1, 10), arm(11, 14), 0.0027594561852200836},
                      Pair{"all or none", arm(5, 5), arm(0, 5), 0.007936507936507936},
                      Pair{"none", arm(0, 8), arm(5, 8), 0.02564102564102564},
                      Pair{"rare", arm(2, 1000), arm(9, 1000), 0.06470495791578933},
                      Pair{"uneven", arm(7, 12), arm(0, 5), 0.04411764705882353},
                      Pair{"far apart", arm(4, 20000), arm(0, 500), 1.0},
                      Pair{"dozens", arm(10, 100), arm(17, 90), 0.09706854358048204},
                      Pair{"hundreds", arm(45, 100), arm(55, 100), 0.20298158764297444},
                      Pair{"thousands", arm(200, 1000), arm(250, 1000), 0.008649240907370551},
                      Pair{"close", arm(120, 2000), arm(150, 2000), 0.06743027478064959},
                      Pair{"uneven thousands", arm(120, 1400), arm(165, 1500),
                           0.02898119150406219}));

/// Of the normal distribution, with the counts pooled.
double z_test(const ArmCount& a, const ArmCount& b) {
  const auto people_a = static_cast<double>(a.people);
  const auto people_b = static_cast<double>(b.people);
  const double pooled = static_cast<double>(a.successes + b.successes) / (people_a + people_b);
  const double spread = std::sqrt(pooled * (1 - pooled) * (1 / people_a + 1 / people_b));
  return std::erfc(std::abs(rate_of(a) - rate_of(b)) / spread / std::sqrt(2.0));
}

TEST(Chance, NearsTheZTestAsCountsGrow) {
  for (const std::int64_t times : {10'000, 100'000}) {
    const ArmCount a = arm(10 * times, 100 * times);
    const ArmCount b =
        arm(10 * times + 3 * std::llround(std::sqrt(static_cast<double>(10 * times))), 100 * times);
    EXPECT_NEAR(chance_of(a, b), z_test(a, b), 0.0003) << times;
    EXPECT_GT(chance_of(a, b), 0.01) << "or else it would say little";
  }
}

TEST(Chance, IsCertaintyWhereNothingDiffers) {
  EXPECT_EQ(chance_of(arm(0, 100), arm(0, 100)), 1);
  EXPECT_EQ(chance_of(arm(100, 100), arm(50, 50)), 1);
  EXPECT_EQ(chance_of(arm(0, 0), arm(5, 10)), 1);
}

TEST(Chance, IsNothingAmongMillions) {
  EXPECT_LT(chance_of(arm(0, 5'000'000), arm(5'000'000, 5'000'000)), 1e-12);
  EXPECT_LT(chance_of(arm(0, 5), arm(999'999, 1'000'000)), 1e-12);
}

struct Rate {
  const char* name;
  ArmCount count;
  double confidence;
  double low;
  double high;

  friend std::ostream& operator<<(std::ostream& out, const Rate& rate) { return out << rate.name; }
};

class RateInterval : public ::testing::TestWithParam<Rate> {};

TEST_P(RateInterval, IsWilsons) {
  const Interval interval = interval_of(GetParam().count, GetParam().confidence);
  EXPECT_NEAR(interval.low, GetParam().low, 1e-9);
  EXPECT_NEAR(interval.high, GetParam().high, 1e-9);
}

// By statistics.NormalDist().inv_cdf() of Python.
INSTANTIATE_TEST_SUITE_P(
    Wilson, RateInterval,
    ::testing::Values(Rate{"a tenth", arm(10, 100), 95, 0.0552291370606751, 0.17436566150491345},
                      Rate{"none", arm(0, 10), 95, 0, 0.27753279986288915},
                      Rate{"all", arm(10, 10), 95, 0.7224672001371109, 1},
                      Rate{"one", arm(1, 29), 95, 0.006113214292762653, 0.17175521879320282},
                      Rate{"surer", arm(50, 200), 99, 0.18002137781390665, 0.3360332593992649},
                      Rate{"nobody came", arm(0, 0), 95, 0, 1}));

TEST(Judge, NamesTheWinnerOnlyBeyondTheConfidence) {
  const std::vector<ArmCount> close = {arm(120, 2000, "a"), arm(150, 2000, "b")};
  EXPECT_EQ(judge(close, 95).kind, Verdict::Kind::leading) << "chance is 6.7 %";
  const Verdict less_sure = judge(close, 90);
  EXPECT_EQ(less_sure.kind, Verdict::Kind::winner);
  EXPECT_EQ(less_sure.arm, "b");
  EXPECT_NEAR(less_sure.chance, 0.06743027478064959, 1e-9);
}

TEST(Judge, IsUnclearWhereSeveralShareTheHighestRate) {
  const std::vector<ArmCount> same = {arm(10, 100, "a"), arm(20, 200, "b"), arm(1, 100, "c")};
  EXPECT_EQ(judge(same, 95), Verdict{});
  const std::vector<ArmCount> nothing = {arm(0, 100, "a"), arm(0, 50, "b")};
  EXPECT_EQ(judge(nothing, 95), Verdict{});
}

TEST(Judge, ComparesTheBestOfSeveralWithEachAndCountsThePairs) {
  const std::vector<ArmCount> two = {arm(200, 1000, "a"), arm(243, 1000, "b")};
  EXPECT_EQ(judge(two, 95).kind, Verdict::Kind::winner);
  std::vector<ArmCount> three = two;
  three.push_back(arm(100, 1000, "c"));
  const Verdict verdict = judge(three, 95);
  EXPECT_EQ(verdict.kind, Verdict::Kind::leading) << "one pair of three says less";
  EXPECT_EQ(verdict.arm, "b");
  EXPECT_NEAR(verdict.chance, 3 * chance_of(two[0], two[1]), 1e-12);
}

/// How probable it is that so many of `people` succeed.
std::vector<double> binomial(int people, double rate) {
  std::vector<double> probabilities(static_cast<std::size_t>(people) + 1);
  for (int k = 0; k <= people; ++k) {
    const double ways =
        std::lgamma(people + 1.0) - std::lgamma(k + 1.0) - std::lgamma(people - k + 1.0);
    probabilities[static_cast<std::size_t>(k)] =
        std::exp(ways + k * std::log(rate) + (people - k) * std::log1p(-rate));
  }
  return probabilities;
}

/// Of two arms of the same rate: how often one is called the winner.
double false_winners(int people, double rate, double confidence) {
  const std::vector<double> probabilities = binomial(people, rate);
  double share = 0;
  for (int a = 0; a <= people; ++a) {
    for (int b = 0; b <= people; ++b) {
      const double both =
          probabilities[static_cast<std::size_t>(a)] * probabilities[static_cast<std::size_t>(b)];
      const std::vector<ArmCount> arms = {arm(a, people, "a"), arm(b, people, "b")};
      if (judge(arms, confidence).kind == Verdict::Kind::winner) share += both;
    }
  }
  return share;
}

TEST(Judge, CallsArmsOfTheSameRateDifferentNoMoreOftenThanItSays) {
  for (const int people : {5, 20, 60, 150}) {
    for (const double rate : {0.02, 0.1, 0.3, 0.5}) {
      EXPECT_LE(false_winners(people, rate, 95), 0.05) << people << " of rate " << rate;
    }
  }
}

}  // namespace
}  // namespace sojourn::experiments
