#include "domain/campaigns/recipient.h"

#include "domain/policies/refusal.h"

namespace sojourn::campaigns {

std::string_view left_out(const Campaign& campaign, const policies::Policies& policies,
                          const Candidate& candidate) {
  if (!candidate.has_address) return "no_address";
  if (candidate.shares_address) return "duplicate_address";
  return policies::refusal(policies, candidate.consent, campaign.message_class, campaign.topic);
}

}  // namespace sojourn::campaigns
