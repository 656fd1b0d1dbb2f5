#include "runtime/definition_names.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "base/text.h"
#include "domain/simulation/scenario.h"
#include "runtime/definitions.h"

namespace sojourn::runtime {
namespace {

using store::DefinitionRecord;

std::string own_name(const DefinitionRecord& definition) {
  if (definition.kind == "workspace") return "workspace.yaml";
  return fmt::format("{}s/{}.yaml", definition.kind, definition.key);
}

/// The one that has the name, among those that were applied from a file of it: a file that came to
/// hold another definition is that one's.
bool is_later(const DefinitionRecord& one, const DefinitionRecord& other) {
  return std::tuple(!one.archived, one.changed_at, one.number) >
         std::tuple(!other.archived, other.changed_at, other.number);
}

}  // namespace

bool is_folder_path(std::string_view path) {
  if (!is_definition_file(path) || path.find('\\') != std::string_view::npos) return false;
  if (simulation::is_change(path)) return false;
  const auto parts = split(path, '/');
  return std::none_of(parts.begin(), parts.end(),
                      [](std::string_view part) { return part.empty() || part.starts_with('.'); });
}

std::vector<std::string> file_names(const std::vector<DefinitionRecord>& definitions) {
  std::map<std::string, const DefinitionRecord*> owners;
  for (const DefinitionRecord& definition : definitions) {
    if (!is_folder_path(definition.path)) continue;
    const DefinitionRecord*& owner = owners.try_emplace(definition.path, &definition).first->second;
    if (is_later(definition, *owner)) owner = &definition;
  }
  std::set<std::string> taken;
  for (const auto& [path, owner] : owners) taken.insert(path);
  std::vector<std::string> names;
  for (const DefinitionRecord& definition : definitions) {
    const auto owner = owners.find(definition.path);
    if (owner != owners.end() && owner->second == &definition) {
      names.push_back(definition.path);
      continue;
    }
    std::string name = own_name(definition);
    for (std::uint32_t tries = 0; !taken.insert(name).second; ++tries) {
      name =
          fmt::format("{}s/{}-{}.yaml", definition.kind, definition.key, definition.number + tries);
    }
    names.push_back(std::move(name));
  }
  return names;
}

}  // namespace sojourn::runtime
