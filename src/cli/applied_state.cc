#include "cli/applied_state.h"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/hash.h"
#include "base/json.h"
#include "base/text.h"
#include "cli/answer_fields.h"

namespace sojourn::cli {
namespace {

namespace fs = std::filesystem;

std::string state_path(const std::string& folder) {
  return (fs::path(folder) / ".sojourn" / "applied.json").string();
}

/// Absent where there is no such file.
Result<std::optional<std::string>> read_file(const std::string& path) {
  std::error_code problem;
  if (!fs::exists(path, problem)) return std::optional<std::string>();
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file) return failure("disk_failed", fmt::format("{} cannot be read", path));
  return std::optional(text.str());
}

}  // namespace

std::string text_hash(std::string_view text) {
  const Hash128 hash = keyed_hash(HashKey{}, {"file", text});
  return to_hex(hash.view());
}

Result<AppliedState> read_applied_state(const std::string& folder, const std::string& server) {
  AppliedState state{.server = server};
  TRY(text, read_file(state_path(folder)));
  if (!text) return state;
  const Result<Value> value = parse_json(*text);
  if (!value) {
    return failure("damaged_state",
                   fmt::format("{}: {}; without the file nothing is known of what was changed "
                               "meanwhile",
                               state_path(folder), value.error().message));
  }
  if (shown(*value, "server") != server || value->as_object() == nullptr) return state;
  const Value* definitions = value->as_object()->find("definitions");
  if (definitions == nullptr || definitions->as_object() == nullptr) return state;
  for (const auto& [place, definition] : *definitions->as_object()) {
    state.definitions[place] = {shown(definition, "rev"), shown(definition, "hash")};
  }
  return state;
}

Result<void> write_applied_state(const std::string& folder, const AppliedState& state) {
  // A line each: two people's changes of different definitions do not meet in version control.
  std::string lines;
  for (const auto& [place, definition] : state.definitions) {
    const Object common{{"rev", definition.rev}, {"hash", definition.hash}};
    lines += fmt::format("{}\n{}:{}", lines.empty() ? "" : ",", to_json(Value(place)),
                         to_json(Value(common)));
  }
  return write_file(state_path(folder), fmt::format("{{\"server\":{},\"definitions\":{{{}\n}}}}\n",
                                                    to_json(Value(state.server)), lines));
}

Result<void> write_file(const std::string& path, std::string_view text) {
  std::error_code problem;
  fs::create_directories(fs::path(path).parent_path(), problem);
  const std::string draft = path + ".new";
  {
    std::ofstream file(draft, std::ios::binary | std::ios::trunc);
    file.write(text.data(), static_cast<std::streamsize>(text.size()));
    file.close();
    if (!file) return failure("disk_failed", fmt::format("{} cannot be written", path));
  }
  fs::rename(draft, path, problem);
  if (problem) return failure("disk_failed", fmt::format("{}: {}", path, problem.message()));
  return {};
}

}  // namespace sojourn::cli
