#pragma once

/// Definitions as text, the facts that they ask for, the attribute registry and settings.

#include "store/driver/driver.h"
#include "store/state.h"

namespace sojourn::store::sql {

/// The latest version of each, by number.
[[nodiscard]] Result<std::vector<DefinitionRecord>> read_definitions(
    driver::Connection& connection);
[[nodiscard]] Result<std::optional<DefinitionRecord>> read_definition(
    driver::Connection& connection, std::string_view kind, std::string_view key, int version);
/// Without the audit line. Error `duplicate_key` where another number has this kind and key.
[[nodiscard]] Result<void> write_definition(driver::Connection& connection,
                                            const DefinitionRecord& record);

[[nodiscard]] Result<std::vector<FactRecord>> read_facts(driver::Connection& connection);
[[nodiscard]] Result<void> write_fact(driver::Connection& connection, const FactRecord& record);
[[nodiscard]] Result<void> delete_fact(driver::Connection& connection, const Hash128& id);

[[nodiscard]] Result<std::vector<AttributeRecord>> read_attributes(driver::Connection& connection);
[[nodiscard]] Result<void> write_attribute(driver::Connection& connection,
                                           const AttributeRecord& record);

[[nodiscard]] Result<std::optional<std::string>> read_setting(driver::Connection& connection,
                                                              std::string_view name);
[[nodiscard]] Result<void> write_setting(driver::Connection& connection, std::string_view name,
                                         std::string_view value);

}  // namespace sojourn::store::sql
