#include "domain/reaction/defined_names.h"

#include "base/text.h"

namespace sojourn::reaction {

DefinedNames::DefinedNames(const Rules& rules) {
  for (const SegmentRule& rule : rules.segments()) {
    segments_.add(rule.segment.key, rule.segment.name);
  }
  for (const ListRule& rule : rules.lists()) lists_.add(rule.list.key, rule.list.name);
}

void DefinedNames::Directory::add(const std::string& key, const std::string& name) {
  keys[key] = key;
  const auto [place, fresh] = names.try_emplace(to_lower_ascii(name), key);
  if (!fresh) place->second.clear();
}

std::optional<std::string> DefinedNames::Directory::find(std::string_view reference) const {
  if (const auto found = keys.find(reference); found != keys.end()) return found->second;
  const auto found = names.find(to_lower_ascii(reference));
  if (found == names.end() || found->second.empty()) return std::nullopt;
  return found->second;
}

}  // namespace sojourn::reaction
