#pragma once

/// What conditions may call segments and lists.

#include <optional>
#include <string>
#include <string_view>

#include "base/text.h"
#include "domain/reaction/rules.h"

namespace sojourn::reaction {

/// Segments and lists by key, else by the one name that fits in any case.
class DefinedNames final : public segments::Names {
 public:
  explicit DefinedNames(const Rules& rules) {
    for (const SegmentRule& rule : rules.segments()) {
      segments_.add(rule.segment.key, rule.segment.name);
    }
    for (const ListRule& rule : rules.lists()) lists_.add(rule.list.key, rule.list.name);
  }

  std::optional<std::string> segment(std::string_view reference) const override {
    return segments_.find(reference);
  }
  std::optional<std::string> list(std::string_view reference) const override {
    return lists_.find(reference);
  }

 private:
  struct Directory {
    StringMap<std::string> keys;   ///< key to itself
    StringMap<std::string> names;  ///< lower-case name to key; empty where two have it

    void add(const std::string& key, const std::string& name) {
      keys[key] = key;
      const auto [place, fresh] = names.try_emplace(to_lower_ascii(name), key);
      if (!fresh) place->second.clear();
    }
    [[nodiscard]] std::optional<std::string> find(std::string_view reference) const {
      if (const auto found = keys.find(reference); found != keys.end()) return found->second;
      const auto found = names.find(to_lower_ascii(reference));
      if (found == names.end() || found->second.empty()) return std::nullopt;
      return found->second;
    }
  };
  Directory segments_, lists_;
};

}  // namespace sojourn::reaction
