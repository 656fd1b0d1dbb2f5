#pragma once

/// Campaigns as answers show them.

#include <map>
#include <optional>
#include <string>

#include "base/json.h"
#include "domain/reaction/rules.h"
#include "runtime/campaigns.h"
#include "store/state.h"

namespace sojourn::api {

/// What the store knows of a campaign.
struct StoredCampaign {
  std::optional<store::CampaignRecord> record;  ///< absent: a draft
  std::map<std::string, runtime::CampaignCounts> counts;
  std::map<std::string, std::map<std::string, std::int64_t>> outcomes;
};

/// The members of CampaignSummary, into an open object.
void write_campaign_summary(JsonWriter& out, const reaction::CampaignRule& rule,
                            const StoredCampaign& stored);
/// Those that Campaign has besides, but for `rev`.
void write_campaign_details(JsonWriter& out, const reaction::CampaignRule& rule,
                            const StoredCampaign& stored, const reaction::Rules& rules);

}  // namespace sojourn::api
