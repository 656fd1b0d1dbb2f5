#include "domain/campaigns/bandit.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <numeric>

namespace sojourn::campaigns {
namespace {

using experiments::ArmCount;
using experiments::Verdict;

std::vector<ArmCount> counts(std::initializer_list<std::pair<std::int64_t, std::int64_t>> arms) {
  std::vector<ArmCount> found;
  for (const auto& [successes, people] : arms) {
    found.push_back({std::string(1, static_cast<char>('a' + found.size())), people, successes});
  }
  return found;
}

std::uint32_t sum(const std::vector<std::uint32_t>& shares) {
  return std::accumulate(shares.begin(), shares.end(), 0U);
}

struct Case {
  const char* name;
  std::vector<ArmCount> arms;
  std::vector<double> chances;
};

// P(X > Y) of two Beta distributions with whole parameters is a sum of binomials; of more arms it
// was integrated over a fine grid, both in Python.
TEST(Bandit, ChancesAreThoseOfThePosteriors) {
  const Case cases[] = {
      {"nobody yet", counts({{0, 0}, {0, 0}}), {0.5, 0.5}},
      {"one success", counts({{1, 1}, {0, 1}}), {5.0 / 6, 1.0 / 6}},
      {"three alike", counts({{3, 10}, {3, 10}, {3, 10}}), {1.0 / 3, 1.0 / 3, 1.0 / 3}},
      {"clear", counts({{60, 1'000}, {30, 1'000}}), {0.9993, 0.0007}},
      {"a million", counts({{20'100, 1'000'000}, {20'000, 1'000'000}}), {0.6934, 0.3066}},
  };
  for (const Case& each : cases) {
    const std::vector<double> found = chances_of_best(each.arms, 1);
    ASSERT_EQ(found.size(), each.chances.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
      // Three standard errors of so many draws.
      EXPECT_NEAR(found[i], each.chances[i], 0.016) << each.name << " " << i;
    }
  }
}

TEST(Bandit, TheSameSeedAndCountsGiveTheSameDivision) {
  const auto arms = counts({{7, 100}, {9, 100}, {4, 80}});
  EXPECT_EQ(chances_of_best(arms, 42), chances_of_best(arms, 42));
  EXPECT_NE(chances_of_best(arms, 42), chances_of_best(arms, 43));
  EXPECT_EQ(bandit_seed("news", 2), bandit_seed("news", 2));
  EXPECT_NE(bandit_seed("news", 2), bandit_seed("news", 3));
  EXPECT_NE(bandit_seed("news", 2), bandit_seed("olds", 2));
}

TEST(Bandit, SharesAreAWholeAndNobodyGetsLessThanTheFloor) {
  EXPECT_EQ(shares_of(std::vector{1.0, 0.0}, 5), (std::vector<std::uint32_t>{9'500, 500}));
  EXPECT_EQ(shares_of(std::vector{0.5, 0.5}, 5), (std::vector<std::uint32_t>{5'000, 5'000}));
  // Who is lifted takes from the others in proportion.
  EXPECT_EQ(shares_of(std::vector{0.6, 0.4, 0.0}, 10),
            (std::vector<std::uint32_t>{5'400, 3'600, 1'000}));
  // The third falls below the floor once the fourth was lifted to it.
  EXPECT_EQ(shares_of(std::vector{0.45, 0.45, 0.1, 0.0}, 10),
            (std::vector<std::uint32_t>{4'000, 4'000, 1'000, 1'000}));
  EXPECT_EQ(shares_of(std::vector{1.0, 0.0, 0.0, 0.0}, 25),
            (std::vector<std::uint32_t>{2'500, 2'500, 2'500, 2'500}));
  EXPECT_EQ(even_shares(3), (std::vector<std::uint32_t>{3'334, 3'333, 3'333}));
}

TEST(Bandit, PlacesFallIntoTheSharesOfTheArms) {
  const std::vector<std::uint32_t> shares = {2'500, 7'000, 500};
  EXPECT_EQ(arm_at(shares, 0), 0U);
  EXPECT_EQ(arm_at(shares, 0.2499), 0U);
  EXPECT_EQ(arm_at(shares, 0.25), 1U);
  EXPECT_EQ(arm_at(shares, 0.9499), 1U);
  EXPECT_EQ(arm_at(shares, 0.95), 2U);
  EXPECT_EQ(arm_at(shares, 0.99999), 2U);
}

TEST(Bandit, SaysWhoLeadsAndNeverWhoHasWon) {
  const campaigns::Test test{.arms = {{.name = "a"}, {.name = "b"}},
                             .choice = campaigns::Test::Choice::bandit,
                             .after = Duration::hours(1)};
  const std::vector<ArmResult> nothing = {{.arm = "a", .sent = 50}, {.arm = "b", .sent = 50}};
  EXPECT_EQ(look_of_bandit(test, nothing, 1).verdict.kind, Verdict::Kind::unclear);
  const std::vector<ArmResult> clear = {{.arm = "a", .sent = 1'000, .successes = 10},
                                        {.arm = "b", .sent = 1'000, .successes = 90}};
  const BanditLook look = look_of_bandit(test, clear, 1);
  EXPECT_EQ(look.verdict.kind, Verdict::Kind::leading);
  EXPECT_EQ(look.verdict.arm, "b");
  EXPECT_LT(look.verdict.chance, 0.01);
  EXPECT_EQ(look.shares, (std::vector<std::uint32_t>{500, 9'500}));
}

RC_GTEST_PROP(Bandit, SharesOfAnyCountsAddUpAndKeepTheFloor, ()) {
  const auto size = *rc::gen::inRange<std::size_t>(2, arms_max + 1);
  std::vector<ArmCount> arms;
  for (std::size_t i = 0; i < size; ++i) {
    const auto people = *rc::gen::inRange<std::int64_t>(0, 5'000);
    arms.push_back({"a", people, *rc::gen::inRange<std::int64_t>(0, people + 1)});
  }
  const double floor = *rc::gen::inRange(1, 100 / static_cast<int>(size) + 1);
  const std::vector<double> chances = chances_of_best(arms, *rc::gen::arbitrary<std::uint64_t>());
  RC_ASSERT(std::abs(std::accumulate(chances.begin(), chances.end(), 0.0) - 1) < 1e-9);
  const std::vector<std::uint32_t> shares = shares_of(chances, floor);
  RC_ASSERT(sum(shares) == whole_share);
  for (const std::uint32_t share : shares) RC_ASSERT(share + 1 >= floor * 100);
}

/// A campaign to so many people whose arms have these true rates, batch by batch; what each got.
std::vector<int> play(const std::vector<double>& rates, int people, std::uint64_t dice) {
  constexpr int batches = 10;
  std::vector<ArmCount> arms(rates.size());
  std::vector<int> got(rates.size());
  std::vector<std::uint32_t> shares = even_shares(rates.size());
  for (int batch = 1; batch <= batches; ++batch) {
    for (int i = 0; i < people / batches; ++i) {
      const contacts::ContactId contact{
          keyed_hash(HashKey{}, {"p", std::to_string(dice), std::to_string(batch * people + i)})};
      const std::size_t arm = arm_at(shares, place_in_draw("c", contact));
      ++got[arm];
      ++arms[arm].people;
      arms[arm].successes += place_in_draw("answer", contact) < rates[arm] ? 1 : 0;
    }
    shares =
        shares_of(chances_of_best(arms, bandit_seed("c", static_cast<std::uint32_t>(batch))), 5);
  }
  return got;
}

TEST(Bandit, ABetterArmGetsMore) {
  for (std::uint64_t dice = 0; dice < 10; ++dice) {
    const std::vector<int> got = play({0.05, 0.12, 0.05}, 6'000, dice);
    EXPECT_GT(got[1], 3'000) << dice;
    EXPECT_EQ(got[0] + got[1] + got[2], 6'000);
    // The floor: each of nine later batches of 600.
    EXPECT_GT(got[0], 9 * 20) << dice;
  }
}

}  // namespace
}  // namespace sojourn::campaigns
