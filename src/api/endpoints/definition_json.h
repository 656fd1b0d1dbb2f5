#pragma once

/// What answers say of any definition: its revision, where it is used, its condition.

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "domain/reaction/definition_diff.h"
#include "domain/reaction/rules.h"
#include "domain/segments/condition.h"
#include "store/state.h"

namespace sojourn::api {

/// `rev` of a definition, for If-Match; `0` where the store has none of that key.
[[nodiscard]] Result<std::string> revision_of(store::StateReads& view, std::string_view kind,
                                              std::string_view key);

/// The members `text`, `definition` (a Condition) and `rows` (a ConditionRow), into an open object.
void write_condition(JsonWriter& out, const segments::Condition& condition);

/// One object of DefinitionRef.
void write_definition_ref(JsonWriter& out, std::string_view kind, std::string_view key,
                          std::string_view name);

/// One object of Difference.
void write_difference(JsonWriter& out, const reaction::Difference& difference);

/// A definition and the file name under which it is exported.
struct NamedDefinition {
  store::DefinitionRecord record;
  std::string file;
};

/// The latest version of each, archived ones too.
[[nodiscard]] Result<std::vector<NamedDefinition>> named_definitions(store::StateReads& view);
/// Error `unknown_definition`.
[[nodiscard]] Result<NamedDefinition> find_definition(store::StateReads& view,
                                                      const std::string& kind,
                                                      const std::string& key);

/// An earlier version of a definition. Error `unknown_version`.
[[nodiscard]] Result<store::DefinitionRecord> definition_version(
    store::StateReads& view, const store::DefinitionRecord& latest, int version);

/// The error of a key that names no definition of a kind: `unknown_segment` and so on.
[[nodiscard]] Error unknown_definition(std::string_view kind, std::string_view key);
/// The same, or `set_aside` with what is wrong where it stands in the store and is out of force.
[[nodiscard]] Error absent_definition(const reaction::Rules& rules, std::string_view kind,
                                      std::string_view key);

}  // namespace sojourn::api
