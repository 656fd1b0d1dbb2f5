#pragma once

/// `sojourn serve`: builds the program in plain sight and runs it until it is told to stop.

#include "cli/server_settings.h"

namespace sojourn::cli {

/// Returns after SIGTERM or SIGINT and a graceful stop: 0; 1 where it could not start.
int serve(const ServeFlags& flags);

}  // namespace sojourn::cli
