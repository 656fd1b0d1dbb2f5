#pragma once

/// Whom a campaign would reach if it was started now, contact by contact: by the reader that
/// freezes its audience, and by the rule that leaves contacts out when their turn has come.

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "base/result.h"
#include "domain/reaction/rules.h"
#include "runtime/audience.h"
#include "runtime/ledger.h"
#include "store/state.h"

namespace sojourn::runtime {

struct CampaignReach {
  std::uint64_t contacts = 0;  ///< of the audience
  std::uint64_t excluded = 0;  ///< who would be of it, but for its `except`; not among `contacts`
  /// Of the audience, by reason (domain/campaigns/recipient.h).
  std::map<std::string, std::uint64_t, std::less<>> left_out = {};
  /// False: the index of addresses was not there in time, or reading took too long. Then `left_out`
  /// is empty, and of an audience that could not be read to its end the first part is counted.
  bool exact = true;
};

struct ReachLimits {
  /// How long it waits for the index of addresses.
  std::chrono::milliseconds index_wait{2'000};
  /// How long it reads. Of an audience of segments that is some millions of contacts; an earlier
  /// campaign is asked message by message.
  std::chrono::milliseconds time{5'000};
};

/// `rules` are those in force; `campaign` is of them. Caps and quiet hours are not asked: what they
/// say depends on the hour. Errors: those of the store, `unknown_segment`, `unknown_list`,
/// `campaign_not_sent`.
[[nodiscard]] Result<CampaignReach> count_reach(store::StateReads& view, Audience& audience,
                                                const reaction::Rules& rules,
                                                const reaction::CampaignRule& campaign,
                                                const Ledger& ledger,
                                                const ReachLimits& limits = {});

}  // namespace sojourn::runtime
