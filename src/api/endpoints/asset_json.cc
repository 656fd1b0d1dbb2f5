#include "api/endpoints/asset_json.h"

#include <fmt/format.h>

#include <set>

#include "api/endpoints/definition_json.h"
#include "api/json_fields.h"
#include "domain/assets/picture_sizes.h"
#include "domain/definitions/yaml.h"

namespace sojourn::api {
namespace {

using assets::Asset;

/// Members that a picture and an asset have alike.
void write_form(JsonWriter& out, const Asset& asset, const std::string& base) {
  text_field(out, "picture",
             fmt::format("{}.{}", to_string(asset.picture), assets::ending_of(asset.served)));
  text_field(out, "served", assets::media_type_of(asset.served));
  out.name("width").number(std::int64_t{asset.extent.width});
  out.name("height").number(std::int64_t{asset.extent.height});
  out.name("sizes").begin_list();
  for (const int width : assets::widths_of(asset.served, asset.extent.width)) {
    out.begin_object();
    out.name("width").number(std::int64_t{width});
    out.name("height").number(std::int64_t{assets::height_at(asset.extent, width)});
    text_field(out, "url", fmt::format("{}/assets/{}", base, assets::file_of(asset, width)));
    out.end_object();
  }
  out.end_list();
}

void write_original(JsonWriter& out, const store::PictureRecord& picture) {
  text_field(out, "type", assets::media_type_of(picture.type));
  count_field(out, "bytes", picture.bytes);
  boolean_field(out, "animated", picture.is_animated);
}

/// Its key where it has no name.
std::string name_of(const store::DefinitionRecord& definition) {
  const auto document = definitions::parse_yaml(definition.source);
  const Object* object = document ? document->value.as_object() : nullptr;
  const Value* name = object == nullptr ? nullptr : object->find("name");
  const std::string* text = name == nullptr ? nullptr : name->as_string();
  return text == nullptr ? definition.key : *text;
}

}  // namespace

std::vector<PublishedAsset> assets_in(const std::vector<store::DefinitionRecord>& definitions) {
  std::vector<PublishedAsset> found;
  for (const store::DefinitionRecord& each : definitions) {
    if (each.kind != "asset" || each.archived) continue;
    const auto document = definitions::parse_yaml(each.source);
    if (!document) continue;
    Result<Asset> asset = assets::read_asset(document->value);
    if (asset) found.push_back({std::move(*asset), each});
  }
  return found;
}

AssetUses asset_uses_in(const std::vector<store::DefinitionRecord>& definitions) {
  AssetUses uses;
  for (const store::DefinitionRecord& each : definitions) {
    if (each.archived) continue;
    const std::vector<std::string_view> named = assets::named_assets(each.source);
    for (const std::string_view key : std::set(named.begin(), named.end())) {
      uses[std::string(key)].push_back({each.kind, each.key, name_of(each)});
    }
  }
  return uses;
}

void write_asset_uses(JsonWriter& out, const AssetUses& uses, std::string_view key) {
  out.name("usedIn").begin_list();
  if (const auto found = uses.find(key); found != uses.end()) {
    for (const AssetUse& use : found->second) {
      write_definition_ref(out, use.kind, use.key, use.name);
    }
  }
  out.end_list();
}

void write_asset(JsonWriter& out, const PublishedAsset& published,
                 const std::optional<store::PictureRecord>& picture, const AssetUses& uses,
                 const std::string& base) {
  const auto& [asset, record] = published;
  out.begin_object();
  text_field(out, "key", asset.key);
  text_field(out, "name", asset.name);
  // An empty one says that the picture says nothing.
  if (asset.alt) {
    text_field(out, "alt", *asset.alt);
  } else {
    null_field(out, "alt");
  }
  text_field(out, "rev", std::to_string(record.rev));
  time_field(out, "changedAt", record.changed_at);
  text_or_null_field(out, "changedBy", record.changed_by);
  write_form(out, asset, base);
  boolean_field(out, "present", picture.has_value());
  store::PictureRecord gone;
  gone.type = asset.served;
  write_original(out, picture.value_or(gone));
  write_asset_uses(out, uses, asset.key);
  out.end_object();
}

void write_picture(JsonWriter& out, const store::PictureRecord& picture, const std::string& base) {
  out.begin_object();
  Asset form;
  form.picture = picture.id;
  form.served = picture.served;
  form.extent = picture.extent;
  write_form(out, form, base);
  write_original(out, picture);
  out.end_object();
}

}  // namespace sojourn::api
