// libpng leaves by longjmp: between setjmp and its calls nothing stands that has a destructor, and
// what it writes to stands outside.
#include <png.h>

#include <cstring>
#include <vector>

#include "domain/assets/picture_parts.h"
#include "domain/assets/picture_pixels.h"

namespace sojourn::assets {
namespace {

/// Of one chunk that is unpacked whole: profiles, which are limited before.
constexpr png_alloc_size_t chunk_bytes_max = 1 << 20;

void leave(png_structp png, png_const_charp /*message*/) {
  png_longjmp(png, 1);
}
void ignore(png_structp /*png*/, png_const_charp /*message*/) {}

struct Source {
  std::string_view bytes;
};
void read_bytes(png_structp png, png_bytep to, std::size_t count) {
  auto* const source = static_cast<Source*>(png_get_io_ptr(png));
  if (source->bytes.size() < count) png_error(png, "ends");
  std::memcpy(to, source->bytes.data(), count);
  source->bytes.remove_prefix(count);
}

struct Reading {
  Source source;
  const PixelSink& sink;
  png_structp png = nullptr;
  png_infop info = nullptr;
  /// One row, or all of them where the picture is interlaced.
  std::vector<std::uint8_t> pixels = {};

  ~Reading() { png_destroy_read_struct(&png, &info, nullptr); }

  /// Red, green, blue and opacity of 8 bits, whatever is stored.
  void choose_form() {
    png_set_expand(png);
    png_set_scale_16(png);
    png_set_gray_to_rgb(png);
    png_set_add_alpha(png, 0xff, PNG_FILLER_AFTER);
  }

  bool read() {
    if (setjmp(png_jmpbuf(png)) != 0) return false;
    png_set_read_fn(png, &source, read_bytes);
    png_set_user_limits(png, picture_side_max, picture_side_max);
    png_set_chunk_malloc_max(png, chunk_bytes_max);
    png_read_info(png, info);
    choose_form();
    const int passes = png_set_interlace_handling(png);
    png_read_update_info(png, info);
    begin(passes);
    if (passes == 1) {
      read_rows();
    } else {
      read_interlaced(passes);
    }
    png_read_end(png, nullptr);
    return true;
  }

  [[nodiscard]] Extent extent() const {
    return {static_cast<int>(png_get_image_width(png, info)),
            static_cast<int>(png_get_image_height(png, info))};
  }
  void begin(int passes) {
    if (png_get_rowbytes(png, info) != row_bytes()) png_error(png, "of another form");
    pixels.resize(row_bytes() * static_cast<std::size_t>(passes == 1 ? 1 : extent().height));
    sink.begin(extent());
  }
  [[nodiscard]] std::size_t row_bytes() const {
    return static_cast<std::size_t>(extent().width) * channels;
  }
  void read_rows() {
    for (int y = 0; y < extent().height; ++y) {
      png_read_row(png, pixels.data(), nullptr);
      sink.row(pixels);
    }
  }
  void read_interlaced(int passes) {
    for (int pass = 0; pass < passes; ++pass) {
      for (int y = 0; y < extent().height; ++y) png_read_row(png, row(y), nullptr);
    }
    for (int y = 0; y < extent().height; ++y) sink.row({row(y), row_bytes()});
  }
  std::uint8_t* row(int y) { return pixels.data() + row_bytes() * static_cast<std::size_t>(y); }
};

void write_bytes(png_structp png, png_bytep from, std::size_t count) {
  static_cast<std::string*>(png_get_io_ptr(png))
      ->append(reinterpret_cast<const char*>(from), count);
}

struct Writing {
  const Pixels& pixels;
  std::string_view colour_profile;
  std::string bytes = {};
  png_structp png = nullptr;
  png_infop info = nullptr;

  ~Writing() { png_destroy_write_struct(&png, &info); }

  bool write() {
    if (setjmp(png_jmpbuf(png)) != 0) return false;
    png_set_write_fn(png, &bytes, write_bytes, nullptr);
    write_head();
    for (int y = 0; y < pixels.extent.height; ++y) png_write_row(png, row(y));
    png_write_end(png, nullptr);
    return true;
  }

  void write_head() {
    const bool opaque = is_opaque(pixels);
    png_set_IHDR(png, info, static_cast<png_uint_32>(pixels.extent.width),
                 static_cast<png_uint_32>(pixels.extent.height), 8,
                 opaque ? PNG_COLOR_TYPE_RGB : PNG_COLOR_TYPE_RGB_ALPHA, PNG_INTERLACE_NONE,
                 PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    if (!colour_profile.empty()) {
      png_set_iCCP(png, info, "profile", PNG_COMPRESSION_TYPE_BASE,
                   reinterpret_cast<png_const_bytep>(colour_profile.data()),
                   static_cast<png_uint_32>(colour_profile.size()));
    }
    png_write_info(png, info);
    if (opaque) png_set_filler(png, 0, PNG_FILLER_AFTER);
  }

  [[nodiscard]] png_const_bytep row(int y) const {
    return reinterpret_cast<png_const_bytep>(pixels.bytes.data()) +
           static_cast<std::size_t>(y) * static_cast<std::size_t>(pixels.extent.width) * channels;
  }
};

}  // namespace

Result<void> read_png(std::string_view bytes, const PixelSink& sink) {
  Reading reading{.source = {bytes}, .sink = sink};
  reading.png = png_create_read_struct(PNG_LIBPNG_VER_STRING, nullptr, leave, ignore);
  if (reading.png == nullptr) return picture_damaged("cannot be read");
  reading.info = png_create_info_struct(reading.png);
  if (reading.info == nullptr) return picture_damaged("cannot be read");
  if (!reading.read()) return picture_damaged("has pixels that cannot be read");
  return {};
}

Result<std::string> write_png(const Pixels& pixels, std::string_view colour_profile) {
  Writing writing{.pixels = pixels, .colour_profile = colour_profile};
  writing.png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, leave, ignore);
  if (writing.png == nullptr) return picture_damaged("cannot be written");
  writing.info = png_create_info_struct(writing.png);
  if (writing.info == nullptr) return picture_damaged("cannot be written");
  if (!writing.write()) return picture_damaged("cannot be written");
  return std::move(writing.bytes);
}

}  // namespace sojourn::assets
