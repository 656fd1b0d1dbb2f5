#pragma once

/// `sojourn suppression`: the addresses that must not be written to. Answers the process's exit
/// code: 0 done, 1 failed.

#include <string>

#include "cli/client.h"

namespace sojourn::cli {

struct SuppressionFlags {
  std::string action;  ///< `list`, `add`, `lift`, `import`
  /// An address; of `import` the name of a file with one a line. Of `list` it may be empty: all.
  std::string subject;
  std::string topic;  ///< empty: every message
  std::string note;
};

int suppression(const Server& server, const SuppressionFlags& flags);

}  // namespace sojourn::cli
