#include "domain/assets/picture_pixels.h"

#include "domain/assets/picture_parts.h"

namespace sojourn::assets {

Result<void> read_pixels(const CleanPicture& picture, int width_min, const PixelSink& sink) {
  switch (picture.type) {
    case PictureType::png:
      return read_png(picture.bytes, sink);
    case PictureType::jpeg:
      return read_jpeg(picture.bytes, width_min, sink);
    case PictureType::webp:
      return read_webp(picture, width_min, sink);
    case PictureType::gif:
      break;
  }
  return picture_damaged("is kept as it is");
}

bool is_opaque(const Pixels& pixels) {
  for (std::size_t i = 3; i < pixels.bytes.size(); i += channels) {
    if (static_cast<std::uint8_t>(pixels.bytes[i]) != 0xff) return false;
  }
  return true;
}

}  // namespace sojourn::assets
