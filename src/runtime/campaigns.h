#pragma once

/// Campaigns that are under way, on the committer's thread: begins them, makes the outbox's rows of
/// the next contacts in the transaction of a batch, takes the look of a test, pauses where too much
/// goes wrong, and ends them (docs/internals/campaigns.md).
///
/// All members but next_due() belong to the committer's thread.

#include <atomic>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "domain/campaigns/campaign.h"
#include "domain/reaction/rules.h"
#include "store/campaign.h"
#include "store/state.h"

namespace sojourn::runtime {

class Batch;

/// Reason of messages that are cancelled since their campaign was stopped.
inline constexpr std::string_view campaign_stopped = "campaign_stopped";
/// The job that reads whom a campaign is for.
inline constexpr std::string_view campaign_audience_kind = "campaign_audience";

/// How many messages of a campaign, or of one of its arms, are in which state.
struct CampaignCounts {
  std::map<messages::DeliveryState, std::int64_t> states;
  std::int64_t erased = 0;

  [[nodiscard]] std::int64_t of(messages::DeliveryState state) const;
  /// Not yet handed over: `queued`, `retry`, `claimed` and `committing`.
  [[nodiscard]] std::int64_t open() const;
  [[nodiscard]] std::int64_t all() const;
};
/// By arm; that without a test under an empty name.
[[nodiscard]] Result<std::map<std::string, CampaignCounts>> campaign_counts(
    store::StateReads& reads, const std::string& key);
/// What was counted beside the states: `opened`, `clicked`, `bounced`, `complained`, `converted`,
/// `revenue`, `skipped:REASON`, `failed:REASON`; by arm and outcome, over all days and versions.
[[nodiscard]] Result<std::map<std::string, std::map<std::string, std::int64_t>>> campaign_outcomes(
    store::StateReads& reads, const std::string& key);

class Campaigns {
 public:
  struct Options {
    /// Contacts whose turn comes in one batch: what hand-offs that ask for leave wait for is some
    /// hundredths of a second.
    std::size_t page = 500;
    /// Contacts of whom one batch sees that it is not their turn in this pass of a test.
    std::size_t passed = 10'000;
    /// Rows that wait for the sender at most before the next are made; the outbox keeps more.
    std::int64_t ahead = 5'000;
    /// With a throttle: rows are made so long before they are due.
    Duration throttle_ahead = Duration::minutes(5);
    /// Messages of a stopped campaign that one batch cancels.
    std::size_t cancel_page = 500;
  };
  Campaigns() : Campaigns(Options{}) {}
  explicit Campaigns(Options options) : options_(options) {}

  /// Takes up what the store says.
  Result<void> load(store::StateReads& reads, const reaction::Rules& rules);

  /// When step() has something to do by time alone; never: not. Thread-safe.
  [[nodiscard]] Timestamp next_due() const { return {next_due_.load()}; }
  [[nodiscard]] bool is_active() const { return !active_.empty(); }

  /// Carries each of those that are due, or of which the batch has moved a message, a step further.
  /// Takes effect with committed(); a batch that fails is followed by load().
  Result<void> work(Batch& batch, store::StateTransaction& transaction,
                    const reaction::Rules& rules, Timestamp now);
  void committed();
  /// Whether committed work has asked for a job, since the last call.
  [[nodiscard]] bool take_job_wish() { return std::exchange(wants_job_, false); }

  /// Null where no campaign of this key is under way.
  [[nodiscard]] const store::CampaignRecord* find(std::string_view key) const;
  /// Keys of campaigns whose test measures events of this name.
  [[nodiscard]] const std::vector<std::string>& measuring(std::string_view event) const;

 private:
  struct Active {
    store::CampaignRecord record;
    Timestamp due = {};    ///< to be looked at again; never: when a message of it has moved
    bool may_hold = true;  ///< messages of it may wait without a due time
  };
  /// One step of one campaign.
  class Step;

  void reckon();
  /// Campaigns under way share what one batch makes.
  [[nodiscard]] std::size_t rows_in_batch() const;
  Result<void> read_page(store::StateTransaction& transaction, const store::CampaignRecord& record);

  const Options options_;
  std::map<std::string, Active, std::less<>> active_;   ///< by key
  std::map<std::string, Active, std::less<>> changed_;  ///< by the present batch
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
