#pragma once

/// The commands beside `serve`. Each prints for people and answers the process's exit code:
/// 0 done, 1 failed, 2 (plan) something would change.

#include <cstdint>
#include <optional>
#include <string>

#include "cli/client.h"
#include "cli/inside_choices.h"

namespace sojourn::cli {

enum class Confirm { ask, yes };

int plan(const Server& server, const std::string& folder, const InsideFlags& inside);
enum class Wait : bool { no, yes };
/// Shows the plan, asks, and publishes it. `reach`: how many people a journey may let in on one day
/// beyond what the workspace's guard allows; absent: asks, or with Confirm::yes fails, where it is
/// more.
int apply(const Server& server, const std::string& folder, const InsideFlags& inside,
          Confirm confirm, Wait wait, std::optional<std::int64_t> reach);
/// Has the server copy its data into a new folder on its own machine.
int backup(const Server& server, const std::string& folder);

}  // namespace sojourn::cli
