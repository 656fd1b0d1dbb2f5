#include "cli/asset_files.h"

#include <fmt/format.h>

#include <filesystem>
#include <optional>

#include "cli/answer_fields.h"
#include "cli/applied_state.h"
#include "cli/text_file.h"
#include "domain/definitions/yaml.h"

namespace sojourn::cli {
namespace {

namespace fs = std::filesystem;

using assets::Asset;
using assets::PictureType;

/// How files of pictures are called; what they are tells their content.
constexpr std::string_view endings[] = {"png", "jpg", "jpeg", "gif", "webp"};

std::optional<Asset> asset_in(std::string_view text) {
  const auto document = definitions::parse_yaml(text);
  if (!document) return std::nullopt;
  Result<Asset> asset = assets::read_asset(document->value);
  if (!asset) return std::nullopt;
  return std::move(*asset);
}

std::string beside(const std::string& path, std::string_view ending) {
  return fs::path(path).replace_extension(ending).generic_string();
}

/// The file beside a definition; absent where there is none.
std::optional<std::string> file_beside(const std::string& folder, const std::string& path) {
  std::error_code ignored;
  for (const std::string_view ending : endings) {
    std::string file = beside(path, ending);
    if (fs::is_regular_file(fs::path(folder) / file, ignored)) return file;
  }
  return std::nullopt;
}

Result<assets::CleanPicture> read_picture(const std::string& folder, const std::string& path,
                                          std::string& bytes) {
  TRY(read, read_text((fs::path(folder) / path).string()));
  bytes = std::move(read);
  Result<assets::CleanPicture> clean = assets::clean_picture(bytes);
  if (clean) return clean;
  Error error = clean.error();
  error.message = fmt::format("{}: {}", path, error.message);
  return failure(std::move(error));
}

}  // namespace

Result<std::vector<AssetFile>> asset_files(const std::string& folder,
                                           const std::vector<runtime::DefinitionFile>& files) {
  std::vector<AssetFile> found;
  for (const runtime::DefinitionFile& file : files) {
    const std::optional<Asset> asset = asset_in(file.text);
    if (!asset) continue;
    const std::optional<std::string> path = file_beside(folder, file.path);
    if (!path) continue;
    AssetFile picture{.picture = asset->picture, .path = *path, .bytes = {}};
    TRY(clean, read_picture(folder, *path, picture.bytes));
    if (clean.id() != asset->picture) {
      return failure({.code = "picture_differs",
                      .message = fmt::format("{} is not the picture that {} names; sojourn asset "
                                             "add {} --key {} --to DIR writes both",
                                             *path, file.path, *path, asset->key),
                      .field = "picture",
                      .value = to_string(clean.id()),
                      .limit = to_string(asset->picture)});
    }
    found.push_back(std::move(picture));
  }
  return found;
}

Result<void> upload_missing(const Server& server, const std::vector<AssetFile>& files) {
  for (const AssetFile& file : files) {
    const Result<Value> known = get(server, "/api/v1/pictures/" + to_string(file.picture));
    if (known) continue;
    if (known.error().code != "unknown_picture") return tl::unexpected(known.error());
    TRY_VOID(send_bytes(server, "POST", "/api/v1/pictures", file.bytes));
    fmt::print("uploaded {}\n", file.path);
  }
  return {};
}

Result<void> download_picture(const Server& server, const std::string& folder,
                              const std::string& path, std::string_view text) {
  const std::optional<Asset> asset = asset_in(text);
  if (!asset) return {};
  if (const std::optional<std::string> present = file_beside(folder, path)) {
    std::string bytes;
    const auto clean = read_picture(folder, *present, bytes);
    if (clean && clean->id() == asset->picture) return {};
  }
  const std::string at = "/api/v1/pictures/" + to_string(asset->picture);
  const Result<Value> known = get(server, at);
  if (!known && known.error().code == "unknown_picture") {
    fmt::print(stderr, "sojourn: the picture of asset {} is not on the server\n", asset->key);
    return {};
  }
  if (!known) return tl::unexpected(known.error());
  std::string bytes;
  TRY_VOID(download(server, at + "/file", [&](std::string_view part) {
    bytes += part;
    return bytes.size() <= assets::picture_bytes_max;
  }));
  TRY(clean, assets::clean_picture(bytes));
  if (clean.id() != asset->picture) {
    return failure("picture_differs",
                   fmt::format("the server's picture of asset {} is another one", asset->key));
  }
  const std::string file = beside(path, assets::ending_of(clean.type));
  TRY_VOID(write_file((fs::path(folder) / file).string(), clean.bytes));
  fmt::print("wrote {}\n", file);
  return {};
}

Result<void> write_asset_files(const std::string& folder, const Asset& asset,
                               const assets::CleanPicture& picture) {
  const std::string path = fmt::format("assets/{}.yaml", asset.key);
  std::error_code ignored;
  // One of another ending would stand in the way of the picture.
  if (const auto old = file_beside(folder, path)) fs::remove(fs::path(folder) / *old, ignored);
  const std::string file = beside(path, assets::ending_of(picture.type));
  TRY_VOID(write_file((fs::path(folder) / file).string(), picture.bytes));
  TRY_VOID(write_file((fs::path(folder) / path).string(), assets::write_asset(asset)));
  fmt::print("wrote {}\nwrote {}\n", file, path);
  return {};
}

}  // namespace sojourn::cli
