#pragma once

/// A picture as bytes: what it is, told by its content and never by its name, and how large it may
/// be.

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/hash.h"
#include "base/result.h"

namespace sojourn::assets {

/// A photo of 24 megapixels has 6 to 12 MB.
inline constexpr std::size_t picture_bytes_max = 15 << 20;
/// Told by the header, before anything is unpacked: a few kilobytes unpack to gigabytes. Cameras of
/// 24 megapixels fit, and four bytes for each pixel are 120 MB.
inline constexpr std::int64_t picture_pixels_max = 30'000'000;
inline constexpr int picture_side_max = 16'000;
/// Of an animation; each is a picture that mail programs unpack.
inline constexpr int picture_frames_max = 1'000;
/// Profiles of screens and cameras have about 500 bytes, and stay. Larger ones are of printers, or
/// hold descriptions, and are left out: the picture counts as sRGB.
inline constexpr std::size_t colour_profile_bytes_max = 4'096;

enum class PictureType : std::uint8_t { png, jpeg, gif, webp };

/// `png`, `jpg`, `gif`, `webp`: the ending of its files.
[[nodiscard]] std::string_view ending_of(PictureType type);
/// `image/png` and so on.
[[nodiscard]] std::string_view media_type_of(PictureType type);
[[nodiscard]] std::optional<PictureType> type_of_ending(std::string_view ending);

/// By the first bytes; absent: it is none of these.
[[nodiscard]] std::optional<PictureType> type_of(std::string_view bytes);

/// In pixels.
struct Extent {
  int width = 0;
  int height = 0;
  friend bool operator==(const Extent&, const Extent&) = default;
};

/// Names a picture by its content: the first half of the SHA-256 of its clean form, so that the
/// same picture is kept once, and what an address leads to never changes.
struct PictureId {
  Hash128 hash;
  friend auto operator<=>(const PictureId&, const PictureId&) = default;
};
/// 32 hexadecimal digits in lower case.
[[nodiscard]] std::string to_string(const PictureId& id);
[[nodiscard]] std::optional<PictureId> parse_picture_id(std::string_view text);

/// A picture without what does not show: camera, place, comments, thumbnails, other programs' data,
/// whatever follows its end. It stands upright. Cleaning a clean picture changes no byte.
struct CleanPicture {
  PictureType type = PictureType::png;
  Extent extent;
  bool is_animated = false;
  std::string bytes;
  /// ICC, of the colours as they are stored; empty: sRGB.
  std::string colour_profile;

  [[nodiscard]] PictureId id() const;
};

/// Reads the structure of the picture and no pixel of it, but of a photo that is turned upright.
/// Errors, at the field `picture`: `picture_missing` for nothing at all, `unsupported_picture` for
/// what is no PNG, JPEG, GIF or WebP (SVG is none), or of a kind that mail programs do not show;
/// `picture_too_heavy`, `picture_too_large`, `picture_damaged`.
[[nodiscard]] Result<CleanPicture> clean_picture(std::string_view bytes);

}  // namespace sojourn::assets
