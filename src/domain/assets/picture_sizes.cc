#include "domain/assets/picture_sizes.h"

#include <algorithm>

#include "domain/assets/area_scaler.h"
#include "domain/assets/picture_pixels.h"

namespace sojourn::assets {
namespace {

/// Narrower ones are as fine as the next.
constexpr int largest = picture_widths.back();

PictureType served_as(PictureType type, bool opaque) {
  switch (type) {
    case PictureType::png:
    case PictureType::jpeg:
    case PictureType::gif:
      return type;
    case PictureType::webp:
      return opaque ? PictureType::jpeg : PictureType::png;
  }
  return type;
}

/// Takes the rows of a picture and makes it in several widths at once.
class Sizes {
 public:
  explicit Sizes(Extent picture) : picture_(picture) {}

  [[nodiscard]] PixelSink sink() {
    return {.begin = [this](Extent extent) { begin(extent); },
            .row =
                [this](std::span<const std::uint8_t> row) {
                  to_linear(row, linear_);
                  for (AreaScaler& scaler : scalers_) scaler.add_row(linear_);
                }};
  }

  [[nodiscard]] std::vector<Pixels> take() {
    std::vector<Pixels> all;
    for (AreaScaler& scaler : scalers_) all.push_back(scaler.take());
    scalers_.clear();
    return all;
  }

 private:
  void begin(Extent extent) {
    linear_.resize(static_cast<std::size_t>(extent.width) * channels);
    for (const int width : widths_of(PictureType::png, picture_.width)) {
      // What comes at a fraction may be a row lower than its share.
      const int height = std::min(height_at(picture_, width), extent.height);
      scalers_.emplace_back(extent, Extent{.width = width, .height = height});
    }
  }

  const Extent picture_;
  std::vector<float> linear_;
  std::vector<AreaScaler> scalers_;
};

}  // namespace

std::vector<int> widths_of(PictureType served, int width) {
  if (served == PictureType::gif) return {width};
  std::vector<int> widths;
  for (const int each : picture_widths) {
    if (each < width) widths.push_back(each);
  }
  if (width <= largest) widths.push_back(width);
  return widths;
}

int height_at(Extent picture, int width) {
  const std::int64_t scaled = std::int64_t{picture.height} * width + picture.width / 2;
  return static_cast<int>(std::max<std::int64_t>(1, scaled / picture.width));
}

Result<SizedPicture> make_sizes(const CleanPicture& picture) {
  SizedPicture sized;
  if (picture.type == PictureType::gif) {
    sized.served = PictureType::gif;
    sized.sizes.push_back({picture.extent, picture.bytes});
    return sized;
  }
  Sizes sizes(picture.extent);
  TRY_VOID(read_pixels(picture, largest, sizes.sink()));
  std::vector<Pixels> all = sizes.take();
  sized.served = served_as(picture.type, std::ranges::all_of(all, is_opaque));
  for (Pixels& each : all) {
    // As it is there is nothing to gain from coding it anew.
    const bool is_same = each.extent == picture.extent && sized.served == picture.type;
    if (is_same) {
      sized.sizes.push_back({picture.extent, picture.bytes});
      continue;
    }
    TRY(bytes, sized.served == PictureType::png ? write_png(each, picture.colour_profile)
                                                : write_jpeg(each, picture.colour_profile));
    sized.sizes.push_back({each.extent, std::move(bytes)});
    // They are no longer needed, and the next ones are.
    each = {};
  }
  return sized;
}

}  // namespace sojourn::assets
