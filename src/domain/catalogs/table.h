#pragma once

/// Catalogs with all their items in memory: of a workspace folder, for scenarios and previews.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/string_map.h"
#include "domain/catalogs/item_file.h"
#include "domain/catalogs/look_up.h"

namespace sojourn::catalogs {

/// A catalog of a workspace folder.
struct FolderCatalog {
  Catalog catalog;
  std::string path = {};         ///< of its definition
  std::string items_path = {};   ///< empty: no items stand beside it
  std::vector<Item> items = {};  ///< each key once
};

class Table final : public Catalogs {
 public:
  Table() = default;
  explicit Table(const std::vector<FolderCatalog>& catalogs);

  // Catalogs
  [[nodiscard]] Result<bool> has(std::string_view catalog) override;
  [[nodiscard]] Result<const Object*> item(std::string_view catalog, std::string_view key) override;

 private:
  StringMap<StringMap<Object>> catalogs_;
};

/// A file of a workspace folder.
struct FolderFile {
  std::string path;
  std::string text;
};

/// The catalogs that are defined among the files, with the items that stand beside each:
/// `catalogs/products.csv`, else `.json`, beside `catalogs/products.yaml`. What is no catalog is
/// passed over, and so is one that cannot be read: who publishes it tells what is wrong. Errors:
/// those of read_item_file(), and its first fault, with the path as the field.
[[nodiscard]] Result<std::vector<FolderCatalog>> read_folder(const std::vector<FolderFile>& files);

/// The definition of a catalog in a file; absent for any other.
[[nodiscard]] std::optional<Catalog> catalog_in(const FolderFile& file);
/// Under which names the items of the definition at `path` may stand, the first that there is.
[[nodiscard]] std::vector<std::string> item_paths(std::string_view path);
[[nodiscard]] ItemFormat format_of_path(std::string_view path);
/// A fault of any item is an error.
[[nodiscard]] Result<std::vector<Item>> read_whole_file(const Catalog& catalog,
                                                        const FolderFile& file);

}  // namespace sojourn::catalogs
