#include "domain/assets/area_scaler.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/ensure.h"

namespace sojourn::assets {
namespace {

/// Fine enough that each of the 256 values comes back as itself.
constexpr std::size_t steps = 1 << 14;

std::array<float, 256> make_linear_table() {
  std::array<float, 256> table{};
  for (std::size_t i = 0; i < table.size(); ++i) {
    const double value = static_cast<double>(i) / 255;
    table[i] = static_cast<float>(value <= 0.04045 ? value / 12.92
                                                   : std::pow((value + 0.055) / 1.055, 2.4));
  }
  return table;
}

std::array<std::uint8_t, steps + 1> make_byte_table() {
  std::array<std::uint8_t, steps + 1> table{};
  for (std::size_t i = 0; i < table.size(); ++i) {
    const double value = static_cast<double>(i) / static_cast<double>(steps);
    const double coded =
        value <= 0.0031308 ? value * 12.92 : 1.055 * std::pow(value, 1 / 2.4) - 0.055;
    table[i] = static_cast<std::uint8_t>(std::lround(coded * 255));
  }
  return table;
}

std::uint8_t byte_of(float linear) {
  static const std::array<std::uint8_t, steps + 1> table = make_byte_table();
  const float place = std::clamp(linear, 0.0F, 1.0F) * static_cast<float>(steps);
  return table[static_cast<std::size_t>(std::lround(place))];
}

}  // namespace

void to_linear(std::span<const std::uint8_t> row, std::span<float> linear) {
  static const std::array<float, 256> table = make_linear_table();
  for (std::size_t i = 0; i + channels <= row.size(); i += channels) {
    const float opacity = static_cast<float>(row[i + 3]) / 255;
    for (std::size_t c = 0; c < 3; ++c) linear[i + c] = table[row[i + c]] * opacity;
    linear[i + 3] = opacity;
  }
}

AreaScaler::AreaScaler(Extent from, Extent to)
    : from_(from),
      to_(to),
      narrowed_(static_cast<std::size_t>(to.width) * channels),
      gathered_(narrowed_.size()) {
  ENSURE(to.width >= 1 && to.width <= from.width);
  ENSURE(to.height >= 1 && to.height <= from.height);
  pixels_.extent = to;
  pixels_.bytes.reserve(narrowed_.size() * static_cast<std::size_t>(to.height));
}

void AreaScaler::add_row(std::span<const float> linear) {
  ENSURE(linear.size() == static_cast<std::size_t>(from_.width) * channels);
  ENSURE(rows_ < from_.height);
  std::ranges::fill(narrowed_, 0.0F);
  // In units of which a pixel of the large picture has to.width, one of the small from.width.
  const std::int64_t unit = to_.width;
  const std::int64_t whole = from_.width;
  const float weight_of_unit = 1.0F / static_cast<float>(whole);
  std::int64_t begin = 0;
  std::size_t out = 0;
  for (std::size_t in = 0; in < linear.size(); in += channels, begin += unit) {
    const std::int64_t boundary = static_cast<std::int64_t>(out / channels + 1) * whole;
    const std::int64_t before = std::min(unit, boundary - begin);
    const float first = static_cast<float>(before) * weight_of_unit;
    for (std::size_t c = 0; c < channels; ++c) narrowed_[out + c] += first * linear[in + c];
    if (begin + unit < boundary) continue;
    out += channels;
    if (before == unit) continue;
    const float second = static_cast<float>(unit - before) * weight_of_unit;
    for (std::size_t c = 0; c < channels; ++c) narrowed_[out + c] += second * linear[in + c];
  }

  const std::int64_t top = rows_ * to_.height;
  const std::int64_t boundary = (top / from_.height + 1) * from_.height;
  const std::int64_t before = std::min<std::int64_t>(to_.height, boundary - top);
  gather(before);
  if (top + to_.height >= boundary) {
    finish_row();
    gather(to_.height - before);
  }
  ++rows_;
}

void AreaScaler::gather(std::int64_t units) {
  if (units == 0) return;
  const float weight = static_cast<float>(units) / static_cast<float>(from_.height);
  for (std::size_t i = 0; i < narrowed_.size(); ++i) gathered_[i] += weight * narrowed_[i];
}

void AreaScaler::finish_row() {
  for (std::size_t i = 0; i < gathered_.size(); i += channels) {
    const float opacity = gathered_[i + 3];
    const float undo = opacity > 0 ? 1 / opacity : 0;
    for (std::size_t c = 0; c < 3; ++c) {
      pixels_.bytes += static_cast<char>(byte_of(gathered_[i + c] * undo));
    }
    pixels_.bytes += static_cast<char>(std::lround(std::clamp(opacity, 0.0F, 1.0F) * 255));
  }
  std::ranges::fill(gathered_, 0.0F);
}

}  // namespace sojourn::assets
