#pragma once

/// What each policy says of a message by itself. Every answer is that of decide(), asked with one
/// policy at a time, so that the two cannot disagree.

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/policies/policies.h"

namespace sojourn::policies {

struct PolicyCheck {
  /// `suppression`, `topic_consent`, `frequency_cap`, `outranked` (of a cap that has a place, which
  /// a message of higher priority takes), `quiet_hours`
  std::string code;
  Answer answer;         ///< of this policy alone
  std::string evidence;  ///< `2 of 3 in 1w: “offer” of spring/mail at …`
};

/// What evidence calls a message, by its key.
using MessageNames = std::function<std::string(std::string_view key)>;

/// In the order in which decide() asks; a cap each. The arguments are those of decide(), and how
/// evidence names messages: by their keys where `names` is empty.
[[nodiscard]] std::vector<PolicyCheck> explain(const Policies& policies, const Standing& standing,
                                               const Proposal& proposal, Timestamp now,
                                               const MessageNames& names = {});

}  // namespace sojourn::policies
