#pragma once

/// Saved views of the web app's pages.

#include <vector>

#include "store/driver/driver.h"
#include "store/saved_views.h"

namespace sojourn::store::sql {

/// By page, name and id.
[[nodiscard]] Result<std::vector<SavedView>> read_saved_views(driver::Connection& connection);
[[nodiscard]] Result<void> write_saved_view(driver::Connection& connection, const SavedView& view);
[[nodiscard]] Result<void> delete_saved_view(driver::Connection& connection, const Hash128& id);
[[nodiscard]] Result<void> delete_private_views(driver::Connection& connection,
                                                std::string_view owner);

}  // namespace sojourn::store::sql
