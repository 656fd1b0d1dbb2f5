#pragma once

/// The parts of each format, for picture.cc: reads the bytes of a file part by part and keeps those
/// that show.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "domain/assets/picture.h"

namespace sojourn::assets {

// Of the error `picture_damaged` and its like.
[[nodiscard]] tl::unexpected<Error> picture_damaged(std::string_view what);
[[nodiscard]] tl::unexpected<Error> unsupported_picture(std::string message, std::string value);
/// `picture_too_large` where the picture is.
[[nodiscard]] Result<void> check_extent(Extent extent);

/// A file that is read from its beginning to its end.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : bytes_(bytes) {}

  [[nodiscard]] std::size_t place() const { return place_; }
  [[nodiscard]] std::size_t left() const { return bytes_.size() - place_; }
  /// The next bytes, which stay; shorter where there are fewer.
  [[nodiscard]] std::string_view peek(std::size_t count) const {
    return bytes_.substr(place_, count);
  }
  /// Error `picture_damaged` where there are fewer.
  [[nodiscard]] Result<std::string_view> take(std::size_t count);
  [[nodiscard]] Result<std::uint8_t> take_byte();

 private:
  std::string_view bytes_;
  std::size_t place_ = 0;
};

// Big and little end first; `bytes` are as many as the number has.
[[nodiscard]] std::uint32_t number_big(std::string_view bytes);
[[nodiscard]] std::uint32_t number_little(std::string_view bytes);
void append_little(std::string& out, std::uint32_t number, int bytes);

/// The segment of a JPEG that holds a profile of at most colour_profile_bytes_max; empty for an
/// empty one.
[[nodiscard]] std::string jpeg_profile_segment(std::string_view profile);

// Each is given bytes of its type.
[[nodiscard]] Result<CleanPicture> clean_png(std::string_view bytes);
[[nodiscard]] Result<CleanPicture> clean_jpeg(std::string_view bytes);
[[nodiscard]] Result<CleanPicture> clean_gif(std::string_view bytes);
[[nodiscard]] Result<CleanPicture> clean_webp(std::string_view bytes);

}  // namespace sojourn::assets
