#pragma once

/// Items as files of a workspace folder: `catalogs/products.csv`, or `.json`, beside
/// `catalogs/products.yaml`.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cli/client.h"
#include "domain/catalogs/table.h"
#include "runtime/runtime.h"

namespace sojourn::cli {

/// What the server's limit for an upload leaves for a file (api/routes.cc).
inline constexpr std::size_t item_file_bytes_max = 16 << 20;

/// The files of items that stand beside the catalogs among the files of a folder. Errors:
/// `disk_failed`, `too_large`.
[[nodiscard]] Result<std::vector<catalogs::FolderFile>> item_files(
    const std::string& folder, const std::vector<runtime::DefinitionFile>& files);

/// The catalogs among the files of a folder, with their items; those without a file have none.
/// Errors: those of item_files() and of catalogs::read_folder().
[[nodiscard]] Result<std::vector<catalogs::FolderCatalog>> folder_catalogs(
    const std::string& folder, const std::vector<runtime::DefinitionFile>& files);
/// The same of a folder as a whole.
[[nodiscard]] Result<std::vector<catalogs::FolderCatalog>> folder_catalogs(
    const std::string& folder);

/// Whose items are others than those on the server, or are not there at all; each is printed. Those
/// without a file are as they are there.
[[nodiscard]] Result<std::vector<catalogs::FolderCatalog>> changed_items(
    const Server& server, const std::vector<catalogs::FolderCatalog>& catalogs);

/// Puts the items of each in place of those on the server.
[[nodiscard]] Result<void> upload_items(const Server& server,
                                        const std::vector<catalogs::FolderCatalog>& changed);

/// Writes the server's items into the file that stands beside the definition at `path`, where they
/// differ. Nothing is written where there is no such file, and for a definition that is no catalog.
[[nodiscard]] Result<void> download_items(const Server& server, const std::string& folder,
                                          const std::string& path, std::string_view text);

}  // namespace sojourn::cli
