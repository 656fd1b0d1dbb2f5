#pragma once

/// Colours as documents and mails write them, and how well one is read on another.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sojourn::templates::blocks {

struct Colour {
  std::uint8_t red = 0;
  std::uint8_t green = 0;
  std::uint8_t blue = 0;

  friend bool operator==(const Colour&, const Colour&) = default;
};

inline constexpr Colour white{255, 255, 255};
inline constexpr Colour black{0, 0, 0};

/// WCAG 2.2 §1.4.3, for text of ordinary size.
inline constexpr double readable_contrast = 4.5;

/// `#rrggbb` or `#rgb`; absent for anything else.
[[nodiscard]] std::optional<Colour> parse_colour(std::string_view text);
/// `#rrggbb`
[[nodiscard]] std::string to_string(Colour colour);

/// WCAG 2.2: from 1, the same, to 21, black on white.
[[nodiscard]] double contrast(Colour a, Colour b);

/// The first mixture of `wanted` with white or black that is readable on `background`; `wanted`
/// itself where it is.
[[nodiscard]] Colour readable_on(Colour background, Colour wanted);

/// For letters that should not look faded: `wanted` where it can be read, else white where that
/// can, else black.
[[nodiscard]] Colour letters_on(Colour background, Colour wanted);

}  // namespace sojourn::templates::blocks
