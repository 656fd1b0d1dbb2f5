#pragma once

/// Assets and their pictures as answers show them.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "domain/assets/asset.h"
#include "store/state.h"

namespace sojourn::api {

/// An asset that is published, with its definition.
struct PublishedAsset {
  assets::Asset asset;
  store::DefinitionRecord record;
};

/// Of the definitions, those that are assets in force and can be read.
[[nodiscard]] std::vector<PublishedAsset> assets_in(
    const std::vector<store::DefinitionRecord>& definitions);

/// A definition that names an asset.
struct AssetUse {
  std::string kind;
  std::string key;
  std::string name;
};
/// By the asset's key, those in force that name it: looks through the text of each once.
using AssetUses = std::map<std::string, std::vector<AssetUse>, std::less<>>;
[[nodiscard]] AssetUses asset_uses_in(const std::vector<store::DefinitionRecord>& definitions);

/// The member `usedIn`, a list of DefinitionRef, into an open object.
void write_asset_uses(JsonWriter& out, const AssetUses& uses, std::string_view key);

/// One object of Asset. `picture` is absent where its bytes are gone; `base` is the address of this
/// server.
void write_asset(JsonWriter& out, const PublishedAsset& published,
                 const std::optional<store::PictureRecord>& picture, const AssetUses& uses,
                 const std::string& base);

/// One object of Picture.
void write_picture(JsonWriter& out, const store::PictureRecord& picture, const std::string& base);

}  // namespace sojourn::api
