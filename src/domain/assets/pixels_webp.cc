#include <webp/decode.h>

#include <vector>

#include "domain/assets/picture_parts.h"
#include "domain/assets/picture_pixels.h"
#include "domain/assets/picture_sizes.h"

namespace sojourn::assets {

Result<void> read_webp(const CleanPicture& picture, int width_min, const PixelSink& sink) {
  WebPDecoderConfig config;
  if (WebPInitDecoderConfig(&config) == 0) return picture_damaged("cannot be read");
  Extent extent = picture.extent;
  // The library averages areas as well, though not in linear light: to twice what is needed.
  if (extent.width > 2 * width_min) {
    extent = {2 * width_min, height_at(picture.extent, 2 * width_min)};
    config.options.use_scaling = 1;
    config.options.scaled_width = extent.width;
    config.options.scaled_height = extent.height;
  }
  const std::size_t row_bytes = static_cast<std::size_t>(extent.width) * channels;
  std::vector<std::uint8_t> pixels(row_bytes * static_cast<std::size_t>(extent.height));
  config.output.colorspace = MODE_RGBA;
  config.output.is_external_memory = 1;
  config.output.u.RGBA.rgba = pixels.data();
  config.output.u.RGBA.stride = static_cast<int>(row_bytes);
  config.output.u.RGBA.size = pixels.size();
  const VP8StatusCode answer = WebPDecode(
      reinterpret_cast<const std::uint8_t*>(picture.bytes.data()), picture.bytes.size(), &config);
  WebPFreeDecBuffer(&config.output);
  if (answer != VP8_STATUS_OK) return picture_damaged("has pixels that cannot be read");
  sink.begin(extent);
  const std::span<const std::uint8_t> all(pixels);
  for (std::size_t place = 0; place < all.size(); place += row_bytes) {
    sink.row(all.subspan(place, row_bytes));
  }
  return {};
}

}  // namespace sojourn::assets
