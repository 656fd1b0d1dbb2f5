#pragma once

/// `sojourn campaign`: what campaigns there are, and starting, pausing and stopping them. Answers
/// the process's exit code: 0 done, 1 failed.

#include <string>

#include "cli/client.h"

namespace sojourn::cli {

struct CampaignFlags {
  std::string action;  ///< `list`, `show`, `start`, `cancel`, `pause`, `resume`, `stop`
  std::string key;     ///< of all but `list`
  std::string hold;    ///< of start: a length of time; empty: as the server has it
};

int campaign(const Server& server, const CampaignFlags& flags);

}  // namespace sojourn::cli
