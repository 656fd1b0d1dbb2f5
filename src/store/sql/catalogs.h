#pragma once

/// Catalogs and their items.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/catalog.h"
#include "store/driver/driver.h"

namespace sojourn::store::sql {

[[nodiscard]] Result<std::vector<CatalogRecord>> read_catalogs(driver::Connection& connection);
[[nodiscard]] Result<std::optional<CatalogRecord>> read_catalog(driver::Connection& connection,
                                                                std::string_view key);
[[nodiscard]] Result<std::optional<std::string>> read_catalog_item(driver::Connection& connection,
                                                                   const CatalogGeneration& in,
                                                                   std::string_view key);
[[nodiscard]] Result<std::vector<catalogs::Item>> read_catalog_items(
    driver::Connection& connection, const CatalogGeneration& in,
    const CatalogReads::ItemQuery& wanted);

[[nodiscard]] Result<void> write_catalog(driver::Connection& connection,
                                         const CatalogRecord& record);
[[nodiscard]] Result<void> write_catalog_item(driver::Connection& connection,
                                              const CatalogGeneration& in,
                                              const catalogs::Item& item);
[[nodiscard]] Result<void> delete_catalog_item(driver::Connection& connection,
                                               const CatalogGeneration& in, std::string_view key);
[[nodiscard]] Result<std::uint64_t> delete_catalog_items_before(driver::Connection& connection,
                                                                const CatalogGeneration& present,
                                                                std::size_t limit);
[[nodiscard]] Result<std::uint64_t> delete_catalog_items(driver::Connection& connection,
                                                         const CatalogGeneration& all,
                                                         std::size_t limit);

}  // namespace sojourn::store::sql
