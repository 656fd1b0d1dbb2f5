#pragma once

/// `sojourn segment count`: asks the server how many contacts a condition holds for.

#include <string>

#include "cli/client.h"

namespace sojourn::cli {

struct SegmentCountFlags {
  std::string condition;  ///< in the language of segments
  bool wait = false;      ///< until the number is exact
};

/// Prints the number, and each row of the condition with its own. Answers the process's exit code.
int segment_count(const Server& server, const SegmentCountFlags& flags);

}  // namespace sojourn::cli
