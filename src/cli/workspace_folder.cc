#include "cli/workspace_folder.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace sojourn::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t files_max = 10'000;

bool is_wanted(const fs::path& path) {
  const std::string ending = path.extension().string();
  return ending == ".yaml" || ending == ".yml" || ending == ".scenario";
}

}  // namespace

Result<std::vector<runtime::DefinitionFile>> read_workspace_folder(const std::string& folder) {
  std::error_code problem;
  if (!fs::is_directory(folder, problem)) {
    return failure({.code = "not_a_folder",
                    .message = fmt::format("{} is no folder", folder),
                    .value = folder});
  }
  std::vector<runtime::DefinitionFile> files;
  for (fs::recursive_directory_iterator place(folder, problem), end; place != end;
       place.increment(problem)) {
    if (problem) return failure("disk_failed", fmt::format("{}: {}", folder, problem.message()));
    // Of version control and other tools, and what `plan` and `export` note.
    if (place->path().filename().string().starts_with('.')) {
      place.disable_recursion_pending();
      continue;
    }
    if (!place->is_regular_file() || !is_wanted(place->path())) continue;
    if (files.size() == files_max) {
      return failure("too_large", fmt::format("{} holds more than {} files", folder, files_max));
    }
    std::ifstream file(place->path(), std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    if (!file)
      return failure("disk_failed", fmt::format("{} cannot be read", place->path().string()));
    files.push_back({fs::relative(place->path(), folder).generic_string(), text.str()});
  }
  std::sort(files.begin(), files.end(),
            [](const auto& a, const auto& b) { return a.path < b.path; });
  return files;
}

}  // namespace sojourn::cli
