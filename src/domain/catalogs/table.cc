#include "domain/catalogs/table.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "domain/definitions/yaml.h"

namespace sojourn::catalogs {
namespace {

constexpr std::string_view csv_ending = ".csv";
constexpr std::string_view json_ending = ".json";

tl::unexpected<Error> in_file(const std::string& path, std::string_view place, Error error) {
  error.message = fmt::format("{}: {}{}", path, place, error.message);
  error.field = path;
  return failure(std::move(error));
}

}  // namespace

Table::Table(const std::vector<FolderCatalog>& catalogs) {
  for (const FolderCatalog& each : catalogs) {
    StringMap<Object>& items = catalogs_[each.catalog.key];
    for (const Item& item : each.items) {
      Result<Object> content = read_content(item.content);
      if (content) items.insert_or_assign(item.key, std::move(*content));
    }
  }
}

Result<bool> Table::has(std::string_view catalog) {
  return catalogs_.contains(catalog);
}

Result<const Object*> Table::item(std::string_view catalog, std::string_view key) {
  const auto items = catalogs_.find(catalog);
  if (items == catalogs_.end()) return nullptr;
  const auto found = items->second.find(key);
  return found == items->second.end() ? nullptr : &found->second;
}

std::optional<Catalog> catalog_in(const FolderFile& file) {
  if (!file.path.ends_with(".yaml") && !file.path.ends_with(".yml")) return std::nullopt;
  const auto document = definitions::parse_yaml(file.text);
  if (!document) return std::nullopt;
  Result<Catalog> catalog = read_catalog(document->value);
  return catalog ? std::optional(std::move(*catalog)) : std::nullopt;
}

std::vector<std::string> item_paths(std::string_view path) {
  const std::string stem(path.substr(0, path.rfind('.')));
  return {stem + std::string(csv_ending), stem + std::string(json_ending)};
}

ItemFormat format_of_path(std::string_view path) {
  return path.ends_with(csv_ending) ? ItemFormat::csv : ItemFormat::json;
}

Result<std::vector<Item>> read_whole_file(const Catalog& catalog, const FolderFile& file) {
  Result<ReadItems> read = read_item_file(catalog, file.text, format_of_path(file.path));
  if (!read) return in_file(file.path, "", read.error());
  if (read->faults.empty()) return std::move(read->items);
  const ItemFault& first = read->faults.front();
  return in_file(file.path, fmt::format("item {}: ", first.number), first.error);
}

Result<std::vector<FolderCatalog>> read_folder(const std::vector<FolderFile>& files) {
  std::vector<FolderCatalog> all;
  for (const FolderFile& file : files) {
    std::optional<Catalog> catalog = catalog_in(file);
    if (!catalog) continue;
    FolderCatalog found{.catalog = std::move(*catalog), .path = file.path};
    for (const std::string& path : item_paths(file.path)) {
      const auto beside = std::ranges::find(files, path, &FolderFile::path);
      if (beside == files.end()) continue;
      TRY(items, read_whole_file(found.catalog, *beside));
      found.items_path = path;
      found.items = std::move(items);
      break;
    }
    all.push_back(std::move(found));
  }
  return all;
}

}  // namespace sojourn::catalogs
