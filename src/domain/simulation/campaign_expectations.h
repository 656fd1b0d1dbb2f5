#pragma once

/// What a scenario expects of campaigns, held against what a stage shows.

#include <optional>
#include <string_view>

#include "base/time.h"
#include "domain/simulation/cast.h"
#include "domain/simulation/expectations.h"
#include "domain/simulation/scenario_text.h"
#include "domain/simulation/stage.h"

namespace sojourn::simulation {

/// Whether something of this name is counted of a campaign, or of an arm: `audience`, `gone`,
/// `not_reached`, `erased`, `share`, a state of deliveries, or what people did.
[[nodiscard]] bool is_campaign_count(std::string_view name);

/// Of the kinds `campaign_…`.
[[nodiscard]] Verdict check_campaign(const Stage& stage, const Expect& expect);
/// Of the kind `recipient`.
[[nodiscard]] Verdict check_recipient(const Stage& stage, const Expect& expect,
                                      std::optional<Timestamp> until, const WallClock& clock);

}  // namespace sojourn::simulation
