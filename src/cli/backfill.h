#pragma once

/// `sojourn backfill`: how far contacts have been brought to what was published; stops that, and
/// starts it again.

#include <string>

#include "cli/client.h"

namespace sojourn::cli {

/// `action`: status, cancel or start. Answers the process's exit code.
int backfill(const Server& server, const std::string& action);

}  // namespace sojourn::cli
