#include "domain/templates/blocks/colour.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace sojourn::templates::blocks {
namespace {

std::optional<int> digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return std::nullopt;
}

// WCAG 2.2, "relative luminance".
double linear(std::uint8_t channel) {
  const double share = channel / 255.0;
  return share <= 0.04045 ? share / 12.92 : std::pow((share + 0.055) / 1.055, 2.4);
}

double luminance(Colour colour) {
  return 0.2126 * linear(colour.red) + 0.7152 * linear(colour.green) + 0.0722 * linear(colour.blue);
}

std::uint8_t mixed(std::uint8_t from, std::uint8_t to, int percent) {
  return static_cast<std::uint8_t>((from * (100 - percent) + to * percent) / 100);
}

}  // namespace

std::optional<Colour> parse_colour(std::string_view text) {
  if (!text.starts_with('#') || (text.size() != 4 && text.size() != 7)) return std::nullopt;
  const bool is_short = text.size() == 4;
  std::uint8_t channels[3] = {};
  for (std::size_t i = 0; i < 3; ++i) {
    const auto high = digit(text[is_short ? 1 + i : 1 + 2 * i]);
    const auto low = digit(text[is_short ? 1 + i : 2 + 2 * i]);
    if (!high || !low) return std::nullopt;
    channels[i] = static_cast<std::uint8_t>(*high * 16 + *low);
  }
  return Colour{channels[0], channels[1], channels[2]};
}

std::string to_string(Colour colour) {
  return fmt::format("#{:02x}{:02x}{:02x}", colour.red, colour.green, colour.blue);
}

double contrast(Colour a, Colour b) {
  const double first = luminance(a);
  const double second = luminance(b);
  return (std::max(first, second) + 0.05) / (std::min(first, second) + 0.05);
}

Colour readable_on(Colour background, Colour wanted) {
  const Colour towards = contrast(white, background) > contrast(black, background) ? white : black;
  for (int percent = 0; percent < 100; percent += 5) {
    const Colour tried{mixed(wanted.red, towards.red, percent),
                       mixed(wanted.green, towards.green, percent),
                       mixed(wanted.blue, towards.blue, percent)};
    if (contrast(tried, background) >= readable_contrast) return tried;
  }
  return towards;
}

Colour letters_on(Colour background, Colour wanted) {
  for (const Colour tried : {wanted, white}) {
    if (contrast(tried, background) >= readable_contrast) return tried;
  }
  return black;
}

}  // namespace sojourn::templates::blocks
