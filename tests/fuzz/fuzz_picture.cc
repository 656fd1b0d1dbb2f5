/// Whatever is uploaded, a picture is refused, or is small enough, stays as it is when it is
/// cleaned again, and comes in the sizes that were promised.

#include <algorithm>

#include "domain/assets/picture_sizes.h"
#include "fuzz/fuzz.h"

namespace sojourn::fuzz {

void run(std::string_view input) {
  using namespace assets;
  const Result<CleanPicture> once = clean_picture(input);
  if (!once) {
    ENSURE(once.error().field == "picture");
    return;
  }
  ENSURE(once->extent.width >= 1 && once->extent.width <= picture_side_max);
  ENSURE(once->extent.height >= 1 && once->extent.height <= picture_side_max);
  const Result<CleanPicture> twice = clean_picture(once->bytes);
  ENSURE(twice.has_value());
  ENSURE(twice->bytes == once->bytes);
  ENSURE(twice->extent == once->extent);

  // Larger ones take too long for as many inputs as are wanted.
  constexpr std::int64_t pixels_max = 1 << 16;
  if (std::int64_t{once->extent.width} * once->extent.height > pixels_max) return;
  const Result<SizedPicture> sized = make_sizes(*once);
  if (!sized) return;
  const std::vector<int> widths = widths_of(sized->served, once->extent.width);
  ENSURE(std::ranges::equal(sized->sizes, widths, {},
                            [](const PictureSize& size) { return size.extent.width; }));
}

}  // namespace sojourn::fuzz
