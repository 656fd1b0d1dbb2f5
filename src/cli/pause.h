#pragma once

/// `sojourn pause` and `sojourn resume`: a journey stands still, and goes on. Each answers the
/// process's exit code: 0 done, 1 failed.

#include <string>

#include "cli/client.h"

namespace sojourn::cli {

struct ResumeFlags {
  std::string journey;
  std::string overdue = "replan";  ///< what becomes of what came due: `send`, `skip`, `replan`
  std::string over;                ///< of send: a length of time; empty: at once
};

int pause(const Server& server, const std::string& journey);
int resume(const Server& server, const ResumeFlags& flags);

}  // namespace sojourn::cli
