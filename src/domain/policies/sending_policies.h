#pragma once

/// What a workspace's policies say of the mails' way: asked when mails leave and come back, and by
/// nothing else, so that the rules do without it.

#include <optional>
#include <vector>

#include "base/result.h"
#include "base/value.h"
#include "domain/policies/policies.h"
#include "domain/policies/soft_bounces.h"
#include "domain/policies/warm_up.h"

namespace sojourn::policies {

struct SendingPolicies {
  /// When an address that keeps returning mails is suppressed; absent: never.
  std::optional<SoftBounceLimit> soft_bounces = SoftBounceLimit{};
  std::vector<WarmUpPlan> warm_up = {};
  friend bool operator==(const SendingPolicies&, const SendingPolicies&) = default;
};

/// `soft_bounces: ignore | {mails: 5, over: 14d}` and `warm_up` (warm_up.h) of the workspace's
/// definition, which is given whole; the defaults where it has none.
[[nodiscard]] Result<SendingPolicies> read_sending_policies(const Value& workspace);

/// What becomes of the policies' answer where no warm-up plan has room before `room_from` (absent:
/// they have it now): what would go waits, because `warm_up`, unless it has expired by then.
/// Transactional messages are held back by no plan.
[[nodiscard]] Answer wait_for_room(Answer answer, const Proposal& proposal,
                                   std::optional<Timestamp> room_from, Timestamp now);

}  // namespace sojourn::policies
