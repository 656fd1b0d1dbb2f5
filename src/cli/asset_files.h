#pragma once

/// Pictures as files of a workspace folder: `assets/hero.yaml` says what `assets/hero.jpg` is.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cli/client.h"
#include "domain/assets/asset.h"
#include "runtime/runtime.h"

namespace sojourn::cli {

/// A picture that stands beside its asset.
struct AssetFile {
  assets::PictureId picture;
  std::string path;   ///< within the folder
  std::string bytes;  ///< as the file has them
};

/// Those of the assets among the files of a folder; an asset without a file is passed over, as the
/// server may have its picture. Errors: `picture_differs` where the file is another picture than
/// the asset names, and those of assets::clean_picture(), with the path.
[[nodiscard]] Result<std::vector<AssetFile>> asset_files(
    const std::string& folder, const std::vector<runtime::DefinitionFile>& files);

/// Uploads what the server does not have yet.
[[nodiscard]] Result<void> upload_missing(const Server& server,
                                          const std::vector<AssetFile>& files);

/// Writes the picture of the definition at `path`, whose text is given, beside it, where it does
/// not stand there yet. The server is not believed: its picture must be what the asset names.
/// Nothing is written for a definition that is no asset.
[[nodiscard]] Result<void> download_picture(const Server& server, const std::string& folder,
                                            const std::string& path, std::string_view text);

/// Writes the asset and its picture into a workspace folder, as `assets/KEY.yaml` and beside it.
[[nodiscard]] Result<void> write_asset_files(const std::string& folder, const assets::Asset& asset,
                                             const assets::CleanPicture& picture);

}  // namespace sojourn::cli
