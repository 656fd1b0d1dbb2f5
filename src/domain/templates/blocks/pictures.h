#pragma once

/// The assets that documents and HTML name: `asset:KEY` in place of an address.

#include <string>
#include <string_view>

#include "base/result.h"
#include "domain/templates/blocks/kit.h"

namespace sojourn::templates::blocks {

/// Null where the address names none, or one that there is not.
[[nodiscard]] const assets::Asset* find_asset(const Kit& kit, std::string_view address);

/// Error `unknown_asset`, at `path`, for an address that names one that there is not.
[[nodiscard]] Result<void> check_picture(std::string_view address, const Kit& kit,
                                         const std::string& path);

/// `src` of an image that is `width` pixels wide, with twice as many pixels, as telephones show
/// them; and `srcset`, by which programs that know it spare plain screens the finer one.
[[nodiscard]] std::string source_attributes(const assets::Asset& asset, int width);

/// HTML with each `"asset:KEY"` in quotes, as attributes have it, replaced by the address of the
/// picture in the width that message_picture_width asks for. Error as check_picture().
[[nodiscard]] Result<std::string> with_assets(std::string_view html, const Kit& kit,
                                              const std::string& path);
/// A message of 600 pixels on a fine screen: how wide it is drawn says the HTML.
inline constexpr int message_picture_width = 1'200;

}  // namespace sojourn::templates::blocks
