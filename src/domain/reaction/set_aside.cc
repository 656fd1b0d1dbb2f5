#include "domain/reaction/set_aside.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/calendar.h"
#include "domain/definitions/yaml.h"

namespace sojourn::reaction {
namespace {

/// The zone that a text of the workspace names, though something else in it is wrong; empty where
/// it names none.
std::string zone_in(const std::string& text) {
  const Result<definitions::YamlDocument> document = definitions::parse_yaml(text);
  const Object* object = document ? document->value.as_object() : nullptr;
  const Value* zone = object == nullptr ? nullptr : object->find("timezone");
  const std::string* name = zone == nullptr ? nullptr : zone->as_string();
  return name != nullptr && find_zone(*name) ? *name : std::string();
}

/// What stays in force of a definition that is set aside: that there is a list, and in which zone
/// dates are meant. Absent: nothing.
std::optional<std::string> what_stays(const SetAside& aside, const std::string& text) {
  if (aside.kind == "list" && !aside.key.empty()) {
    return fmt::format("{{kind: list, key: {}}}", aside.key);
  }
  if (aside.kind != "workspace" || aside.key.empty()) return std::nullopt;
  const std::string zone = zone_in(text);
  if (zone.empty()) return std::nullopt;
  return fmt::format("{{kind: workspace, key: {}, timezone: \"{}\"}}", aside.key, zone);
}

SetAside begin(const DefinitionSource& source) {
  SetAside aside{.kind = source.kind,
                 .key = source.key,
                 .number = source.number,
                 .version = source.version,
                 .superseded = source.superseded,
                 .problems = {}};
  if (!aside.kind.empty()) return aside;
  const Result<DefinitionName> name = read_definition_name(source.text);
  if (!name) return aside;
  aside.kind = name->kind;
  aside.key = name->key;
  return aside;
}

bool is_of(const Problem& problem, const DefinitionSource& source) {
  return problem.number == source.number && problem.version == source.version;
}

}  // namespace

bool set_aside_faulty(const std::vector<Problem>& problems, const Rules::MaySetAside& may_set_aside,
                      std::vector<DefinitionSource>& sources, std::vector<SetAside>& aside) {
  if (problems.empty()) return false;
  bool found = false;
  std::vector<DefinitionSource> kept;
  for (DefinitionSource& source : sources) {
    SetAside fault = begin(source);
    for (const Problem& problem : problems) {
      const bool is_loop = problem.code == "loop_without_wait";
      if (is_of(problem, source) && !is_loop) fault.problems.push_back(problem);
    }
    if (fault.problems.empty() || !may_set_aside(source)) {
      kept.push_back(std::move(source));
      continue;
    }
    found = true;
    const bool is_known = std::any_of(aside.begin(), aside.end(), [&](const SetAside& each) {
      return each.number == source.number && each.version == source.version;
    });
    if (is_known) continue;
    if (std::optional<std::string> text = what_stays(fault, source.text)) {
      source.text = std::move(*text);
      kept.push_back(std::move(source));
    }
    aside.push_back(std::move(fault));
  }
  std::erase_if(kept, [&](const DefinitionSource& source) {
    return source.superseded && std::any_of(aside.begin(), aside.end(), [&](const SetAside& each) {
             return each.number == source.number && !each.superseded;
           });
  });
  sources = std::move(kept);
  return found;
}

}  // namespace sojourn::reaction
