#pragma once

/// How campaigns stand in the store beside their standing (domain/campaigns/standing.h).

#include <string_view>

namespace sojourn::store {

/// Outcomes of the counters by which a campaign's messages are told by state: kind, key of the
/// campaign, and its arm as the variant.
inline constexpr std::string_view campaign_states_kind = "campaign_state";

}  // namespace sojourn::store
