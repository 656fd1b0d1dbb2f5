#include "cli/export.h"

#include <fmt/format.h>

#include <filesystem>
#include <map>
#include <set>
#include <vector>

#include "cli/answer_fields.h"
#include "cli/applied_state.h"
#include "cli/asset_files.h"
#include "cli/catalog_files.h"
#include "cli/workspace_folder.h"
#include "domain/reaction/rules.h"
#include "runtime/definition_names.h"

namespace sojourn::cli {
namespace {

namespace fs = std::filesystem;

int fail(const Error& error) {
  fmt::print(stderr, "sojourn: {}\n", error.message);
  return 1;
}

/// A file that is to be written, or is as it should be.
struct Exported {
  std::string place;  ///< `kind/key`
  std::string path;
  std::string text;
  std::string rev;
  bool changes = false;
  bool foreign = false;  ///< what it replaces did not come from this server
};

class Exporter {
 public:
  Exporter(std::string folder, AppliedState state)
      : folder_(std::move(folder)), state_(std::move(state)) {}

  /// Finds which definitions the folder has already, and where.
  Result<void> look_into_folder() {
    std::error_code ignored;
    if (!fs::exists(folder_, ignored)) return {};
    TRY(files, read_workspace_folder(folder_));
    for (runtime::DefinitionFile& file : files) {
      texts_[file.path] = file.text;
      if (!runtime::is_folder_path(file.path)) continue;
      const Result<reaction::DefinitionName> name = reaction::read_definition_name(file.text);
      if (name) paths_.emplace(name->kind + "/" + name->key, file.path);
    }
    for (const auto& [place, path] : paths_) taken_.insert(path);
    return {};
  }

  Result<void> add(const Value& definition) {
    const std::string kind = shown(definition, "kind");
    const std::string key = shown(definition, "key");
    Exported file{.place = kind + "/" + key,
                  .path = {},
                  .text = shown(definition, "text"),
                  .rev = shown(definition, "rev")};
    TRY(path,
        path_for(file.place, {shown(definition, "path"), fmt::format("{}s/{}.yaml", kind, key),
                              fmt::format("{}s/{}-from-server.yaml", kind, key)}));
    file.path = std::move(path);
    const auto present = texts_.find(file.path);
    const auto known = state_.definitions.find(file.place);
    file.changes = present == texts_.end() || present->second != file.text;
    const bool untouched = present != texts_.end() && known != state_.definitions.end() &&
                           known->second.hash == text_hash(present->second);
    file.foreign = file.changes && present != texts_.end() && !untouched;
    files_.push_back(std::move(file));
    return {};
  }

  [[nodiscard]] std::vector<std::string> foreign() const {
    std::vector<std::string> paths;
    for (const Exported& file : files_) {
      if (file.foreign) paths.push_back(file.path);
    }
    return paths;
  }

  /// Names files whose definitions the server has had and has no more.
  void print_gone() const {
    for (const auto& [place, path] : paths_) {
      bool found = !state_.definitions.contains(place);
      for (const Exported& file : files_) found = found || file.place == place;
      if (!found) fmt::print("{} is not on the server any more: {}\n", place, path);
    }
  }

  Result<void> write(const Server& server) {
    AppliedState state{.server = state_.server};
    std::size_t written = 0;
    for (const Exported& file : files_) {
      if (file.changes) {
        TRY_VOID(write_file((fs::path(folder_) / file.path).string(), file.text));
        fmt::print("wrote {}\n", file.path);
        ++written;
      }
      TRY_VOID(download_picture(server, folder_, file.path, file.text));
      TRY_VOID(download_items(server, folder_, file.path, file.text));
      state.definitions[file.place] = {file.rev, text_hash(file.text)};
    }
    fmt::print("{} written, {} as they were\n", written, files_.size() - written);
    return write_applied_state(folder_, state);
  }

 private:
  /// Where the folder has the definition already; else the first of the names that is free.
  Result<std::string> path_for(const std::string& place, const std::vector<std::string>& names) {
    const auto known = paths_.find(place);
    if (known != paths_.end()) return known->second;
    for (const std::string& name : names) {
      // The server is not trusted with places outside of the folder.
      if (runtime::is_folder_path(name) && taken_.insert(name).second) return name;
    }
    return failure("name_taken",
                   fmt::format("{} has no file name that is free: other definitions stand in {}",
                               place, names.front()));
  }

  const std::string folder_;
  const AppliedState state_;
  std::map<std::string, std::string> texts_;  ///< of the folder's files, by path
  std::map<std::string, std::string> paths_;  ///< of the folder's definitions, by place
  std::set<std::string> taken_;
  std::vector<Exported> files_;
};

}  // namespace

int export_workspace(const Server& server, const std::string& folder, Overwrite overwrite) {
  Result<AppliedState> state = read_applied_state(folder, server.url);
  if (!state) return fail(state.error());
  const Result<std::vector<Value>> definitions = get_all(server, "/api/v1/definitions");
  if (!definitions) return fail(definitions.error());
  Exporter exporter(folder, std::move(*state));
  const Result<void> looked = exporter.look_into_folder();
  if (!looked) return fail(looked.error());
  for (const Value& definition : *definitions) {
    const Result<void> added = exporter.add(definition);
    if (!added) return fail(added.error());
  }
  const std::vector<std::string> foreign = exporter.foreign();
  if (!foreign.empty() && overwrite == Overwrite::refuse) {
    for (const std::string& path : foreign) {
      fmt::print(stderr, "{} holds what the server does not have\n", path);
    }
    fmt::print(stderr, "sojourn: nothing was written; --force overwrites {} file{}\n",
               foreign.size(), foreign.size() == 1 ? "" : "s");
    return 1;
  }
  exporter.print_gone();
  const Result<void> written = exporter.write(server);
  return written ? 0 : fail(written.error());
}

}  // namespace sojourn::cli
