#pragma once

/// How a bandit divides the next batch among its arms: by how probable it is that each is the best,
/// given what people have done so far. Thompson sampling, with a posterior Beta(1 + successes,
/// 1 + people without success) for the rate of each arm.
///
/// W. R. Thompson, "On the likelihood that one unknown probability exceeds another in view of the
/// evidence of two samples", Biometrika 25, 1933; for batches and a least share: E. M. Schwartz,
/// E. T. Bradlow, P. S. Fader, "Customer acquisition via display advertising using multi-armed
/// bandit experiments", Marketing Science 36, 2017.
///
/// Deterministic: the same counts and seed give the same division; nothing else is random.

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "domain/campaigns/campaign.h"
#include "domain/experiments/verdict.h"

namespace sojourn::campaigns {

/// Shares are in hundredths of a percent, and those of one division add up to this.
inline constexpr std::uint32_t whole_share = 10'000;
/// Draws of each posterior: chances are right within a percentage point.
inline constexpr int posterior_draws = 10'000;

/// A seed of its own for each batch of each campaign.
[[nodiscard]] std::uint64_t bandit_seed(std::string_view campaign, std::uint32_t batch);

/// For each arm the probability that its rate is the highest; together 1. At least one arm.
[[nodiscard]] std::vector<double> chances_of_best(std::span<const experiments::ArmCount> arms,
                                                  std::uint64_t seed);

/// What each arm gets of the next batch: its chance, but at least `floor` percent, which the others
/// give up in proportion. `floor` times the number of arms is at most 100.
[[nodiscard]] std::vector<std::uint32_t> shares_of(std::span<const double> chances, double floor);
/// The same for all, as before anybody has answered.
[[nodiscard]] std::vector<std::uint32_t> even_shares(std::size_t arms);

/// What a look between two batches says.
struct BanditLook {
  std::vector<double> chances;
  std::vector<std::uint32_t> shares;  ///< of the next batch
  /// `leading` or `unclear`, with the chance that the arm is not the best: an arm that got more
  /// because it did well cannot be tested like one that was given its share beforehand.
  experiments::Verdict verdict;
};
[[nodiscard]] BanditLook look_of_bandit(const Test& test, std::span<const ArmResult> results,
                                        std::uint64_t seed);

/// The arm at a place of the draw, from 0 to below 1.
[[nodiscard]] std::size_t arm_at(std::span<const std::uint32_t> shares, double place);

}  // namespace sojourn::campaigns
