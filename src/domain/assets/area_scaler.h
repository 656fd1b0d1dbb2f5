#pragma once

/// Makes a picture smaller, row by row, so that the large one never stands in memory: each pixel is
/// the average of the area that it covers, in linear light (IEC 61966-2-1), weighted by opacity.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "domain/assets/picture.h"

namespace sojourn::assets {

inline constexpr std::size_t channels = 4;

/// Red, green, blue, opacity: four bytes a pixel, in the order in which they are read.
struct Pixels {
  Extent extent = {};
  std::string bytes = {};
  friend bool operator==(const Pixels&, const Pixels&) = default;
};

/// A row of pixels in linear light, red, green and blue multiplied by opacity: four numbers from 0
/// to 1 a pixel. `row` has as many bytes as `linear` numbers.
void to_linear(std::span<const std::uint8_t> row, std::span<float> linear);

class AreaScaler {
 public:
  /// Neither side of `to` is larger than that of `from`.
  AreaScaler(Extent from, Extent to);

  /// The next row of the large picture, in linear light.
  void add_row(std::span<const float> linear);

  /// After the last row; the scaler is spent.
  [[nodiscard]] Pixels take() { return std::move(pixels_); }

 private:
  /// Adds a share of the narrowed row to the row that is being gathered.
  void gather(std::int64_t units);
  void finish_row();

  const Extent from_;
  const Extent to_;
  Pixels pixels_;
  std::vector<float> narrowed_;
  std::vector<float> gathered_;
  std::int64_t rows_ = 0;
};

}  // namespace sojourn::assets
