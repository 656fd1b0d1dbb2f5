#include "domain/assets/picture_parts.h"

#include <fmt/format.h>

namespace sojourn::assets {

tl::unexpected<Error> picture_damaged(std::string_view what) {
  return failure({.code = "picture_damaged",
                  .message = fmt::format("the picture {}", what),
                  .field = "picture"});
}

tl::unexpected<Error> unsupported_picture(std::string message, std::string value) {
  return failure({.code = "unsupported_picture",
                  .message = std::move(message),
                  .field = "picture",
                  .value = std::move(value),
                  .limit = "image/png, image/jpeg, image/gif, image/webp"});
}

Result<void> check_extent(Extent extent) {
  if (extent.width < 1 || extent.height < 1) return picture_damaged("has no pixels");
  const bool is_small = extent.width <= picture_side_max && extent.height <= picture_side_max &&
                        std::int64_t{extent.width} * extent.height <= picture_pixels_max;
  if (is_small) return {};
  return failure(
      {.code = "picture_too_large",
       .message = fmt::format("the picture is {} x {} pixels, the limit is {} pixels in "
                              "all and {} on a side",
                              extent.width, extent.height, picture_pixels_max, picture_side_max),
       .field = "picture",
       .value = fmt::format("{}x{}", extent.width, extent.height),
       .limit = std::to_string(picture_pixels_max)});
}

Result<std::string_view> ByteReader::take(std::size_t count) {
  if (left() < count) return picture_damaged("ends before its end");
  const std::string_view taken = bytes_.substr(place_, count);
  place_ += count;
  return taken;
}

Result<std::uint8_t> ByteReader::take_byte() {
  TRY(byte, take(1));
  return static_cast<std::uint8_t>(byte.front());
}

std::uint32_t number_big(std::string_view bytes) {
  std::uint32_t number = 0;
  for (const char byte : bytes) number = number << 8 | static_cast<std::uint8_t>(byte);
  return number;
}

std::uint32_t number_little(std::string_view bytes) {
  std::uint32_t number = 0;
  for (auto byte = bytes.rbegin(); byte != bytes.rend(); ++byte) {
    number = number << 8 | static_cast<std::uint8_t>(*byte);
  }
  return number;
}

void append_little(std::string& out, std::uint32_t number, int bytes) {
  for (int i = 0; i < bytes; ++i) out += static_cast<char>(number >> (8 * i) & 0xff);
}

}  // namespace sojourn::assets
