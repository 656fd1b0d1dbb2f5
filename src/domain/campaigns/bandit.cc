#include "domain/campaigns/bandit.h"

#include <absl/random/beta_distribution.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <limits>

#include "base/ensure.h"
#include "base/hash.h"

namespace sojourn::campaigns {
namespace {

/// Bits that follow from a seed: SplitMix64. G. L. Steele, D. Lea, C. H. Flood, "Fast splittable
/// pseudorandom number generators", 2014.
class SeededBits {
 public:
  // NOLINTNEXTLINE(readability-identifier-naming): the name that distributions ask for
  using result_type = std::uint64_t;
  explicit SeededBits(std::uint64_t seed) : state_(seed) {}

  static constexpr result_type min() { return 0; }
  static constexpr result_type max() { return std::numeric_limits<result_type>::max(); }
  result_type operator()() {
    state_ += 0x9E3779B97F4A7C15U;
    std::uint64_t bits = state_;
    bits = (bits ^ bits >> 30) * 0xBF58476D1CE4E5B9U;
    bits = (bits ^ bits >> 27) * 0x94D049BB133111EBU;
    return bits ^ bits >> 31;
  }

 private:
  std::uint64_t state_;
};

/// Whole shares of parts that add up to 1: rounded down, and what is left over to those that lost
/// most by it, the first of equals first.
std::vector<std::uint32_t> whole_shares(std::span<const double> parts) {
  std::vector<std::uint32_t> shares(parts.size());
  std::vector<double> lost(parts.size());
  std::uint32_t given = 0;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const double exact = parts[i] * whole_share;
    shares[i] = static_cast<std::uint32_t>(exact);
    lost[i] = exact - shares[i];
    given += shares[i];
  }
  for (; given < whole_share; ++given) {
    const auto most = std::max_element(lost.begin(), lost.end()) - lost.begin();
    ++shares[static_cast<std::size_t>(most)];
    lost[static_cast<std::size_t>(most)] = -1;
  }
  return shares;
}

}  // namespace

std::uint64_t bandit_seed(std::string_view campaign, std::uint32_t batch) {
  const Hash128 hash = keyed_hash(HashKey{}, {"bandit", campaign, fmt::to_string(batch)});
  std::uint64_t seed = 0;
  for (std::size_t i = 0; i < sizeof seed; ++i) seed = seed << 8 | hash.bytes[i];
  return seed;
}

std::vector<double> chances_of_best(std::span<const experiments::ArmCount> arms,
                                    std::uint64_t seed) {
  ENSURE(!arms.empty());
  std::vector<absl::beta_distribution<double>> rates;
  rates.reserve(arms.size());
  for (const experiments::ArmCount& arm : arms) {
    const std::int64_t others = std::max<std::int64_t>(arm.people - arm.successes, 0);
    rates.emplace_back(1 + static_cast<double>(arm.successes), 1 + static_cast<double>(others));
  }
  SeededBits bits(seed);
  std::vector<int> wins(arms.size());
  for (int draw = 0; draw < posterior_draws; ++draw) {
    std::size_t best = 0;
    double highest = -1;
    for (std::size_t arm = 0; arm < rates.size(); ++arm) {
      const double rate = rates[arm](bits);
      if (rate <= highest) continue;
      highest = rate;
      best = arm;
    }
    ++wins[best];
  }
  std::vector<double> chances;
  chances.reserve(wins.size());
  for (const int won : wins) chances.push_back(static_cast<double>(won) / posterior_draws);
  return chances;
}

std::vector<std::uint32_t> shares_of(std::span<const double> chances, double floor) {
  const double least = floor / 100;
  ENSURE(least * static_cast<double>(chances.size()) <= 1 + 1e-9);
  // Who is lifted to the least share takes it from the others, of whom some may fall below it then.
  std::vector<bool> lifted(chances.size());
  std::vector<double> parts(chances.begin(), chances.end());
  for (bool again = true; again;) {
    again = false;
    double left = 1;
    double weight = 0;
    for (std::size_t i = 0; i < parts.size(); ++i) {
      (lifted[i] ? left : weight) += lifted[i] ? -least : chances[i];
    }
    for (std::size_t i = 0; i < parts.size(); ++i) {
      parts[i] = lifted[i] ? least : chances[i] / weight * left;
      if (lifted[i] || parts[i] >= least) continue;
      lifted[i] = true;
      again = true;
    }
  }
  return whole_shares(parts);
}

std::vector<std::uint32_t> even_shares(std::size_t arms) {
  const std::vector<double> parts(arms, 1.0 / static_cast<double>(arms));
  return whole_shares(parts);
}

BanditLook look_of_bandit(const Test& test, std::span<const ArmResult> results,
                          std::uint64_t seed) {
  using experiments::Verdict;
  std::vector<experiments::ArmCount> counts;
  for (const ArmResult& result : results) {
    counts.push_back({.arm = result.arm,
                      .people = result.sent,
                      .successes = std::min(result.successes, result.sent)});
  }
  BanditLook look;
  look.chances = chances_of_best(counts, seed);
  look.shares = shares_of(look.chances, test.floor);
  const auto best = std::max_element(look.chances.begin(), look.chances.end());
  const std::string& arm = results[static_cast<std::size_t>(best - look.chances.begin())].arm;
  // Where nobody has done anything the arms differ by the draws alone.
  const bool has_answers = std::any_of(counts.begin(), counts.end(),
                                       [](const auto& count) { return count.successes > 0; });
  if (has_answers) {
    look.verdict = {.kind = Verdict::Kind::leading, .arm = arm, .chance = 1 - *best};
  }
  return look;
}

std::size_t arm_at(std::span<const std::uint32_t> shares, double place) {
  const auto at = static_cast<std::uint32_t>(place * whole_share);
  std::uint32_t end = 0;
  for (std::size_t arm = 0; arm < shares.size(); ++arm) {
    end += shares[arm];
    if (at < end) return arm;
  }
  return shares.size() - 1;
}

}  // namespace sojourn::campaigns
