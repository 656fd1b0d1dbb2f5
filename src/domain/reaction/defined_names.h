#pragma once

/// The names that conditions may use, as the rules of a workspace define them.

#include <optional>
#include <string>
#include <string_view>

#include "base/string_map.h"
#include "domain/reaction/rules.h"
#include "domain/segments/condition.h"

namespace sojourn::reaction {

/// Segments and lists by key, else by the one name that fits in any case.
class DefinedNames final : public segments::Names {
 public:
  explicit DefinedNames(const Rules& rules);

  [[nodiscard]] std::optional<std::string> segment(std::string_view reference) const override {
    return segments_.find(reference);
  }
  [[nodiscard]] std::optional<std::string> list(std::string_view reference) const override {
    return lists_.find(reference);
  }

 private:
  struct Directory {
    StringMap<std::string> keys;   ///< key to itself
    StringMap<std::string> names;  ///< lower-case name to key; empty where two have it

    void add(const std::string& key, const std::string& name);
    [[nodiscard]] std::optional<std::string> find(std::string_view reference) const;
  };
  Directory segments_, lists_;
};

}  // namespace sojourn::reaction
