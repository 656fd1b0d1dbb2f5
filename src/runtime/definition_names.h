#pragma once

/// Under which names definitions stand as files in a workspace folder.

#include <string>
#include <string_view>
#include <vector>

#include "store/state.h"

namespace sojourn::runtime {

/// True of a place within a folder where definitions are looked for: relative, with `/`, no part
/// hidden or leading out, and not among a scenario's changes.
[[nodiscard]] bool is_folder_path(std::string_view path);

/// A file name for each definition, in their order: the one that it was applied from where that is
/// its own, else one made of kind and key. The same definitions give the same names.
[[nodiscard]] std::vector<std::string> file_names(
    const std::vector<store::DefinitionRecord>& definitions);

}  // namespace sojourn::runtime
