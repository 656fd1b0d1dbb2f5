#include "cli/catalog_files.h"

#include <fmt/format.h>

#include <filesystem>
#include <optional>
#include <utility>

#include "base/text.h"
#include "cli/answer_fields.h"
#include "cli/applied_state.h"
#include "cli/text_file.h"
#include "cli/workspace_folder.h"

namespace sojourn::cli {
namespace {

namespace fs = std::filesystem;

using catalogs::Catalog;
using catalogs::FolderCatalog;
using catalogs::FolderFile;

std::string path_of(std::string_view key) {
  return "/api/v1/catalogs/" + percent_encoded(key);
}

Result<FolderFile> read_file(const std::string& folder, const std::string& path) {
  TRY(text, read_text((fs::path(folder) / path).string()));
  if (text.size() <= item_file_bytes_max) return FolderFile{path, std::move(text)};
  return failure({.code = "too_large",
                  .message = fmt::format("{} is {} bytes, the limit is {}", path, text.size(),
                                         item_file_bytes_max),
                  .value = std::to_string(text.size()),
                  .limit = std::to_string(item_file_bytes_max)});
}

/// The file beside a definition; absent where there is none.
Result<std::optional<FolderFile>> file_beside(const std::string& folder, const std::string& path) {
  std::error_code ignored;
  for (const std::string& beside : catalogs::item_paths(path)) {
    if (!fs::is_regular_file(fs::path(folder) / beside, ignored)) continue;
    TRY(file, read_file(folder, beside));
    return std::optional(std::move(file));
  }
  return std::nullopt;
}

std::string digest_of(const std::vector<catalogs::Item>& items) {
  catalogs::ItemsDigest digest;
  for (const catalogs::Item& item : items) digest.toggle(item.key, item.content);
  return to_hex(digest.value().view());
}

std::string_view word_of(catalogs::ItemFormat format) {
  return format == catalogs::ItemFormat::csv ? "csv" : "json";
}

std::string in_words(std::size_t items) {
  return fmt::format("{} item{}", items, items == 1 ? "" : "s");
}

}  // namespace

Result<std::vector<FolderFile>> item_files(const std::string& folder,
                                           const std::vector<runtime::DefinitionFile>& files) {
  std::vector<FolderFile> found;
  for (const runtime::DefinitionFile& file : files) {
    if (!catalogs::catalog_in({file.path, file.text})) continue;
    TRY(beside, file_beside(folder, file.path));
    if (beside) found.push_back(std::move(*beside));
  }
  return found;
}

Result<std::vector<FolderCatalog>> folder_catalogs(
    const std::string& folder, const std::vector<runtime::DefinitionFile>& files) {
  TRY(all, item_files(folder, files));
  for (const runtime::DefinitionFile& file : files) all.push_back({file.path, file.text});
  return catalogs::read_folder(all);
}

Result<std::vector<FolderCatalog>> folder_catalogs(const std::string& folder) {
  TRY(files, read_workspace_folder(folder));
  return folder_catalogs(folder, files);
}

Result<std::vector<FolderCatalog>> changed_items(const Server& server,
                                                 const std::vector<FolderCatalog>& catalogs) {
  std::vector<FolderCatalog> changed;
  for (const FolderCatalog& each : catalogs) {
    if (each.items_path.empty()) continue;
    const Result<Value> known = get(server, path_of(each.catalog.key));
    if (!known && known.error().code != "unknown_catalog") return failure(known.error());
    if (known && shown(*known, "digest") == digest_of(each.items)) continue;
    fmt::print("items     catalog {}  ({} in {}, {} on the server)\n", each.catalog.key,
               in_words(each.items.size()), each.items_path,
               known ? number_member(*known, "items") : 0);
    changed.push_back(each);
  }
  return changed;
}

Result<void> upload_items(const Server& server, const std::vector<FolderCatalog>& changed) {
  for (const FolderCatalog& each : changed) {
    const catalogs::ItemFormat format = catalogs::format_of_path(each.items_path);
    const std::string path =
        fmt::format("{}/items?format={}", path_of(each.catalog.key), word_of(format));
    TRY_VOID(send_bytes(server, "PUT", path,
                        catalogs::write_item_file(each.catalog, each.items, format)));
    fmt::print("uploaded {} of catalog {}\n", in_words(each.items.size()), each.catalog.key);
  }
  return {};
}

Result<void> download_items(const Server& server, const std::string& folder,
                            const std::string& path, std::string_view text) {
  const std::optional<Catalog> catalog = catalogs::catalog_in({path, std::string(text)});
  if (!catalog) return {};
  TRY(beside, file_beside(folder, path));
  if (!beside) return {};
  TRY(known, get(server, path_of(catalog->key)));
  const auto present = catalogs::read_whole_file(*catalog, *beside);
  if (present && digest_of(*present) == shown(known, "digest")) return {};
  std::string file;
  const std::string_view format = word_of(catalogs::format_of_path(beside->path));
  TRY_VOID(download(server, fmt::format("{}/file?format={}", path_of(catalog->key), format),
                    [&](std::string_view part) {
                      file += part;
                      return file.size() <= 2 * catalogs::catalog_bytes_max;
                    }));
  TRY_VOID(write_file((fs::path(folder) / beside->path).string(), file));
  fmt::print("wrote {}\n", beside->path);
  return {};
}

}  // namespace sojourn::cli
