#pragma once

/// Campaigns as answers show them.

#include <map>
#include <optional>
#include <string>

#include "base/json.h"
#include "domain/campaigns/counts.h"
#include "domain/campaigns/standing.h"
#include "domain/reaction/rules.h"
#include "runtime/campaigns.h"
#include "store/state.h"

namespace sojourn::api {

/// What the store knows of a campaign.
struct StoredCampaign {
  std::optional<campaigns::Standing> record;  ///< absent: a draft
  campaigns::CountsByArm counts;
  campaigns::OutcomesByArm outcomes;
};

/// The members of CampaignSummary, into an open object.
void write_campaign_summary(JsonWriter& out, const reaction::CampaignRule& rule,
                            const StoredCampaign& stored);
/// Those that Campaign has besides, but for `rev`.
void write_campaign_details(JsonWriter& out, const reaction::CampaignRule& rule,
                            const StoredCampaign& stored, const reaction::Rules& rules);

}  // namespace sojourn::api
