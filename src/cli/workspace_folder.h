#pragma once

/// A workspace as a folder of text files (PRODUCT 6).

#include <string>
#include <vector>

#include "base/result.h"
#include "runtime/runtime.h"

namespace sojourn::cli {

/// Every .yaml, .yml and .scenario file below the folder, in the order of their paths, which are
/// relative to it; what is hidden is passed over. Errors: `not_a_folder`, `disk_failed`,
/// `too_large`.
[[nodiscard]] Result<std::vector<runtime::DefinitionFile>> read_workspace_folder(
    const std::string& folder);

}  // namespace sojourn::cli
