#pragma once

/// What somebody does with a campaign.

#include <cstdint>
#include <string>

#include "base/time.h"
#include "domain/campaigns/standing.h"

namespace sojourn::simulation {

struct CampaignCommand {
  enum class Kind : std::uint8_t { start, cancel, pause, resume, stop };
  Kind kind = Kind::start;
  std::string campaign;                     ///< key
  Duration hold = campaigns::hold_default;  ///< of start
};

}  // namespace sojourn::simulation
