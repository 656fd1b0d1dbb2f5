#pragma once

/// The job that reads whom a campaign is for, at one moment of the store, and keeps their ids
/// (docs/internals/campaigns.md).

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "domain/campaigns/campaign.h"
#include "domain/campaigns/standing.h"
#include "domain/contacts/contact_id.h"
#include "domain/reaction/rules.h"
#include "runtime/jobs.h"
#include "store/state.h"

namespace sojourn::runtime {

/// The contacts of an audience, ascending, each once; a page of each segment is in memory at a
/// time. Errors: `unknown_segment`, `unknown_list`, `unknown_campaign` where a definition is gone.
class AudienceReader {
 public:
  /// All outlive it.
  static Result<AudienceReader> open(store::StateReads& view, const reaction::Rules& rules,
                                     const campaigns::Audience& audience);

  /// At most `limit` of the next contacts; none: that was all.
  Result<std::vector<contacts::ContactId>> next(std::size_t limit);
  /// Who was left out so far, since `except` names them.
  [[nodiscard]] std::uint64_t excluded() const { return left_out_; }

 private:
  /// Ids of one source in their order, read in pages.
  class Source {
   public:
    /// The ids after one that it is given; empty: no more.
    using Read =
        std::function<Result<std::vector<contacts::ContactId>>(const contacts::ContactId& after)>;
    explicit Source(Read read) : read_(std::move(read)) {}

    /// The next id; absent: no more.
    Result<std::optional<contacts::ContactId>> peek();
    void pop() { ++place_; }
    /// Passes over what is less.
    Result<void> advance_to(const contacts::ContactId& id);

   private:
    Read read_;
    std::vector<contacts::ContactId> page_;
    std::size_t place_ = 0;
    contacts::ContactId last_;
    bool ended_ = false;
  };

  static Result<void> add_group(store::StateReads& view, const reaction::Rules& rules,
                                const campaigns::Group& group, std::vector<Source>& sources);
  static Result<Source> earlier_campaign(store::StateReads& view, const reaction::Rules& rules,
                                         const campaigns::Resend& resend);
  Result<bool> is_excluded(const contacts::ContactId& id);

  std::vector<Source> wanted_;
  std::vector<Source> excluded_;
  std::uint64_t left_out_ = 0;
};

/// Whether a campaign was started for the contact, under this very id. A look at some of its pages.
[[nodiscard]] Result<bool> is_in_audience(store::StateReads& reads,
                                          const campaigns::Standing& record,
                                          const contacts::ContactId& contact);

class CampaignAudienceWork final : public JobWork {
 public:
  /// `runtime` outlives it.
  explicit CampaignAudienceWork(Runtime& runtime) : runtime_(runtime) {}

  /// All in one slice: what is read must be of one moment. A million contacts take a second.
  Result<JobSlice> step(const store::JobRecord& job) override;

 private:
  struct Found {
    std::uint64_t contacts = 0;
    std::uint64_t pages = 0;
    events::Position position;
    /// The end, which is not stored yet, and the page that it begins with.
    std::vector<contacts::ContactId> last;
    std::uint64_t last_page = 0;
  };
  Result<Found> read_all(const campaigns::Standing& record, const campaigns::Audience& audience);

  Runtime& runtime_;
};

}  // namespace sojourn::runtime
