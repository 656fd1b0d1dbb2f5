#include "domain/campaigns/recipient.h"

#include "domain/policies/refusal.h"

namespace sojourn::campaigns {

std::string_view left_out(const Campaign& campaign, const policies::Policies& policies,
                          const Candidate& candidate) {
  if (!candidate.has_address) return "no_address";
  if (candidate.shares_address) return "duplicate_address";
  return policies::refusal(policies, candidate.consent, campaign.message_class, campaign.topic);
}

bool is_without_answer(const messages::Message& message, Resend::To to) {
  const bool may_have_come = message.state == messages::DeliveryState::sent ||
                             message.state == messages::DeliveryState::uncertain;
  if (!may_have_come || message.clicked_at) return false;
  return to == Resend::To::not_clicked || !message.opened_at;
}

}  // namespace sojourn::campaigns
