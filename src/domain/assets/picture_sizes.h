#pragma once

/// The sizes in which a picture is kept for mails and pages.

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "domain/assets/picture.h"

namespace sojourn::assets {

/// A column, a phone, a message, and each twice as fine for screens that show it so.
inline constexpr std::array picture_widths{320, 600, 800, 1200, 1600};

/// Those in which a picture is kept, ascending: its own width, where that is not above the largest,
/// and the smaller of the above. A GIF has its own alone, as it may move.
[[nodiscard]] std::vector<int> widths_of(PictureType served, int width);
/// As high as the picture's proportions ask, and at least 1. `width` is not above that of the
/// picture.
[[nodiscard]] int height_at(Extent picture, int width);

struct PictureSize {
  Extent extent;
  std::string bytes;
};

struct SizedPicture {
  /// What mail programs are given: JPEG for JPEG and opaque WebP, PNG for PNG and other WebP.
  PictureType served = PictureType::png;
  /// By width, as widths_of() says.
  std::vector<PictureSize> sizes;
};

/// Decodes the picture once and makes all of its sizes. Takes about a second for 24 megapixels, and
/// memory for what must stand whole: of PNG nothing unless it is interlaced, of JPEG the pixels at
/// the smallest fraction that is wide enough, of WebP all; four bytes a pixel.
/// Error `picture_damaged`.
[[nodiscard]] Result<SizedPicture> make_sizes(const CleanPicture& picture);

}  // namespace sojourn::assets
