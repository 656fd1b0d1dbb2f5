#pragma once

/// `sojourn export DIR`: what the server has, as a workspace folder.

#include <string>

#include "cli/client.h"

namespace sojourn::cli {

enum class Overwrite { refuse, force };

/// Writes every definition in force as a file of the folder, which is made where it is absent. Only
/// files that change are written, and no others touched. Where a file holds something that neither
/// came from this server nor is what it has now, nothing at all is written, unless it is forced.
/// Settings, accounts and keys are no definitions: no secret is written.
int export_workspace(const Server& server, const std::string& folder, Overwrite overwrite);

}  // namespace sojourn::cli
