#pragma once

/// Brings a database to the schema of this program.

#include <span>

#include "store/driver/driver.h"
#include "store/migrations/migrations.h"

namespace sojourn::store::sql {

/// Applies what is missing, each step in a transaction of its own with its row in
/// `schema_migration`; does nothing where nothing is. Error `newer_schema` where the database has
/// steps that this program does not know.
[[nodiscard]] Result<void> migrate(driver::Connection& connection,
                                   std::span<const migrations::Migration> steps);

}  // namespace sojourn::store::sql
