#include "domain/templates/blocks/pictures.h"

#include <fmt/format.h>

#include "domain/assets/picture_sizes.h"

namespace sojourn::templates::blocks {
namespace {

/// Of what an error repeats.
constexpr std::size_t shown_bytes_max = 100;

std::string address_of(const assets::Asset& asset, int wanted) {
  return "{{ assets_url }}/" + assets::file_of(asset, assets::kept_width(asset, wanted));
}

}  // namespace

const assets::Asset* find_asset(const Kit& kit, std::string_view address) {
  const std::optional<std::string_view> key = assets::asset_key_of(address);
  if (!key) return nullptr;
  const auto found = kit.assets.find(*key);
  return found == kit.assets.end() ? nullptr : &found->second;
}

Result<void> check_picture(std::string_view address, const Kit& kit, const std::string& path) {
  const std::optional<std::string_view> key = assets::asset_key_of(address);
  if (!key || kit.assets.contains(*key)) return {};
  const std::string shown(key->substr(0, shown_bytes_max));
  return failure({.code = "unknown_asset",
                  .message = fmt::format("{}: there is no asset \"{}\"", path, shown),
                  .field = path,
                  .value = shown});
}

std::string source_attributes(const assets::Asset& asset, int width) {
  const std::string plain = address_of(asset, width);
  const std::string fine = address_of(asset, 2 * width);
  if (fine == plain) return fmt::format("src=\"{}\"", plain);
  return fmt::format("src=\"{1}\" srcset=\"{0} 1x, {1} 2x\"", plain, fine);
}

Result<std::string> with_assets(std::string_view html, const Kit& kit, const std::string& path) {
  constexpr std::string_view scheme = "asset:";
  std::string written;
  std::size_t begin = 0;
  for (std::size_t place = html.find(scheme); place != std::string_view::npos;
       place = html.find(scheme, place + 1)) {
    const char quote = place == 0 ? ' ' : html[place - 1];
    if (quote != '"' && quote != '\'') continue;
    const std::size_t end = html.find(quote, place);
    if (end == std::string_view::npos) break;
    const std::string_view address = html.substr(place, end - place);
    TRY_VOID(check_picture(address, kit, path));
    written += html.substr(begin, place - begin);
    written += address_of(*find_asset(kit, address), message_picture_width);
    begin = end;
  }
  written += html.substr(begin);
  return written;
}

}  // namespace sojourn::templates::blocks
