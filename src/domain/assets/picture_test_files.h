#pragma once

/// Files of pictures for tests, put together by hand where no library writes what is wanted.

#include <zlib.h>

#include <string>
#include <string_view>
#include <vector>

#include "base/ensure.h"
#include "domain/assets/area_scaler.h"
#include "domain/assets/picture_parts.h"

namespace sojourn::assets::testing {

using namespace std::string_literals;

inline std::string big(std::uint32_t number, int bytes = 4) {
  std::string text;
  for (int i = bytes - 1; i >= 0; --i) text += static_cast<char>(number >> (8 * i) & 0xff);
  return text;
}
inline std::string little(std::uint32_t number, int bytes) {
  std::string text;
  append_little(text, number, bytes);
  return text;
}

inline std::string png_chunk(std::string_view name, std::string_view content) {
  const std::string named = std::string(name) + std::string(content);
  const auto sum =
      crc32(0, reinterpret_cast<const Bytef*>(named.data()), static_cast<uInt>(named.size()));
  return big(static_cast<std::uint32_t>(content.size())) + named +
         big(static_cast<std::uint32_t>(sum));
}

inline std::string deflated(std::string_view plain) {
  uLongf size = compressBound(plain.size());
  std::string packed(size, '\0');
  ENSURE(compress(reinterpret_cast<Bytef*>(packed.data()), &size,
                  reinterpret_cast<const Bytef*>(plain.data()), plain.size()) == Z_OK);
  packed.resize(size);
  return packed;
}

struct PngForm {
  Extent extent{1, 1};
  int depth = 8;
  int colour_type = 2;
  bool is_interlaced = false;
  /// Whole chunks between the header and the pixels.
  std::string chunks = {};
  /// Each row behind a 0: not filtered.
  std::string rows = {};
};
inline std::string png_file(const PngForm& form) {
  const std::string header =
      big(static_cast<std::uint32_t>(form.extent.width)) +
      big(static_cast<std::uint32_t>(form.extent.height)) +
      std::string{static_cast<char>(form.depth), static_cast<char>(form.colour_type), 0, 0,
                  static_cast<char>(form.is_interlaced ? 1 : 0)};
  return "\x89PNG\r\n\x1a\n" + png_chunk("IHDR", header) + form.chunks +
         png_chunk("IDAT", deflated(form.rows)) + png_chunk("IEND", "");
}

inline std::string jpeg_segment(std::uint8_t marker, std::string_view content) {
  return std::string{'\xff', static_cast<char>(marker)} +
         big(static_cast<std::uint32_t>(content.size() + 2), 2) + std::string(content);
}
/// Exif with one entry, and somebody's place behind it.
inline std::string exif_segment(int orientation) {
  return jpeg_segment(0xe1, "Exif\0\0II*\0"s + little(8, 4) + little(1, 2) + little(0x0112, 2) +
                                little(3, 2) + little(1, 4) +
                                little(static_cast<std::uint32_t>(orientation), 4) +
                                "GPS 48.8584N 2.2945E");
}
/// With segments behind the start of the image.
inline std::string with_segments(std::string_view jpeg, std::string_view segments) {
  return std::string(jpeg.substr(0, 2)) + std::string(segments) + std::string(jpeg.substr(2));
}

/// One pixel; `blocks` stand before its frames.
inline std::string gif_file(std::string_view blocks, int frames = 1) {
  std::string bytes = "GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff"s;
  bytes += blocks;
  for (int i = 0; i < frames; ++i) bytes += ",\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0"s;
  return bytes + ";";
}

/// All of one colour.
inline Pixels plain(Extent extent, std::string_view colour) {
  Pixels pixels{.extent = extent};
  for (int i = 0; i < extent.width * extent.height; ++i) pixels.bytes += colour;
  return pixels;
}

}  // namespace sojourn::assets::testing
