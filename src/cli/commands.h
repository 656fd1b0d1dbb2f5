#pragma once

/// The commands beside `serve`. Each prints for people and answers the process's exit code:
/// 0 done, 1 failed, 2 (plan) something would change.

#include <string>

#include "cli/client.h"

namespace sojourn::cli {

enum class Confirm { ask, yes };

int plan(const Server& server, const std::string& folder);
/// Shows the plan, asks, and publishes it.
enum class Wait : bool { no, yes };
int apply(const Server& server, const std::string& folder, Confirm confirm, Wait wait);
/// Has the server copy its data into a new folder on its own machine.
int backup(const Server& server, const std::string& folder);

}  // namespace sojourn::cli
