#include "cli/text_file.h"

#include <fmt/format.h>

#include <fstream>
#include <sstream>
#include <utility>

namespace sojourn::cli {

Result<std::string> read_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return failure("not_a_file", fmt::format("{} cannot be read", path));
  std::ostringstream text;
  text << file.rdbuf();
  return std::move(text).str();
}

}  // namespace sojourn::cli
