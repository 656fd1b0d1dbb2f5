#include <turbojpeg.h>

#include <memory>
#include <vector>

#include "domain/assets/picture_parts.h"
#include "domain/assets/picture_pixels.h"

namespace sojourn::assets {
namespace {

/// No difference is seen beside the original, at about a sixth of its size.
constexpr int quality = 82;
/// Of JFIF, behind which other segments begin.
constexpr std::size_t jfif_end = 20;

struct End {
  void operator()(void* handle) const { tjDestroy(handle); }
};
using Handle = std::unique_ptr<void, End>;
struct Free {
  void operator()(unsigned char* bytes) const { tjFree(bytes); }
};

/// The fraction that is still wide enough, and saves decoding the rest.
tjscalingfactor factor_for(int width, int width_min) {
  for (const int part : {8, 4, 2}) {
    const tjscalingfactor factor{1, part};
    if (TJSCALED(width, factor) >= width_min) return factor;
  }
  return {1, 1};
}

/// Printers' colours as Adobe's programs write them, turned around: 255 is no ink.
void cmyk_to_rgb(std::vector<std::uint8_t>& pixels) {
  for (std::size_t i = 0; i + channels <= pixels.size(); i += channels) {
    const unsigned black = pixels[i + 3];
    for (std::size_t c = 0; c < 3; ++c) {
      pixels[i + c] = static_cast<std::uint8_t>(pixels[i + c] * black / 255);
    }
    pixels[i + 3] = 0xff;
  }
}

}  // namespace

Result<void> read_jpeg(std::string_view bytes, int width_min, const PixelSink& sink) {
  const Handle handle(tjInitDecompress());
  if (handle == nullptr) return picture_damaged("cannot be read");
  const auto* const begin = reinterpret_cast<const unsigned char*>(bytes.data());
  int width = 0;
  int height = 0;
  int sampling = 0;
  int colours = 0;
  if (tjDecompressHeader3(handle.get(), begin, bytes.size(), &width, &height, &sampling,
                          &colours) != 0) {
    return picture_damaged("has a header that cannot be read");
  }
  TRY_VOID(check_extent({width, height}));
  const tjscalingfactor factor = factor_for(width, width_min);
  const Extent extent{TJSCALED(width, factor), TJSCALED(height, factor)};
  const bool is_cmyk = colours == TJCS_CMYK || colours == TJCS_YCCK;
  const std::size_t row_bytes = static_cast<std::size_t>(extent.width) * channels;
  std::vector<std::uint8_t> pixels(row_bytes * static_cast<std::size_t>(extent.height));
  const int answer = tjDecompress2(handle.get(), begin, bytes.size(), pixels.data(), extent.width,
                                   0, extent.height, is_cmyk ? TJPF_CMYK : TJPF_RGBA,
                                   TJFLAG_LIMITSCANS | TJFLAG_ACCURATEDCT);
  if (answer != 0) {
    // Superfluous bytes are only warned of, and so is an end that is missing: the latter shows.
    const bool is_harmless =
        tjGetErrorCode(handle.get()) == TJERR_WARNING &&
        std::string_view(tjGetErrorStr2(handle.get())).find("remature") == std::string_view::npos;
    if (!is_harmless) return picture_damaged("has pixels that cannot be read");
  }
  if (is_cmyk) cmyk_to_rgb(pixels);
  sink.begin(extent);
  const std::span<const std::uint8_t> all(pixels);
  for (std::size_t place = 0; place < all.size(); place += row_bytes) {
    sink.row(all.subspan(place, row_bytes));
  }
  return {};
}

Result<std::string> write_jpeg(const Pixels& pixels, std::string_view colour_profile) {
  const Handle handle(tjInitCompress());
  if (handle == nullptr) return picture_damaged("cannot be written");
  unsigned char* written = nullptr;
  unsigned long size = 0;
  const int answer =
      tjCompress2(handle.get(), reinterpret_cast<const unsigned char*>(pixels.bytes.data()),
                  pixels.extent.width, 0, pixels.extent.height, TJPF_RGBX, &written, &size,
                  TJSAMP_420, quality, TJFLAG_PROGRESSIVE | TJFLAG_ACCURATEDCT);
  const std::unique_ptr<unsigned char, Free> owned(written);
  if (answer != 0 || size < jfif_end) return picture_damaged("cannot be written");
  std::string bytes(reinterpret_cast<const char*>(written), size);
  bytes.insert(jfif_end, jpeg_profile_segment(colour_profile));
  return bytes;
}

}  // namespace sojourn::assets
