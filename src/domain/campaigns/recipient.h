#pragma once

/// Who of a campaign's audience gets no message, and why. The same rule counts them before the
/// campaign is started, and leaves them out when their turn has come.

#include <string_view>

#include "domain/campaigns/campaign.h"
#include "domain/policies/policies.h"

namespace sojourn::campaigns {

/// A contact of the audience, as the rule sees it.
struct Candidate {
  bool has_address = false;
  /// Another contact's message of the campaign goes to the address, in whichever spelling.
  bool shares_address = false;
  const policies::AddressConsent& consent;  ///< of its address; outlives the call
};

/// `no_address`, `duplicate_address`, `suppressed`, `unsubscribed`, `no_consent`; empty: it gets
/// its message, when caps and quiet hours let it. Text of static lifetime.
[[nodiscard]] std::string_view left_out(const Campaign& campaign,
                                        const policies::Policies& policies,
                                        const Candidate& candidate);

/// Whether an earlier message asks for another: it has, or may have, reached its contact, who has
/// not answered. Who has clicked has seen it, whether or not a picture was loaded.
[[nodiscard]] bool is_without_answer(const messages::Message& message, Resend::To to);

}  // namespace sojourn::campaigns
