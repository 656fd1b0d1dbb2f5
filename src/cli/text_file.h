#pragma once

/// A file that the command line names, read whole.

#include <string>

#include "base/result.h"

namespace sojourn::cli {

/// Its bytes as they are. Error `not_a_file`.
[[nodiscard]] Result<std::string> read_text(const std::string& path);

}  // namespace sojourn::cli
