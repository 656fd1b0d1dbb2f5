#include "domain/assets/asset.h"

#include <fmt/format.h>

#include "base/json.h"
#include "domain/assets/picture_sizes.h"
#include "domain/definitions/reader.h"

namespace sojourn::assets {
namespace {

using definitions::Reader;

constexpr std::string_view scheme = "asset:";

tl::unexpected<Error> too_long(const Reader& reader, std::string_view member, std::size_t bytes,
                               std::size_t limit) {
  return reader.refuse("too_long", member,
                       fmt::format("is {} bytes, the limit is {}", bytes, limit),
                       std::to_string(limit));
}

/// `9f86d081884c7d659a2feaa0c55ad015.jpg`
Result<void> read_picture(Reader& reader, Asset& asset) {
  TRY(text, reader.text("picture"));
  const std::size_t dot = text.find('.');
  const auto id = parse_picture_id(std::string_view(text).substr(0, dot));
  const auto type = dot == std::string::npos
                        ? std::nullopt
                        : type_of_ending(std::string_view(text).substr(dot + 1));
  const bool is_served = type && *type != PictureType::webp;
  if (!id || !is_served) {
    return reader.refuse("unknown_value", "picture",
                         "must be the id of a picture with its ending, as sojourn asset add and "
                         "sojourn export write it");
  }
  asset.picture = *id;
  asset.served = *type;
  return {};
}

Result<int> read_side(Reader& reader, std::string_view member) {
  TRY_VOID(reader.require(member));
  TRY(number, reader.optional_integer(member, 1, picture_side_max));
  return static_cast<int>(number.value_or(1));
}

bool is_key_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

}  // namespace

Result<Asset> read_asset(const Value& value) {
  Reader reader(value, "");
  TRY_VOID(reader.choice("kind", {"asset"}));
  Asset asset;
  TRY(key, reader.key("key"));
  asset.key = std::move(key);
  TRY(name, reader.optional_text("name"));
  asset.name = name.value_or(asset.key);
  if (asset.name.size() > asset_name_bytes_max) {
    return too_long(reader, "name", asset.name.size(), asset_name_bytes_max);
  }
  TRY(alt, reader.optional_text("alt"));
  if (alt && alt->size() > alt_bytes_max) {
    return too_long(reader, "alt", alt->size(), alt_bytes_max);
  }
  asset.alt = std::move(alt);
  TRY_VOID(read_picture(reader, asset));
  TRY(width, read_side(reader, "width"));
  TRY(height, read_side(reader, "height"));
  asset.extent = {width, height};
  TRY_VOID(reader.finish());
  return asset;
}

std::string write_asset(const Asset& asset) {
  // Text in JSON's quotes is text in YAML, whatever stands in it.
  const auto quoted = [](const std::string& text) { return to_json(Value(text)); };
  std::string text = fmt::format("kind: asset\nkey: {}\nname: {}\n", asset.key, quoted(asset.name));
  if (asset.alt) text += fmt::format("alt: {}\n", quoted(*asset.alt));
  text += fmt::format("picture: {}.{}\nwidth: {}\nheight: {}\n", to_string(asset.picture),
                      ending_of(asset.served), asset.extent.width, asset.extent.height);
  return text;
}

std::optional<std::string_view> asset_key_of(std::string_view address) {
  if (!address.starts_with(scheme)) return std::nullopt;
  return address.substr(scheme.size());
}

int kept_width(const Asset& asset, int wanted) {
  const std::vector<int> widths = widths_of(asset.served, asset.extent.width);
  for (const int width : widths) {
    if (width >= wanted) return width;
  }
  return widths.back();
}

std::string file_of(const Asset& asset, int kept_width) {
  return fmt::format("{}/{}.{}", to_string(asset.picture), kept_width, ending_of(asset.served));
}

std::vector<std::string_view> named_assets(std::string_view text) {
  std::vector<std::string_view> keys;
  for (std::size_t place = text.find(scheme); place != std::string_view::npos;
       place = text.find(scheme, place + 1)) {
    if (place > 0 && is_key_character(text[place - 1])) continue;
    const std::size_t begin = place + scheme.size();
    std::size_t end = begin;
    while (end < text.size() && is_key_character(text[end])) ++end;
    if (end > begin) keys.push_back(text.substr(begin, end - begin));
  }
  return keys;
}

}  // namespace sojourn::assets
