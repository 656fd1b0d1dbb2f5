#pragma once

/// From files to pixels and back, by the libraries of each format.

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "domain/assets/area_scaler.h"
#include "domain/assets/picture.h"

namespace sojourn::assets {

/// What is told of a picture whose pixels are read, from above to below.
struct PixelSink {
  /// Once, before the first row: how large the rows and their number will be. A photo may come at a
  /// half, a quarter or an eighth.
  std::function<void(Extent)> begin;
  /// Red, green, blue, opacity.
  std::function<void(std::span<const std::uint8_t>)> row;
};

/// Not of a GIF. `width_min`: finer than that nobody needs it; it may be finer all the same.
/// Error `picture_damaged`, also after rows have come.
[[nodiscard]] Result<void> read_pixels(const CleanPicture& picture, int width_min,
                                       const PixelSink& sink);
[[nodiscard]] Result<void> read_png(std::string_view bytes, const PixelSink& sink);
[[nodiscard]] Result<void> read_jpeg(std::string_view bytes, int width_min, const PixelSink& sink);
[[nodiscard]] Result<void> read_webp(const CleanPicture& picture, int width_min,
                                     const PixelSink& sink);

[[nodiscard]] bool is_opaque(const Pixels& pixels);
/// Of colours in sRGB, or of those that the profile says; opacity is kept.
[[nodiscard]] Result<std::string> write_png(const Pixels& pixels, std::string_view colour_profile);
/// The same; opacity is dropped.
[[nodiscard]] Result<std::string> write_jpeg(const Pixels& pixels, std::string_view colour_profile);

}  // namespace sojourn::assets
