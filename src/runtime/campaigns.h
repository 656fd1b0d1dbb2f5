#pragma once

/// Campaigns that are under way, on the committer's thread: takes their steps
/// (domain/campaigns/machine.h) in the transaction of a batch (docs/internals/campaigns.md).
///
/// All members but next_due() belong to the committer's thread.

#include <atomic>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "domain/campaigns/counts.h"
#include "domain/campaigns/machine.h"
#include "domain/campaigns/standing.h"
#include "domain/reaction/rules.h"
#include "store/state.h"

namespace sojourn::runtime {

class Batch;

/// The job that reads whom a campaign is for.
inline constexpr std::string_view campaign_audience_kind = "campaign_audience";

/// How many messages of a campaign are in which state.
[[nodiscard]] Result<campaigns::CountsByArm> campaign_counts(store::StateReads& reads,
                                                             const std::string& key);
/// What was counted beside the states, over all days and versions.
[[nodiscard]] Result<campaigns::OutcomesByArm> campaign_outcomes(store::StateReads& reads,
                                                                 const std::string& key);

class Campaigns {
 public:
  Campaigns() : Campaigns(campaigns::Pace{}) {}
  explicit Campaigns(campaigns::Pace pace) : pace_(pace) {}

  /// Takes up what the store says.
  Result<void> load(store::StateReads& reads, const reaction::Rules& rules);

  /// When step() has something to do by time alone; never: not. Thread-safe.
  [[nodiscard]] Timestamp next_due() const { return {next_due_.load()}; }
  [[nodiscard]] bool is_active() const { return !active_.empty(); }

  /// Carries each of those that are due, or of which the batch has moved a message, a step further;
  /// true where one of them found something to do. Takes effect with committed(); a batch that
  /// fails is followed by load().
  Result<bool> work(Batch& batch, store::StateTransaction& transaction,
                    const reaction::Rules& rules, Timestamp now);
  /// What work() did is durable, or there was nothing to do.
  void committed();
  /// Whether committed work has asked for a job, since the last call.
  [[nodiscard]] bool take_job_wish() { return std::exchange(wants_job_, false); }

  /// Null where no campaign of this key is under way.
  [[nodiscard]] const campaigns::Standing* find(std::string_view key) const;
  /// Keys of campaigns whose test measures events of this name.
  [[nodiscard]] const std::vector<std::string>& measuring(std::string_view event) const;

 private:
  /// The batch and its transaction, as a campaign's step sees them.
  class Surroundings;

  void reckon();
  /// Campaigns under way share what one batch makes.
  [[nodiscard]] campaigns::Pace pace_in_batch() const;
  Result<void> read_page(store::StateTransaction& transaction, const campaigns::Standing& standing);

  const campaigns::Pace pace_;
  std::map<std::string, campaigns::UnderWay, std::less<>> active_;   ///< by key
  std::map<std::string, campaigns::UnderWay, std::less<>> changed_;  ///< by the present batch
  std::map<std::string, std::vector<std::string>, std::less<>> measuring_;  ///< by event
  bool wishes_job_ = false;  ///< the present batch does
  bool wants_job_ = false;
  /// The page of an audience that was read last.
  std::uint32_t page_campaign_ = 0;
  std::uint64_t page_number_ = 0;
  std::vector<contacts::ContactId> page_;
  std::atomic<std::int64_t> next_due_ = INT64_MAX;
};

}  // namespace sojourn::runtime
